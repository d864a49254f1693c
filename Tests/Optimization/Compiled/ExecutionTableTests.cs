using TfLbfgs.Optimization;
using Xunit;

namespace TfLbfgs.Tests.Optimization.Compiled;

public sealed class ExecutionTableTests
{
    [Theory]
    [InlineData(10, "CPU", "MatMul", true)]
    [InlineData(10_000, "CPU", "MatMul", true)]
    [InlineData(10_001, "CPU", "MatMul", false)]
    [InlineData(10, "GPU", "MatMul", false)]
    [InlineData(10, "CPU", "Conv2D", false)]
    [InlineData(10, "CPU", "Conv2DBackpropInput", false)]
    [InlineData(10, "CPU", "StatelessWhile", false)]
    public void Choose_CountDeviceAndOps_FollowsTheTable(long count, string device, string operation, bool isTiered)
    {
        string[] operations = ["Mul", operation, "Sum"];
        ExecutionTiers? chosen = ExecutionTable.Choose(count, device, operations, out string? whyNot);
        Assert.Equal(isTiered, chosen is { CompileAt: > 0 } tiers && tiers.JoinAt > tiers.CompileAt);
        Assert.Equal(isTiered, whyNot is null);
    }
}
