using System.Diagnostics;
using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <summary>
/// Runs the compiled loop in blocks: between two of them the host reads the numbers of the iterations, notifies the observers, and applies
/// the rules that the loop does not know. Where a block ends changes no bit of the
/// iterates, so its length may follow the clock.
/// </summary>
internal sealed class LoopDriver(LoopKernel kernel, LbfgsState state, LbfgsOptions options) : RunDriver(state, options, kernel.Objective)
{
    private static readonly TimeSpan BlockTime = TimeSpan.FromMilliseconds(50);

    private int _block = 4;

    /// <inheritdoc/>
    public override object Kernel => kernel;

    /// <inheritdoc/>
    public override string ExecutionText => nameof(Execution.Compiled);

    /// <summary>Whether something has to be done before the run is over.</summary>
    private bool IsWatched =>
        Listeners.IsHeard || Options.Validation is not null || Options.MaxTime is not null || Stopping.Cancellation.CanBeCanceled
            || Options.HasChangeRules;

    /// <inheritdoc/>
    protected override void EvaluateStart(Tensor start, int iterations)
    {
        using TensorScope scope = new();
        // Whether the loss has parts, which are measured where a block ends, is known when it is traced.
        int block = IsWatched || kernel.Objective is not FunctionObjective ? 0
            : Math.Min(Math.Min(LoopKernel.MaxBlock, iterations), Options.MaxIterations);
        LoopState begin = LoopState.Begin(start, kernel.Pairs, kernel.Scaling, LoopKernel.MaxBlock + 1);
        Take(scope, kernel.Call(begin, Limits(block), Stopping.Cancellation), isStart: true);
    }

    /// <inheritdoc/>
    protected override void TakeStart(Trial trial)
    {
        using TensorScope scope = new();
        LoopState begin = LoopState.Begin(trial.Position, kernel.Pairs, kernel.Scaling, 1);
        State.Current = State.Best = trial;
        State.Numbers.InitialLoss = trial.Value;
        State.Numbers.Evaluations = 1;
        TakeMemory(scope, begin with { Changes = begin.Steps.Alias() }, LoopNumbers<double>.Of(begin.Scalars.ToArray<double>()));
        Stopping.Accept(trial, 0, 1);
        State.End = Stopping.Verdict;
    }

    /// <inheritdoc/>
    protected override (double Loss, double Moved) EvaluateAgain()
    {
        kernel.Check(State.Memory ?? []);
        using TensorScope scope = new();
        LoopState again = kernel.Call(
            LoopState.Begin(Point.Position, kernel.Pairs, kernel.Scaling, LoopKernel.MaxBlock + 1), Limits(0), CancellationToken.None);
        return (LoopNumbers<double>.Of(again.Scalars.ToArray<double>()).Value, 0);
    }

    /// <inheritdoc/>
    protected override void Advance(int iterations)
    {
        if (Limit() is { } limit)
        {
            State.End = limit;
            return;
        }

        using TensorScope scope = new();
        int block = Math.Min(Math.Min(IsWatched ? _block : LoopKernel.MaxBlock, iterations), Options.MaxIterations - State.Iterations);
        // A measurement is due at the points of its interval, and they are at hand only where a block ends.
        if (kernel.Objective.Terms is { IsEmpty: false })
            block = 1;
        if (Options.Validation is { Interval: var interval })
            block = Math.Min(block, interval - State.Iterations % interval);
        Stopwatch clock = Stopwatch.StartNew();
        int before = State.Iterations;
        Take(scope, kernel.Call(Given(), Limits(State.Iterations + block), Stopping.Cancellation), isStart: false);
        if (State.Iterations - before == _block)
            _block = clock.Elapsed < BlockTime
                ? Math.Min(2 * _block, LoopKernel.MaxBlock) : clock.Elapsed > 2 * BlockTime ? Math.Max(1, _block / 2) : _block;
    }

    private double[] Limits(int stopAt)
    {
        RuleLimits<HostScalar> rules = State.Limits;
        return new LoopLimits<double>(
            stopAt, Options.MaxEvaluations, Options.GradientTolerance, Options.TargetLoss
                ?? double.NegativeInfinity, Options.SufficientDecrease, Options.Curvature, Options.MaxLineSearchTrials,
            rules.MaxRestarts, rules.AbsoluteError, rules.RelativeError, rules.FloorIterations, Options.AllowedRise,
            Options.AdaptFirstTrial ? 1 : 0).Pack();
    }

