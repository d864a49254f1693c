using TfLbfgs.Optimization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Optimization.Tfp;

/// <summary>
/// Wrong options, results of another problem, and functions that return something else: each a sentence with what was expected and
/// received.
/// </summary>
public sealed class TfpBadInputTests : LeakChecked
{
    private static readonly TfpOptions Tfp = LbfgsOptions.TfpCompatible;

    [Fact]
    public void PreviousResult_OfAnotherShapeOrDType_IsRefused()
    {
        using Tensor two = Tensor.From([1.0, 2.0]);
        using LbfgsResult result = Lbfgs.Minimize(Bowl, two, Tfp with { MaxIterations = 1 });
        using Tensor narrowTwo = Tensor.From([1f, 2f]);
        using LbfgsResult narrow = Lbfgs.Minimize(Bowl, narrowTwo, Tfp with { MaxIterations = 1 });
        Refused(() => Lbfgs.Minimize(new Fixed(3), Tfp with { PreviousResult = result }), "PreviousResult", "float64(3,)",
            "another problem", "float64(2,)");
        Refused(() => Lbfgs.Minimize(new Fixed(2), Tfp with { PreviousResult = narrow }), "PreviousResult", "float64(2,)", "float32(2,)");
    }

    [Fact]
    public void PreviousResult_OfTheDefaultAlgorithmOrWithAStart_IsRefused()
    {
        using Tensor start = Tensor.From([1.0, 2.0]);
        using LbfgsResult without = Lbfgs.Minimize(Bowl, start);
        using LbfgsResult with = Lbfgs.Minimize(Bowl, start, Tfp);
        Refused(() => Lbfgs.Minimize(Bowl, null, Tfp with { PreviousResult = without }), "PreviousResult", "PositionDeltas",
            "Position instead");
        Refused(() => Lbfgs.Minimize(Bowl, start, Tfp with { PreviousResult = with }), "exactly one", "initialPosition", "PreviousResult",
            "both");
        Assert.Equal("initialPosition", Assert.Throws<ArgumentNullException>(() => Lbfgs.Minimize(Bowl, null, Tfp)).ParamName);
        Refused(() => Lbfgs.MinimizeBatch(Bowls, start, Tfp with { PreviousResult = with }), "PreviousResult", "PreviousBatchResult");
    }

    [Fact]
    public void PreviousBatchResult_OfAnotherProblem_IsRefused()
    {
        using Tensor start = Tensor.From(new[,] { { 1.0, 2.0 }, { 3.0, 4.0 } });
        using LbfgsBatchResult result = Lbfgs.MinimizeBatch(Bowls, start, new BatchOptions { MaxIterations = 1 });
        // Of the same shape, but of another function: found by evaluating it once more.
        Refused(() => Lbfgs.MinimizeBatch(x => (SumLast(x * x) + 7, 2 * x), null, new BatchOptions { PreviousBatchResult = result }),
            "PreviousBatchResult", "same problem", "member 0");
        Refused(() => Lbfgs.MinimizeBatch(Bowls, start, new BatchOptions { PreviousBatchResult = result }), "exactly one",
            "initialPositions", "both");
        using Tensor single = Tensor.From([1.0, 2.0]);
        Refused(() => Lbfgs.Minimize(Bowl, single, Tfp with { PreviousBatchResult = result }), "PreviousBatchResult", "PreviousResult");
        Assert.Equal("initialPositions", Assert.Throws<ArgumentNullException>(() => Lbfgs.MinimizeBatch(Bowls, null)).ParamName);
    }

    [Fact]
    public void InitialInverseHessianDiagonal_ThatDoesNotFit_IsRefused()
    {
        using Tensor start = Tensor.From([1.0, 2.0]);
        using Tensor three = Tensor.From([1.0, 2.0, 3.0]);
        using Tensor narrow = Tensor.From([1f, 2f]);
        using Tensor matrix = Tensor.From(new[,] { { 1.0, 0.0 }, { 0.0, 1.0 } });
        foreach (Tensor wrong in new[] { three, narrow, matrix })
            Refused(() => Lbfgs.Minimize(Bowl, start, Tfp with { InitialInverseHessianDiagonal = wrong }), "InitialInverseHessianDiagonal",
                "float64(2,)", "received");
    }

    [Fact]
    public void Options_OutOfRange_AreNamed()
    {
        using Tensor start = Tensor.From([1.0, 2.0]);
        Refused(() => Lbfgs.Minimize(Bowl, start, Tfp with { PositionTolerance = -1 }), "PositionTolerance", "0 or more", "-1");
        Refused(() => Lbfgs.Minimize(Bowl, start, Tfp with { RelativeLossTolerance = double.NaN }), "RelativeLossTolerance", "NaN");
        Refused(() => Lbfgs.Minimize(Bowl, start, Tfp with { AbsoluteLossTolerance = -1 }), "AbsoluteLossTolerance");
        Refused(() => Lbfgs.Minimize(Bowl, start, Tfp with { Curvature = 0.05 }), "Curvature", "SufficientDecrease");
        Refused(() => Lbfgs.MinimizeBatch(Bowls, start, Tfp with { MemoryLength = 0 }), "MemoryLength", "1 to 1000", "0");
    }

