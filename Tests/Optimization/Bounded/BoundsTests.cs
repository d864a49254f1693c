using TfLbfgs.Optimization;
using TfLbfgs.Parameters;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Optimization.Stopping;
using TfLbfgs.Tests.Support;
using Xunit;
using static TfLbfgs.Tests.Optimization.Problems.Algebra;

namespace TfLbfgs.Tests.Optimization.Bounded;

public sealed class BoundsTests : LeakChecked
{
    private const double Infinity = double.PositiveInfinity;

    public static TheoryData<string> Names() => [.. BoundedProblem.All.Select(problem => problem.Name)];

    public static TheoryData<LineSearch> Searches() =>
        [new CubicZoom(), new MoreThuente(), new HagerZhangSearch(), new BacktrackingArmijo()];

    [Theory]
    [MemberData(nameof(Names))]
    public void Jaxopt590_EveryEvaluatedPoint_IsInsideAndTheMinimumIsFound(string name)
    {
        BoundedProblem problem = BoundedProblem.All.Single(p => p.Name == name);
        using Bounds bounds = Bounds.Of(problem.Lower, problem.Upper);
        Watched objective = new(problem.Loss, problem.Start);
        using LbfgsResult result = Lbfgs.Minimize(objective, new LbfgsOptions { Bounds = bounds, Execution = Execution.Eager });
        TestContext.Current.TestOutputHelper?.WriteLine($"{name}: {result}; SciPy {problem.Minimum:R} with {problem.Scipy} evaluations");
        Assert.Equal(result.Evaluations, objective.Positions.Count);
        foreach (double[] position in objective.Positions)
        {
            for (int i = 0; i < position.Length; i++)
                Assert.True(position[i] >= problem.Lower[i] && position[i] <= problem.Upper[i], $"component {i} is {position[i]:R}");
        }

        Assert.InRange(result.Loss, problem.Minimum - 1e-8 * Math.Max(1, Math.Abs(problem.Minimum)),
            problem.Minimum + 1e-8 * Math.Max(1, Math.Abs(problem.Minimum)));
        Assert.True(result.IsSuccess || result.Reason is StopReason.WorkingPrecision or StopReason.Stalled, result.ToString());
        Assert.True(result.Evaluations <= 2 * problem.Scipy + 60, $"{result.Evaluations} evaluations, SciPy {problem.Scipy}");
        Assert.Equal(ProjectedGradient(problem, result), result.GradientNorm,
            1e-12 * (1 + result.Gradient.ToArray<double>().Max(Math.Abs)));
        Assert.Equal(result.Position.ToArray<double>(), objective.Adopted);
    }

    [Fact]
    public void Minimize_FixedVariableWithoutAFiniteGradient_TakesNoPart()
    {
        using Tensor start = Tensor.From([3.0, 0.0]);
        using Bounds isFixed = Bounds.Of([-5, 0], [5, 0]);
        using Bounds isHeld = Bounds.Of([-5, 0], [5, 1]);
        foreach (Func<Tensor, Tensor> second in new Func<Tensor, Tensor>[] { Tf.Sqrt, y => -Tf.Sqrt(y), y => Tf.Sqrt(y - y) * (y - y),
            y => Tf.Square(y - 4.0) })
        {
            using LbfgsResult result =
                Lbfgs.Minimize(p => Tf.Square(p[0] - 1.0) + second(p[1]), start, new LbfgsOptions { Bounds = isFixed });
            Assert.Equal(StopReason.Converged, result.Reason);
            Assert.Equal(1.0, result.Position.ToArray<double>()[0], 1e-7);
            Assert.Equal(0.0, result.Position.ToArray<double>()[1]);
        }

        // Held at its bound by an infinite slope that points outward: the minimum is there.
        using LbfgsResult held = Lbfgs.Minimize(p => Tf.Square(p[0] - 1.0) + Tf.Sqrt(p[1]), start, new LbfgsOptions { Bounds = isHeld });
        Assert.Equal((StopReason.Converged, 0.0), (held.Reason, held.Position.ToArray<double>()[1]));
    }

