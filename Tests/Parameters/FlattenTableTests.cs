using TfLbfgs.Parameters;
using TfLbfgs.Runtime;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Parameters;

public sealed class FlattenTableTests
{
    [Theory]
    [InlineData(2, DType.Float64, "CPU", false, FlattenRoute.Split)]
    [InlineData(2, DType.Float64, "CPU", true, FlattenRoute.Split)]
    [InlineData(4417, DType.Float64, "CPU", false, FlattenRoute.Split)]
    [InlineData(4417, DType.Float64, "CPU", true, FlattenRoute.Split)]
    [InlineData(109_386, DType.Float32, "CPU", false, FlattenRoute.Split)]
    [InlineData(1_000_000, DType.Float64, "CPU", false, FlattenRoute.Split)]
    [InlineData(3_000_000_000, DType.Float32, "CPU", true, FlattenRoute.Split)]
    [InlineData(4417, DType.Float32, "GPU", false, FlattenRoute.Split)]
    [InlineData(4417, DType.Float32, "GPU", true, FlattenRoute.Split)]
    [InlineData(4417, DType.Float32, "TPU", true, FlattenRoute.Split)]
    public void Choose_EachCell_IsAsCommitted(long count, DType dtype, string deviceKind, bool compiled, FlattenRoute route)
    {
        Assert.Equal(route, FlattenTable.Choose(count, dtype, deviceKind, compiled));
        string row = $"| {(deviceKind == "CPU" ? "CPU" : "any other")} | {(deviceKind != "CPU" ? "any" : compiled ? "XLA" : "executor")} |";
        string document = File.ReadAllText(Path.Combine(Checkout.Root, "docs", "internals", "flattening.md"));
        Assert.Contains(document.Split('\n'), line => line.StartsWith(row, StringComparison.Ordinal)
            && line.Contains($"| {route} |", StringComparison.Ordinal));
    }

    [Fact]
    public void Choose_NoVector_SaysWhatWasExpected()
    {
        Assert.Contains("received -1", Assert.Throws<TfLbfgsException>(() => FlattenTable.Choose(-1, DType.Float64, "CPU", false)).Message,
            StringComparison.Ordinal);
        Assert.Contains("int32", Assert.Throws<TfLbfgsException>(() => FlattenTable.Choose(1, DType.Int32, "CPU", false)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Auto_OfAVector_IsTheRouteOfTheTable()
    {
        using ParameterVector vector = new(ParameterLayout.Of([("a", [3], DType.Float64)]));
        Assert.Equal(FlattenTable.Choose(3, DType.Float64, "CPU", compiled: true), vector.Route);
    }
}
