using System.Diagnostics;
using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <summary>
/// Runs the compiled loop in blocks: between two of them the host reads the numbers of the iterations, tells those who listen, and applies the rules that the loop does not know. Where a block ends changes no bit of the
/// course, so its length may follow the clock.
/// </summary>
internal sealed class LoopDriver(LoopKernel kernel, LbfgsState state, LbfgsOptions options) : RunDriver(state, options, kernel.Objective.Layout)
{
    private static readonly TimeSpan BlockTime = TimeSpan.FromMilliseconds(50);

    private int _block = 4;

    /// <inheritdoc/>
    public override object Kernel => kernel;

    /// <summary>Whether anybody wants to look up before the run is over.</summary>
    private bool IsWatched => Listeners.IsHeard || Options.Validation is not null || Options.MaxTime is not null || Rules.Cancellation.CanBeCanceled || Options.HasChangeRules;

    /// <inheritdoc/>
    protected override void EvaluateStart(Tensor start, int iterations)
    {
        using TensorScope scope = new();
        int block = IsWatched ? 0 : Math.Min(Math.Min(LoopKernel.MaxBlock, iterations), Options.MaxIterations);
        LoopState begin = LoopState.Begin(start, kernel.Pairs, kernel.Scaling, LoopKernel.MaxBlock + 1);
        Take(scope, kernel.Call(begin, Limits(block)), isStart: true);
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
        if (Options.Validation is { Interval: var interval })
            block = Math.Min(block, interval - State.Iterations % interval);
        Stopwatch clock = Stopwatch.StartNew();
        int before = State.Iterations;
        Take(scope, kernel.Call(Given(), Limits(State.Iterations + block)), isStart: false);
        if (State.Iterations - before == _block)
            _block = clock.Elapsed < BlockTime ? Math.Min(2 * _block, LoopKernel.MaxBlock) : clock.Elapsed > 2 * BlockTime ? Math.Max(1, _block / 2) : _block;
    }

    private double[] Limits(int stopAt)
    {
        double[] limits = new double[LoopLimits.Count];
        limits[LoopLimits.StopAt] = stopAt;
        limits[LoopLimits.MaxEvaluations] = Options.MaxEvaluations;
        limits[LoopLimits.GradientTolerance] = Options.GradientTolerance;
        limits[LoopLimits.TargetLoss] = Options.TargetLoss ?? double.NegativeInfinity;
        limits[LoopLimits.SufficientDecrease] = Options.SufficientDecrease;
        limits[LoopLimits.Curvature] = Options.Curvature;
        limits[LoopLimits.MaxTrials] = Options.MaxLineSearchTrials;
        limits[LoopLimits.MaxRestarts] = Options.MaxRestarts;
        return limits;
    }

    /// <summary>The tensors of the run as the loop takes them.</summary>
    private LoopState Given()
    {
        Trial best = State.Best!;
        double[] scalars = new double[LoopScalars.Count];
        IReadOnlyList<Tensor> memory = State.Memory!;
        long[] cursor = memory[^1].ToArray<long>();
        scalars[LoopScalars.Iterations] = State.Iterations;
        scalars[LoopScalars.Evaluations] = State.Evaluations;
        scalars[LoopScalars.Value] = Point.Value;
        scalars[LoopScalars.GradientMax] = Point.GradientMax;
        scalars[LoopScalars.GradientSquared] = Point.GradientSquared;
        scalars[LoopScalars.Step] = Point.Step;
        scalars[LoopScalars.Moved] = Point.Moved;
        scalars[LoopScalars.BestValue] = best.Value;
        scalars[LoopScalars.BestGradientMax] = best.GradientMax;
        scalars[LoopScalars.BestGradientSquared] = best.GradientSquared;
        scalars[LoopScalars.BestIsCurrent] = best == Point ? 1 : 0;
        scalars[LoopScalars.Restarts] = State.Restarts;
        scalars[LoopScalars.FailedSearches] = State.FailedSearches;
        scalars[LoopScalars.FailsInRow] = State.FailsInRow;
        scalars[LoopScalars.Floor] = State.Floor;
        scalars[LoopScalars.Unchanged] = State.Unchanged;
        scalars[LoopScalars.ShortStart] = State.ShortStart;
        scalars[LoopScalars.FirstStep] = State.FirstStep;
        scalars[LoopScalars.KeepsMemory] = State.KeepsMemory ? 1 : 0;
        scalars[LoopScalars.Slot] = cursor[0];
        scalars[LoopScalars.Pairs] = cursor[1];
        scalars[LoopScalars.Share] = cursor[2];
        scalars[LoopScalars.Noise] = State.ProvenNoise;
        scalars[LoopScalars.InitialValue] = State.InitialLoss;
        scalars[LoopScalars.EvaluationsAtPoint] = State.Course[^1].Evaluations;
        Tensor course = Tensor.Fill([LoopKernel.MaxBlock + 1, LoopState.Columns], 0, Runtime.DType.Float64);
        return new LoopState(Point.Position, Point.Gradient, best.Position, best.Gradient, memory[0], memory[1], memory[2], memory[3], memory[4], Tensor.From(scalars), course);
    }