    [Fact]
    public void Minimize_InfiniteGradientInsideOfABound_IsABadStartThatSaysInfinity()
    {
        using Tensor start = Tensor.From([3.0, 0.0]);
        using Bounds bounds = Bounds.Of([-5, 0], [5, 1]);
        using LbfgsResult inward = Lbfgs.Minimize(p => Tf.Square(p[0] - 1.0) - Tf.Sqrt(p[1]), start, new LbfgsOptions { Bounds = bounds });
        Assert.Equal(StopReason.BadStart, inward.Reason);
        Assert.Contains("max |g| Infinity", inward.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("square overflows", inward.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Minimize_AllProblems_NeedsAsFewEvaluationsAsScipy()
    {
        List<double> ratios = [];
        foreach (BoundedProblem problem in BoundedProblem.All)
        {
            using Bounds bounds = Bounds.Of(problem.Lower, problem.Upper);
            using Tensor start = Tensor.From(problem.Start);
            using LbfgsResult result = Lbfgs.Minimize(problem.Loss, start, new LbfgsOptions { Bounds = bounds });
            ratios.Add(Math.Log(result.Evaluations / (double)problem.Scipy));
            TestContext.Current.TestOutputHelper?.WriteLine(
                FormattableString.Invariant(
                $"{problem.Name,-26} {result.Evaluations,4} SciPy {problem.Scipy,4} {result.Reason} {result.Loss:R}"));
        }

        double mean = Math.Exp(ratios.Average());
        TestContext.Current.TestOutputHelper?.WriteLine(FormattableString.Invariant($"geometric mean {mean:F3}"));
        Assert.True(mean < 1.4, $"{mean}");
    }

    [Theory]
    [InlineData(Execution.Eager)]
    [InlineData(Execution.Traced)]
    [InlineData(Execution.CompiledCalls)]
    public void Minimize_EachExecution_EndsAtTheSamePoint(Execution execution)
    {
        using Tensor start = TestObjectives.Start();
        using Bounds bounds = Bounds.Of(-2, 0.5);
        using LbfgsResult result =
            Lbfgs.Minimize(TestObjectives.Rosenbrock, start, new LbfgsOptions { Bounds = bounds, Execution = execution });
        Assert.Equal(StopReason.Converged, result.Reason);
        Assert.Equal([0.5, 0.25], result.Position.ToArray<double>(), (a, b) => Math.Abs(a - b) < 1e-8);
        Assert.Equal(0.5, result.Position.ToArray<double>()[0]);
    }

    [Theory]
    [MemberData(nameof(Searches))]
    public void Minimize_EachLineSearch_StaysInsideAndConverges(LineSearch search)
    {
        BoundedProblem problem = BoundedProblem.All.Single(p => p.Name == "rosenbrock_box");
        using Bounds bounds = Bounds.Of(-0.5, 0.8);
        Watched objective = new(problem.Loss, problem.Start);
        using LbfgsResult result =
            Lbfgs.Minimize(objective, new LbfgsOptions { Bounds = bounds, LineSearch = search, Execution = Execution.Eager });
        Assert.All(objective.Positions, position => Assert.All(position, x => Assert.InRange(x, -0.5, 0.8)));
        Assert.Equal(problem.Minimum, result.Loss, 1e-7);
    }

    [Fact]
    public void Minimize_InfiniteBounds_IsTheRunWithoutBounds()
    {
        using Tensor start = TestObjectives.Start();
        using Bounds bounds = Bounds.Of(-Infinity, Infinity);
        using LbfgsResult with =
            Lbfgs.Minimize(TestObjectives.Rosenbrock, start, new LbfgsOptions { Bounds = bounds, Execution = Execution.Eager });
        // Bounds are for ops, so the other run is by ops as well: loops of our own round differently.
        using LbfgsResult without = Lbfgs.Minimize(
            TestObjectives.Rosenbrock, start, new LbfgsOptions { Execution = Execution.Eager, ComputesByOps = true });
        Assert.Equal(without.History.Select(p => (p.Evaluations, p.Loss, p.GradientNorm)),
            with.History.Select(p => (p.Evaluations, p.Loss, p.GradientNorm)));
    }

    [Fact]
    public void Minimize_StartOutside_IsProjectedFirstAndSaysSo()
    {
        using Bounds bounds = Bounds.Of([-1, 0], [0.5, 0.5]);
        Watched objective = new(TestObjectives.Rosenbrock, [-1.2, 1]);
        using LbfgsResult result = Lbfgs.Minimize(objective, new LbfgsOptions { Bounds = bounds, Execution = Execution.Eager });
        Assert.Equal([-1.0, 0.5], objective.Positions[0]);
        Assert.EndsWith("The start lay outside the bounds and was projected into them.", result.Message);
        Watched inside = new(TestObjectives.Rosenbrock, [0, 0.1]);
        using LbfgsResult quiet = Lbfgs.Minimize(inside, new LbfgsOptions { Bounds = bounds, Execution = Execution.Eager });
        Assert.DoesNotContain("outside", quiet.Message);
    }

    [Fact]
    public void Minimize_EqualBounds_FixTheVariable()
    {
        using Tensor start = TestObjectives.Start();
        using Bounds bounds = Bounds.Of([0.3, -Infinity], [0.3, Infinity]);
        using LbfgsResult result = Lbfgs.Minimize(TestObjectives.Rosenbrock, start, new LbfgsOptions { Bounds = bounds });
        Assert.Equal(StopReason.Converged, result.Reason);
        Assert.Equal([0.3, 0.09], result.Position.ToArray<double>(), (a, b) => Math.Abs(a - b) < 1e-9);
    }

    [Fact]
    public void Minimize_AllVariablesFixedOrHeld_ConvergesAtOnce()
    {
        using Tensor start = TestObjectives.Start();
        using Bounds bounds = Bounds.Of(0.25, 0.25);
        using LbfgsResult result = Lbfgs.Minimize(TestObjectives.Rosenbrock, start, new LbfgsOptions { Bounds = bounds });
        Assert.Equal((StopReason.Converged, 1, 0.0), (result.Reason, result.Evaluations, result.GradientNorm));
        Assert.Equal([0.25, 0.25], result.Position.ToArray<double>());

        // A corner that the gradient points out of.
        using Tensor corner = Tensor.From([1.0, 1.0, 1.0]);
        using Bounds box = Bounds.Of(1, 2);
        using LbfgsResult held = Lbfgs.Minimize(x => Sum(x * x), corner, new LbfgsOptions { Bounds = box });
        Assert.Equal((StopReason.Converged, 1), (held.Reason, held.Evaluations));
    }

    [Fact]
    public void Minimize_StartAtABoundThatMustBeLeft_LeavesIt()
    {
        using Tensor start = Tensor.From([0.0, 0.0, 0.0]);
        using Bounds bounds = Bounds.Of(0, 10);
        using LbfgsResult result = Lbfgs.Minimize(x => SumOfSquares(x - Vector(3, -2, 20)), start, new LbfgsOptions { Bounds = bounds });
        Assert.Equal(StopReason.Converged, result.Reason);
        Assert.Equal([3.0, 0.0, 10.0], result.Position.ToArray<double>(), (a, b) => Math.Abs(a - b) < 1e-9);
    }

    [Fact]
    public void Jaxopt492_LossThatIsInfiniteAtTheBound_IsNoTrap()
    {
        using Tensor start = Tensor.From([5.0, 9.0, 0.5]);
        using Bounds bounds = Bounds.Of(0, 10);
        using LbfgsResult result =
            Lbfgs.Minimize(x => Sum(Vector(1, 30, 2) * x - RawOps.Log(x)), start, new LbfgsOptions { Bounds = bounds });
        Assert.True(result.Reason is StopReason.Converged or StopReason.WorkingPrecision, result.ToString());
        Assert.Equal([1.0, 1 / 30.0, 0.5], result.Position.ToArray<double>(), (a, b) => Math.Abs(a - b) < 1e-7);
    }

    [Fact]
    public void Minimize_StartVeryCloseToTheBounds_DoesNotJam()
    {
        // The steepest components reach their bounds after next to nothing; the others have far to go.
        double[] start = [.. Enumerable.Range(0, 40).Select(i => i % 2 == 0 ? Math.Pow(10, -i / 3.0) : 5)];
        using Tensor from = Tensor.From(start);
        using Bounds bounds = Bounds.Of(0, Infinity);
        using LbfgsResult result = Lbfgs.Minimize(
            x => SumOfSquares(Sequence(40, i => i % 2 == 1 ? Math.Pow(10, i / 10.0) : 1 + i / 10.0)
                * (x - Sequence(40, i => i % 2 == 1 ? -1 : i))), from, new LbfgsOptions { Bounds = bounds });
        Assert.Equal(StopReason.Converged, result.Reason);
        Assert.Equal(Enumerable.Range(1, 40).Select(i => i % 2 == 1 ? 0.0 : i), result.Position.ToArray<double>(),
            (a, b) => Math.Abs(a - b) < 1e-7);
        Assert.True(result.Evaluations < 60, result.ToString());
    }

    [Fact]
    public void Minimize_Float32_StaysInside()
    {
        using Tensor start = Tensor.From([-1.2f, 1f]);
        using Bounds bounds = Bounds.Of(-2, 0.5, DType.Float32);
        using LbfgsResult result =
            Lbfgs.Minimize(TestObjectives.Rosenbrock, start, new LbfgsOptions { Bounds = bounds, GradientTolerance = 1e-3 });
        Assert.Equal([0.5f, 0.25f], result.Position.ToArray<float>(), (a, b) => Math.Abs(a - b) < 1e-4);
        Assert.Equal(0.25, result.Loss, 1e-5);
    }

    [Fact]
    public void Minimize_OnSecondDevice_ReadsOnlyScalars()
    {
        BoundedProblem problem = BoundedProblem.All.Single(p => p.Name == "torsion");
        using (Device.Use("/CPU:1"))
        using (Tensor start = Tensor.From(problem.Start))
        using (Bounds bounds = Bounds.Of(problem.Lower, problem.Upper))
        using (new TransferGuard())
        {
            NativeCounters.ResetLargestRead();
            NativeCounters before = NativeCounters.Now;
            using LbfgsResult result = Lbfgs.Minimize(problem.Loss, start, new LbfgsOptions { Bounds = bounds });
            NativeCounters used = NativeCounters.Now.Since(before);
            Assert.Equal(result.Reads, used.Reads);
            Assert.True(used.Reads <= result.Evaluations + result.Iterations, $"{used.Reads} reads, {result}");
            Assert.True(used.LargestRead <= 9 * sizeof(double), $"{used.LargestRead} bytes");
            Assert.Equal(0, used.DeviceCopies);
        }
    }

    [Fact]
    public void Minimize_BoundsOnAnotherDevice_AreRefused()
    {
        using Bounds bounds = Bounds.Of(-2, 0.5);
        using (Device.Use("/CPU:1"))
        {
            using Tensor start = TestObjectives.Start();
            TfLbfgsException refused =
                Assert.Throws<TfLbfgsException>(() =>
                Lbfgs.Minimize(TestObjectives.Rosenbrock, start, new LbfgsOptions { Bounds = bounds }));
            Assert.StartsWith("LbfgsOptions.Bounds: expected bounds on ", refused.Message);
        }
    }

    [Fact]
    public void Minimize_OtherBoundsOfTheSameMinimizer_DoNotTraceAgain()
    {
        int traces = 0;
        using Tensor start = TestObjectives.Start();
        using LbfgsMinimizer minimizer = new(new FunctionObjective(
            x =>
            {
                traces++;
                return TestObjectives.Rosenbrock(x);
            },
            start));
        using Bounds first = Bounds.Of(-2, 0.5);
        using Bounds second = Bounds.Of(-2, 0.8);
        minimizer.Options = new LbfgsOptions { Bounds = first };
        minimizer.Minimize().Dispose();
        int before = traces;
        minimizer.Options = new LbfgsOptions { Bounds = second };
        using LbfgsResult result = minimizer.Minimize();
        Assert.Equal(before, traces);
        Assert.Equal(0.8, result.Position.ToArray<double>()[0]);
        minimizer.Options = new LbfgsOptions();
        using LbfgsResult free = minimizer.Minimize();
        Assert.Equal([1.0, 1.0], free.Position.ToArray<double>(), (a, b) => Math.Abs(a - b) < 1e-6);
    }

    [Fact]
    public void Step_WithBounds_IsTheSameRun()
    {
        BoundedProblem problem = BoundedProblem.All.Single(p => p.Name == "rosenbrock_box");
        using Tensor start = Tensor.From(problem.Start);
        using Bounds bounds = Bounds.Of(problem.Lower, problem.Upper);
        using LbfgsMinimizer minimizer = new(new FunctionObjective(problem.Loss, start), new LbfgsOptions { Bounds = bounds });
        using LbfgsResult whole = minimizer.Minimize();
        using LbfgsState state = minimizer.Begin();
        while (minimizer.Step(state))
        {
        }

        using LbfgsResult steps = minimizer.Finish(state);
        Assert.Equal(whole.Position.ToArray<double>(), steps.Position.ToArray<double>());
        Assert.Equal(whole.Evaluations, steps.Evaluations);
    }

    [Fact]
    public void Minimize_StateFromAFile_GoesOnWithinTheBounds()
    {
        BoundedProblem problem = BoundedProblem.All.Single(p => p.Name == "torsion");
        string path = Path.GetTempFileName();
        using Tensor start = Tensor.From(problem.Start);
        using Bounds bounds = Bounds.Of(problem.Lower, problem.Upper);
        FunctionObjective objective = new(problem.Loss, start);
        try
        {
            using LbfgsMinimizer first = new(objective, new LbfgsOptions { Bounds = bounds });
            using LbfgsResult whole = first.Minimize();
            using LbfgsState begun = first.Begin();
            for (int i = 0; i < 20; i++)
                first.Step(begun);
            begun.Save(path);
            using LbfgsState loaded = LbfgsState.Load(path);
            using LbfgsMinimizer second = new(objective, new LbfgsOptions { Bounds = bounds });
            using LbfgsResult resumed = second.Minimize(loaded);
            Assert.Equal(whole.Position.ToArray<double>(), resumed.Position.ToArray<double>());
            Assert.Equal((whole.Iterations, whole.Evaluations), (resumed.Iterations, resumed.Evaluations));

            using LbfgsState other = LbfgsState.Load(path);
            using LbfgsMinimizer unbounded = new(objective);
            Assert.Contains("within bounds", Refused(() => unbounded.Minimize(other)));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Of_Layout_BoundsVariablesByName()
    {
        ParameterLayout layout =
            ParameterLayout.Of([("kernel", [2, 2], DType.Float32), ("rate", [], DType.Float32), ("bias", [2], DType.Float32)]);
        using Bounds bounds = Bounds.Of(layout, new Dictionary<string, (double, double)> { ["rate"] = (0, Infinity), ["bias"] = (-1, 1) });
        const float None = float.PositiveInfinity;
        Assert.Equal([-None, -None, -None, -None, 0, -1, -1], bounds.Lower.ToArray<float>());
        Assert.Equal([None, None, None, None, None, 1, 1], bounds.Upper.ToArray<float>());
        TfLbfgsException refused =
            Assert.Throws<TfLbfgsException>(() => Bounds.Of(layout, new Dictionary<string, (double, double)> { ["Rate"] = (0, 1) }));
        Assert.Contains("'Rate', which none of them has. The variables are kernel, rate, bias.", refused.Message);
    }

    [Fact]
    public void Constructor_Tensors_AreBorrowed()
    {
        Tensor lower = Tensor.From([0.0, 1.0]);
        using Tensor upper = Tensor.Scalar(2.0);
        using Bounds bounds = new(lower, upper);
        lower.Dispose();
        Assert.Equal([0.0, 1.0], bounds.Lower.ToArray<double>());
    }

    [Fact]
    public void Bounds_ThatAreNoBox_AreRefused()
    {
        Assert.Contains("received lower 3 and upper 2 at component 1", Refused(() => Bounds.Of([0, 3], [1, 2])));
        Assert.Contains("received lower NaN and upper 2 at component 0", Refused(() => Bounds.Of([double.NaN, 3], [2, 4])));
        Assert.Contains("received lower 0 and upper NaN", Refused(() => Bounds.Of(0, double.NaN)));
        Assert.Contains("received lower Infinity and upper Infinity", Refused(() => Bounds.Of(Infinity, Infinity)));
        Assert.Contains("shape [n] or [] each", Refused(() => Bounds.Of([0, 0], [1, 1, 1])));
        using Tensor integers = Tensor.From([1, 2]);
        Assert.Contains("float32 or float64", Refused(() => new Bounds(integers, integers).Dispose()));
        using Tensor matrix = Tensor.From(new double[,] { { 1, 2 } });
        Assert.Contains("shape [n] or []", Refused(() => new Bounds(matrix, matrix).Dispose()));
        Bounds.Of([2, 3], [2, 3]).Dispose();
    }

    [Fact]
    public void Minimize_BoundsThatDoNotFit_AreRefused()
    {
        using Tensor start = TestObjectives.Start();
        using Bounds longer = Bounds.Of([0, 0, 0], [1, 1, 1]);
        using Bounds narrow = Bounds.Of(0, 1, DType.Float32);
        Assert.Contains("expected bounds of float64(2,) or float64()",
            Refused(() => Lbfgs.Minimize(TestObjectives.Rosenbrock, start, new LbfgsOptions { Bounds = longer })));
        Assert.Contains("expected bounds of float64(2,) or float64()",
            Refused(() => Lbfgs.Minimize(TestObjectives.Rosenbrock, start, new LbfgsOptions { Bounds = narrow })));
    }

    private static string Refused(Action action) => Assert.Throws<TfLbfgsException>(action).Message;

    private static double ProjectedGradient(BoundedProblem problem, LbfgsResult result)
    {
        double[] position = result.Position.ToArray<double>();
        double[] gradient = result.Gradient.ToArray<double>();
        return Enumerable.Range(0, position.Length)
            .Max(i => Math.Abs(position[i] - Math.Clamp(position[i] - gradient[i], problem.Lower[i], problem.Upper[i])));
    }

    /// <summary>Keeps every position that it is evaluated at.</summary>
    private sealed class Watched(Func<Tensor, Tensor> loss, double[] start) : Objective
    {
        public List<double[]> Positions { get; } = [];

        public double[] Adopted { get; private set; } = [];

        public override long Count => start.Length;

        public override DType DType => DType.Float64;

        public override Tensor InitialPosition() => Tensor.From(start);

        public override (Tensor Loss, Tensor Gradient) Evaluate(Tensor position, IReadOnlyList<Tensor> data)
        {
            Positions.Add(position.ToArray<double>());
            return new FunctionObjective(loss, position).Evaluate(position, data);
        }

        public override void Adopt(Tensor position) => Adopted = position.ToArray<double>();
    }
}
