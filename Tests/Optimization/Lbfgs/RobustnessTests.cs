using TfLbfgs.Gradients;
using TfLbfgs.Optimization;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;
using static TfLbfgs.Tests.Optimization.Problems.Algebra;

namespace TfLbfgs.Tests.Optimization;

/// <summary>Difficult and wrong objectives: a result with a reason, never an exception, and never worse than the start.</summary>
public sealed class RobustnessTests : LeakChecked
{
    private static readonly Dictionary<string, Case> Cases = new()
    {
        ["sqrt_domain"] =
            new(Of(x => Sum(x - 2 * RawOps.Sqrt(x))), [9, 0.01, 100], [StopReason.Converged, StopReason.WorkingPrecision], -3),
        ["nan_outside_the_disc"] =
            new(Of(x => -RawOps.Log(1 - SumOfSquares(x)) + 3 * x[0] - x[1]), [0, 0], [StopReason.Converged, StopReason.WorkingPrecision]),
        ["nan_but_at_the_start"] =
            new(Of(x => Sum(x) + 0 * Sum(RawOps.Sqrt(-RawOps.Abs(x - 1)))), [1, 1], [StopReason.BadStart, StopReason.Stalled]),
        ["nan_gradient"] = new(x => (Sum(x), x * double.NaN), [1, 2], [StopReason.BadStart]),
        ["plateau"] =
            new(Of(x => 1 - Exp(-SumOfSquares(x) / 2)), [4, 4], [StopReason.Converged, StopReason.WorkingPrecision, StopReason.Stalled]),
        ["staircase"] =
            new(x => (RawOps.Floor(SumOfSquares(x)), 2 * x), [3.3, -2.2],
            [StopReason.Stalled, StopReason.WorkingPrecision, StopReason.Converged]),
        ["negated_gradient"] = new(x => (SumOfSquares(x), -2 * x), [1, -2], [StopReason.Stalled], 5),
        ["linear"] = new(Of(x => Sum(x)), [0, 0], [StopReason.IterationLimit, StopReason.Stalled, StopReason.WorkingPrecision]),
        ["cubic"] = new(Of(x => Cube(x[0]) + Square(x[1])), [1, 1],
            [StopReason.IterationLimit, StopReason.Stalled, StopReason.WorkingPrecision, StopReason.Converged]),
        ["exponential_unbounded"] =
            new(Of(x => -Sum(Exp(x))), [1, 1], [StopReason.IterationLimit, StopReason.Stalled, StopReason.WorkingPrecision]),
        ["constant"] = new(Of(x => 1 + 0 * Sum(x)), [1, 2], [StopReason.Converged], 1),
        ["saddle"] = new(Of(x => Square(x[0]) - Square(x[1])), [0, 0], [StopReason.Converged], 0),
        ["scaled_1e200"] = new(Of(x => 1e200 * Rosenbrock(x)), [-1.2, 1], [StopReason.BadStart]),
        ["scaled_1e100"] =
            new(Of(x => 1e100 * Rosenbrock(x)), [-1.2, 1], [StopReason.Converged, StopReason.WorkingPrecision, StopReason.Stalled]),
        ["scaled_1e-200"] = new(Of(x => 1e-200 * Rosenbrock(x)), [-1.2, 1], [StopReason.Converged]),
        ["overflow_at_the_start"] = new(Of(x => Exp(SumOfSquares(x))), [20, 20], [StopReason.BadStart]),
        ["overflow_on_the_way"] = new(Of(x => Exp(SumOfSquares(x))), [5, 5], [StopReason.Converged, StopReason.WorkingPrecision], 1),
        ["absolute_values"] =
            new(Of(x => Sum(RawOps.Abs(x))), [1.3, -0.7, 2.1],
            [StopReason.Stalled, StopReason.Converged, StopReason.WorkingPrecision, StopReason.IterationLimit]),
        ["largest_absolute_value"] =
            new(Of(x => RawOps.Max(RawOps.Abs(x), Tensor.From([0]))), [1.3, -0.7, 2.1],
            [StopReason.Stalled, StopReason.Converged, StopReason.WorkingPrecision, StopReason.IterationLimit]),
        ["root_of_absolute_value"] =
            new(Of(x => Sum(RawOps.Sqrt(RawOps.Abs(x)))), [1.3, -0.7],
            [StopReason.Stalled, StopReason.WorkingPrecision, StopReason.IterationLimit]),
        ["gradient_two_percent_off"] =
            new(x => (Rosenbrock(x), Derivative(x) * Vector(1, 1.02)), [-1.2, 1],
            [StopReason.Stalled, StopReason.Converged, StopReason.WorkingPrecision]),
        ["gradient_of_another_function"] =
            new(x => (Rosenbrock(x), Sin(37 * x) + 0.1), [-1.2, 1],
            [StopReason.Stalled, StopReason.WorkingPrecision, StopReason.Converged]),
        ["noise"] = new(x => (Rosenbrock(x) + 1e-6 * Sin(Sum(Vector(1e7, 3e7) * x)), Derivative(x)), [-1.2, 1],
            [StopReason.Stalled, StopReason.Converged, StopReason.WorkingPrecision, StopReason.IterationLimit]),
    };