    /// <summary>The tensors of the run as the loop takes them.</summary>
    private LoopState Given()
    {
        Trial best = State.Best!;
        IReadOnlyList<Tensor> memory = State.Memory!;
        long[] cursor = memory[^1].ToArray<long>();
        LoopNumbers<double> numbers = new()
        {
            Run = State.Numbers.Select(number => number.Value),
            Value = Point.Value,
            GradientMax = Point.GradientMax,
            GradientSquared = Point.GradientSquared,
            Step = Point.Step,
            Moved = Point.Moved,
            BestValue = best.Value,
            BestGradientMax = best.GradientMax,
            BestGradientSquared = best.GradientSquared,
            BestIsCurrent = best == Point ? 1 : 0,
            Slot = cursor[0],
            Pairs = cursor[1],
            Share = cursor[2],
            EvaluationsAtPoint = State.Course[^1].Evaluations,
        };
        Tensor course = Tensor.Fill([LoopKernel.MaxBlock + 1, LoopState.Columns], 0, Runtime.DType.Float64);
        return new LoopState(
            Point.Position, Point.Gradient, best.Position, best.Gradient, memory[0], memory[1], memory[2], memory[3], memory[4],
                Tensor.From(numbers.Pack()), course);
    }

    /// <summary>Takes over where a block ended.</summary>
    private void Take(TensorScope scope, LoopState after, bool isStart)
    {
        LoopNumbers<double> numbers = LoopNumbers<double>.Of(after.Scalars.ToArray<double>());
        double[] course = after.Course.ToArray<double>();
        State.Reads += 2;
        int before = State.Iterations;
        State.Numbers = numbers.Run.Select(number => new HostScalar(number));
        TakePoints(scope, after, numbers);
        TakeMemory(scope, after, numbers);
        Hear(course, before, isStart);
        RunEnd own = (RunEnd)(int)numbers.End;
        (StopReason, string)? end = own is RunEnd.None or RunEnd.Point
            ? null
            : Ends.Of(own, Point.Scalars, State.Numbers, Options, numbers.Predicted);
        State.End = Stopping.Verdict ?? end ?? (isStart ? null : LimitOfEvaluations());
    }

    private void TakePoints(TensorScope scope, LoopState after, LoopNumbers<double> numbers)
    {
        Trial current = new(scope.Keep(after.Position), scope.Keep(after.Gradient), default(EvaluationScalars) with
        {
            Step = numbers.Step,
            Value = numbers.Value,
            GradientMax = numbers.GradientMax,
            GradientSquared = numbers.GradientSquared,
            Moved = numbers.Moved,
        });
        Trial best = numbers.BestIsCurrent > 0 ? current
            : new(scope.Keep(after.BestPosition), scope.Keep(after.BestGradient), default(EvaluationScalars) with
            {
                Value = numbers.BestValue,
                GradientMax = numbers.BestGradientMax,
                GradientSquared = numbers.BestGradientSquared,
            });
        if (State.Best != State.Current)
            State.Best?.Dispose();
        State.Current?.Dispose();
        State.Current = current;
        State.Best = best;
    }

    private void TakeMemory(TensorScope scope, LoopState after, LoopNumbers<double> numbers)
    {
        foreach (Tensor tensor in State.Memory ?? [])
            tensor.Dispose();
        Tensor[] memory =
        [
            after.Steps, after.Changes, after.Diagonal, after.Inverse, after.Curvatures,
                Tensor.From([(long)numbers.Slot, (long)numbers.Pairs, (long)numbers.Share]),
        ];
        foreach (Tensor tensor in memory)
            scope.Keep(tensor);
        State.Memory = memory;
    }

    /// <summary>Reports the iterations of a block; its last point is available, and so may be judged and handed on.</summary>
    private void Hear(double[] course, int before, bool isStart)
    {
        for (int k = isStart ? 0 : before + 1; k <= State.Iterations; k++)
        {
            ReadOnlySpan<double> row = course.AsSpan((k - before) * LoopState.Columns, LoopState.Columns);
            kernel.Tell(row[1]);
            if (k == State.Iterations)
                Stopping.Accept(Point, k, (int)row[0]);
            else
                Stopping.Pass(
                    new LbfgsProgress(k, (int)row[0], row[1], row[2], row[4],
                    Listeners.Seconds)
                    { GradientLength = Math.Sqrt(row[3]), Moved = row[5] });
        }
    }

    private (StopReason, string)? LimitOfEvaluations() => State.Evaluations >= Options.MaxEvaluations ? Limit() : null;
}
