using System.Text.Json;
using TfLbfgs.Cli.Data;
using TfLbfgs.IO;
using TfLbfgs.Tests.Native.Loading;
using Xunit;

namespace TfLbfgs.Tests.Cli.Data;

public sealed class ScalingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Write_Find_SameToTheLastBit()
    {
        Scaling scaling =
            new(new ColumnScaling(["größe, \"x\"", "b"], [0.1, -1e-17], [Math.PI, 1]), new ColumnScaling(["y"], [1.0 / 3], [2e200]));
        string model = _folder.At("model.h5");
        AtomicFile.Write(Scaling.PathFor(model), scaling.Write);
        Scaling found = Scaling.Find(model)!;
        Assert.Equal(scaling.Inputs.Columns, found.Inputs.Columns);
        Assert.Equal(scaling.Inputs.Mean, found.Inputs.Mean);
        Assert.Equal(scaling.Inputs.Scale, found.Inputs.Scale);
        Assert.Equal(scaling.Targets.Columns, found.Targets.Columns);
        Assert.Equal(scaling.Targets.Scale, found.Targets.Scale);
        Assert.EndsWith("model.h5.scaling.json", Scaling.PathFor(model), StringComparison.Ordinal);
        Assert.Equal(1, JsonDocument.Parse(File.ReadAllText(Scaling.PathFor(model))).RootElement.GetProperty("version").GetInt32());
    }

    [Fact]
    public void Find_NoFile_Null() => Assert.Null(Scaling.Find(_folder.At("model.h5")));

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData(
        "{\"version\":1,\"inputs\":{\"columns\":[\"a\",\"a\"],\"mean\":[1,1],\"scale\":[1,1]},\"targets\":{\"columns\":[\"a\"],\"mean\":[1],\"scale\":[1]}}")]
    [InlineData("{\"version\":2}")]
    [InlineData("{\"version\":1}")]
    [InlineData(
        "{\"version\":1,\"inputs\":{\"columns\":[\"a\"],\"mean\":[1,2],\"scale\":[1]},\"targets\":{\"columns\":[\"a\"],\"mean\":[1],\"scale\":[1]}}")]
    [InlineData(
        "{\"version\":1,\"inputs\":{\"columns\":[\"a\"],\"mean\":[1],\"scale\":[0]},\"targets\":{\"columns\":[\"a\"],\"mean\":[1],\"scale\":[1]}}")]
    [InlineData(
        "{\"version\":1,\"inputs\":{\"columns\":[\"a\"],\"mean\":[\"1\"],\"scale\":[1]},\"targets\":{\"columns\":[\"a\"],\"mean\":[1],\"scale\":[1]}}")]
    [InlineData(
        "{\"version\":1,\"inputs\":{\"columns\":[1],\"mean\":[1],\"scale\":[1]},\"targets\":{\"columns\":[\"a\"],\"mean\":[1],\"scale\":[1]}}")]
    public void Find_Damaged_NamesTheFile(string content)
    {
        string model = _folder.At("model.h5");
        File.WriteAllText(Scaling.PathFor(model), content);
        TfLbfgsException e = Assert.Throws<TfLbfgsException>(() => Scaling.Find(model));
        Assert.StartsWith(Scaling.PathFor(model), e.Message, StringComparison.Ordinal);
    }
}