    /// <summary>Takes over where a block ended.</summary>
    private void Take(TensorScope scope, LoopState after, bool isStart)
    {
        double[] scalars = after.Scalars.ToArray<double>();
        double[] course = after.Course.ToArray<double>();
        State.Reads += 2;
        int before = State.Iterations;
        State.Iterations = (int)scalars[LoopScalars.Iterations];
        State.Evaluations = (int)scalars[LoopScalars.Evaluations];
        State.Restarts = (int)scalars[LoopScalars.Restarts];
        State.FailedSearches = (int)scalars[LoopScalars.FailedSearches];
        State.FailsInRow = (int)scalars[LoopScalars.FailsInRow];
        State.Floor = (int)scalars[LoopScalars.Floor];
        State.Unchanged = (int)scalars[LoopScalars.Unchanged];
        State.ShortStart = scalars[LoopScalars.ShortStart];
        State.FirstStep = scalars[LoopScalars.FirstStep];
        State.ProvenNoise = scalars[LoopScalars.Noise];
        State.KeepsMemory = scalars[LoopScalars.KeepsMemory] > 0;
        TakePoints(scope, after, scalars);
        TakeMemory(scope, after, scalars);
        if (isStart)
            State.InitialLoss = course[1];
        Hear(course, before, isStart);
        State.End = Rules.Verdict ?? EndOf((LoopEnd)(int)scalars[LoopScalars.End], scalars[LoopScalars.Predicted]) ?? (isStart ? null : LimitOfEvaluations());
    }

    private void TakePoints(TensorScope scope, LoopState after, double[] scalars)
    {
        Trial current = new(scope.Keep(after.Position), scope.Keep(after.Gradient))
        {
            Step = scalars[LoopScalars.Step],
            Value = scalars[LoopScalars.Value],
            GradientMax = scalars[LoopScalars.GradientMax],
            GradientSquared = scalars[LoopScalars.GradientSquared],
            Moved = scalars[LoopScalars.Moved],
        };
        Trial best = scalars[LoopScalars.BestIsCurrent] > 0 ? current : new(scope.Keep(after.BestPosition), scope.Keep(after.BestGradient))
        {
            Value = scalars[LoopScalars.BestValue],
            GradientMax = scalars[LoopScalars.BestGradientMax],
            GradientSquared = scalars[LoopScalars.BestGradientSquared],
        };
        if (State.Best != State.Current)
            State.Best?.Dispose();
        State.Current?.Dispose();
        State.Current = current;
        State.Best = best;
    }

    private void TakeMemory(TensorScope scope, LoopState after, double[] scalars)
    {
        foreach (Tensor tensor in State.Memory ?? [])
            tensor.Dispose();
        Tensor[] memory =
        [
            after.Steps, after.Changes, after.Diagonal, after.Inverse, after.Curvatures, Tensor.From([(long)scalars[LoopScalars.Slot], (long)scalars[LoopScalars.Pairs], (long)scalars[LoopScalars.Share]]),
        ];
        foreach (Tensor tensor in memory)
            scope.Keep(tensor);
        State.Memory = memory;
    }

    /// <summary>Tells of the iterations of a block; its last point is at hand, and so may be judged and handed on.</summary>
    private void Hear(double[] course, int before, bool isStart)
    {
        for (int k = isStart ? 0 : before + 1; k <= State.Iterations; k++)
        {
            ReadOnlySpan<double> row = course.AsSpan((k - before) * LoopState.Columns, LoopState.Columns);
            kernel.Tell(row[1]);
            if (k == State.Iterations)
                Rules.Accept(Point, k, (int)row[0]);
            else
                Rules.Pass(new LbfgsProgress(k, (int)row[0], row[1], row[2], row[4], Listeners.Seconds) { GradientLength = Math.Sqrt(row[3]), Moved = row[5] });
        }
    }

    private (StopReason, string)? LimitOfEvaluations() => State.Evaluations >= Options.MaxEvaluations ? Limit() : null;

    private (StopReason, string)? EndOf(LoopEnd end, double predicted) => end switch
    {
        LoopEnd.NotMoved => Ends.NotMoved(Point.GradientMax),
        LoopEnd.Floor => Ends.Floor(Point.GradientMax),
        LoopEnd.Unchanged => Ends.Unchanged(Point.Value, Point.GradientMax),
        LoopEnd.Predicted => Ends.Predicted(Point.GradientMax, predicted),
        LoopEnd.Failures => Ends.Failures(Point.GradientMax, State.FailsInRow),
        _ => null,
    };
}
