using TfLbfgs.Optimization;
using Xunit;

namespace TfLbfgs.Tests.Optimization.Compiled;

public sealed class ExecutionTableTests
{
    [Theory]
    [InlineData(10, "CPU", 1_000, Execution.Traced)]
    [InlineData(10, "CPU", 5_000, Execution.Compiled)]
    [InlineData(2_000, "CPU", 100_000, Execution.Compiled)]
    [InlineData(2_001, "CPU", 100_000, Execution.CompiledCalls)]
    [InlineData(20_001, "CPU", 100_000, Execution.Traced)]
    [InlineData(10, "GPU", 100_000, Execution.Traced)]
    public void Choose_Auto_FollowsTheTable(long count, string device, int iterations, Execution expected) =>
        Assert.Equal(expected, ExecutionTable.Choose(count, device, new LbfgsOptions { Execution = Execution.Auto, MaxIterations = iterations }));

    [Fact]
    public void Choose_WhatTheLoopHasNot_IsCompiledByCalls()
    {
        LbfgsOptions options = new() { Execution = Execution.Auto, MaxIterations = 10_000, Trials = new Progress<LbfgsTrial>() };
        Assert.Equal(Execution.CompiledCalls, ExecutionTable.Choose(10, "CPU", options));
        Assert.Equal(Execution.Eager, ExecutionTable.Choose(10, "CPU", options with { Execution = Execution.Eager }));
    }
}
