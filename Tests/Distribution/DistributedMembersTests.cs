using TfLbfgs.Distribution;
using TfLbfgs.Optimization;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Distribution;

/// <summary>Issue 19: batches and many starts over devices.</summary>
public sealed class DistributedMembersTests : LeakChecked
{
    [Fact]
    public void MinimizeFromStarts_OverTwoDevices_ReachesTheSameMinima()
    {
        using TensorScope scope = new();
        Tensor starts = Tensor.From<double>([.. Enumerable.Range(0, 10).Select(i => 2 * Math.Sin(2.1 * i))], [5, 2]);
        using MultiStartResult alone = Lbfgs.MinimizeFromStarts(Valleys, starts);
        using MultiStartResult spread = Lbfgs.MinimizeFromStarts(DistributedMembers.Over(DistributedObjectiveTests.Two, Valleys), starts);
        Assert.Equal(alone.Entries.Select(entry => entry.Start), spread.Entries.Select(entry => entry.Start));
        Assert.All(alone.Entries.Zip(spread.Entries), pair => Assert.Equal(pair.First.Loss, pair.Second.Loss, 1e-12));
        Assert.Equal(alone.Calls, spread.Calls);
    }

    [Fact]
    public void MinimizeBatch_CompiledOrWithoutMembers_SaysWhatWasExpected()
    {
        using TensorScope scope = new();
        Func<Tensor, (Tensor Losses, Tensor Gradients)> spread = DistributedMembers.Over(DistributedObjectiveTests.Two, Valleys);
        Refusal.Says<TfLbfgsException>("[b, n]", () => spread(Tensor.From([1.0])));
        Refusal.Says<TfLbfgsException>("Execution.Traced", () => spread(Tensor.From(new double[,] { { 1, 2 } })));
    }

    /// <summary>Two valleys in the first coordinate, one in the second.</summary>
    private static (Tensor Losses, Tensor Gradients) Valleys(Tensor x)
    {
        Tensor a = Tf.Square(x) - 1;
        Tensor tilt = Tensor.From([0.1, 0.3]);
        return (Tf.ReduceSum(a * a + tilt * x, [1]), 4 * a * x + tilt);
    }
}