    [Fact]
    public void MinimizeBatch_PositionsThatDoNotFit_AreRefused()
    {
        using Tensor scalar = Tensor.Scalar(1.0);
        using Tensor none = Tensor.Zeros([0, 2], DType.Float64);
        using Tensor empty = Tensor.Zeros([2, 0], DType.Float64);
        using Tensor integers = Tensor.From([1, 2]);
        foreach (Tensor wrong in new[] { scalar, none, empty, integers })
            Refused(() => Lbfgs.MinimizeBatch(Bowls, wrong), "float32 or float64", "[..., n]", "received");
    }

    [Theory]
    [InlineData(Execution.Traced)]
    [InlineData(Execution.Eager)]
    public void MinimizeBatch_FunctionThatReturnsOtherShapes_IsRefused(Execution execution)
    {
        using Tensor start = Tensor.From(new[,] { { 1.0, 2.0, 3.0 }, { 4.0, 5.0, 6.0 } });
        BatchOptions options = new() { Execution = execution };
        Refused(() => Lbfgs.MinimizeBatch(x => (RawOps.Sum(x * x, Tensor.From([0, 1])), 2 * x), start, options), "one loss per member",
            "float64(2,)", "float64()");
        Refused(() => Lbfgs.MinimizeBatch(x => (x * x, 2 * x), start, options), "float64(2,)", "float64(2, 3)", "last dimension");
        Refused(() => Lbfgs.MinimizeBatch(x => (SumLast(x * x), SumLast(x)), start, options), "gradient", "float64(2, 3)", "float64(2,)");
        Refused(() => Lbfgs.MinimizeBatch(x => (SumLast(x * x), RawOps.Cast(x, DType.Float32)), start, options), "gradient",
            "float64(2, 3)", "float32(2, 3)");
        Refused(() => Lbfgs.MinimizeBatch(x => (RawOps.Cast(SumLast(x * x), DType.Float32), x), start, options), "float64(2,)",
            "float32(2,)");
        Refused(() => Lbfgs.MinimizeBatch(x => (SumLast(x * x), null!), start, options), "null", "float64(2, 3)");
        Refused(() => Lbfgs.MinimizeBatch(_ => throw new InvalidOperationException("no data"), start, options), "function to minimize",
            "InvalidOperationException", "no data");
        Refused(() => Lbfgs.Minimize(x => (SumLast(x * x), SumLast(x)), start[0], Tfp with { Execution = execution }), "gradient",
            "float64(3,)", "float64()");
    }

    [Fact]
    public void Minimize_ObjectiveOrProgressThrows_AdoptsWhereItStood()
    {
        Fixed thrower = new(2) { ThrowsAt = 6 };
        Assert.Throws<TfLbfgsException>(() => Lbfgs.Minimize(thrower, Tfp with { Execution = Execution.Eager }));
        Assert.NotNull(thrower.Adopted);
        Assert.True(Fixed.LossOf(thrower.Adopted) < Fixed.LossOf(thrower.Start));

        Fixed listened = new(2);
        Assert.Throws<TfLbfgsException>(() => Lbfgs.Minimize(listened, Tfp with { Progress = new Thrower(2) }));
        Assert.True(Fixed.LossOf(listened.Adopted!) < Fixed.LossOf(listened.Start));
    }

    private static void Refused(Func<IDisposable> run, params string[] parts)
    {
        using TensorScope scope = new();
        string message = Assert.Throws<TfLbfgsException>(() => run().Dispose()).Message;
        Assert.All(parts, part => Assert.Contains(part, message, StringComparison.Ordinal));
    }

    private static Tensor Bowl(Tensor x) => RawOps.Sum(x * x, Tensor.From([0]));

    private static (Tensor, Tensor) Bowls(Tensor x) => (SumLast(x * x), 2 * x);

    private static Tensor SumLast(Tensor x) => RawOps.Sum(x, Tensor.From([-1]));

    /// <summary>A quartic whose start is (1, 2, ...).</summary>
    private sealed class Fixed(long count) : Objective
    {
        private int _calls;

        public int ThrowsAt { get; init; } = int.MaxValue;

        public double[] Start { get; } = [.. Enumerable.Range(1, (int)count).Select(i => (double)i)];

        public double[]? Adopted { get; private set; }

        public override long Count => count;

        public override DType DType => DType.Float64;

        public override Tensor InitialPosition() => Tensor.From(Start);

        public override (Tensor Loss, Tensor Gradient) Evaluate(Tensor position, IReadOnlyList<Tensor> data) =>
            ++_calls == ThrowsAt
                ? throw new InvalidOperationException()
                : (SumLast(position * position * position * position), 4 * position * position * position);

        public override void Adopt(Tensor position) => Adopted = position.ToArray<double>();

        public static double LossOf(double[] position) => position.Sum(x => x * x * x * x);
    }

    private sealed class Thrower(int at) : IProgress<LbfgsProgress>
    {
        public void Report(LbfgsProgress value)
        {
            if (value.Iteration == at)
                throw new InvalidOperationException();
        }
    }
}