    public static TheoryData<string> Names() => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Minimize_DifficultObjective_EndsWithAReasonNoWorseThanTheStart(string name)
    {
        Case it = Cases[name];
        using Tensor start = Tensor.From(it.Start);
        using LbfgsResult result = Lbfgs.Minimize(it.Function, start, new LbfgsOptions { MaxIterations = 200 });
        TestContext.Current.TestOutputHelper?.WriteLine($"{name}: {result}");
        Assert.True(it.Reasons.Contains(result.Reason), $"{name}: {result.Reason}, {result}");
        Assert.True(result.Message.Length > 10 && result.Message.EndsWith('.'), result.Message);
        Assert.True(result.Evaluations <= 200 * 31, result.ToString());
        if (result.Reason == StopReason.BadStart)
        {
            Assert.Equal(it.Start, result.Position.ToArray<double>());
            return;
        }

        Assert.True(result.Loss <= result.InitialLoss, result.ToString());
        Assert.All(result.Position.ToArray<double>(), x => Assert.True(double.IsFinite(x)));
        using TensorScope scope = new();
        double again = it.Function(result.Position).Loss.ToScalar<double>();
        // Op by op here, by an optimized graph there: terms that cancel round differently.
        Assert.True(Math.Abs(again - result.Loss) <= 1e-12 * Math.Abs(result.Loss) + 1e-15 * Math.Abs(result.InitialLoss),
            $"{name}: the loss at the position returned is {again:R}, not {result.Loss:R}");
        if (it.Minimum is { } minimum)
            Assert.Equal(minimum, result.Loss, 1e-10);
        // Noise may have made the loss of a point lower that is further away.
        if (result.Reason == StopReason.Converged)
            Assert.True(result.GradientNorm <= 1e-8 || result.Message.Contains("has a lower loss", StringComparison.Ordinal), result.ToString());
    }

    [Fact]
    public void Minimize_ProgressThrows_LeavesNoHandle()
    {
        using Tensor start = Tensor.From([-1.2, 1.0]);
        for (int at = 0; at < 4; at++)
        {
            TfLbfgsException e =
                Assert.Throws<TfLbfgsException>(() => Lbfgs.Minimize(Rosenbrock, start, new LbfgsOptions { Progress = new Thrower(at) }));
            Assert.IsType<InvalidOperationException>(e.InnerException);
        }
    }

    private static Tensor Rosenbrock(Tensor x) => Square(1 - x[0]) + 100 * Square(x[1] - Square(x[0]));

    private static Tensor Derivative(Tensor x) => Of(Rosenbrock)(x).Gradient;

    private static Func<Tensor, (Tensor Loss, Tensor Gradient)> Of(Func<Tensor, Tensor> loss) => x =>
    {
        using GradientTape tape = new();
        tape.Watch(x);
        Tensor value = loss(x);
        return (value, tape.Gradient(value, x, unconnected: UnconnectedGradients.Zero));
    };

    private sealed record Case(Func<Tensor, (Tensor Loss, Tensor Gradient)> Function, double[] Start, StopReason[] Reasons,
        double? Minimum = null);

    private sealed class Thrower(int at) : IProgress<LbfgsProgress>
    {
        public void Report(LbfgsProgress value)
        {
            if (value.Iteration == at)
                throw new InvalidOperationException();
        }
    }
}
