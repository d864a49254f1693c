using TfLbfgs.Tensors;
using static TfLbfgs.Optimization.VectorMath;
using Rules = TfLbfgs.Optimization.IterationRules<TfLbfgs.Optimization.TracedScalar, TfLbfgs.Optimization.TracedTruth>;
using Zoom = TfLbfgs.Optimization.ZoomRules<TfLbfgs.Optimization.TracedScalar, TfLbfgs.Optimization.TracedTruth>;

namespace TfLbfgs.Optimization;

/// <summary>
/// <see cref="CubicZoom"/> as a loop in the graph, one evaluation per round: <see cref="ZoomRules{T, B}"/> and what the trials leave.
/// </summary>
/// <param name="evaluate">Loss and gradient at a position.</param>
/// <param name="epsilon">The relative rounding of the loss.</param>
/// <param name="limits">The limits of the call.</param>
internal sealed class LoopSearch(Func<Tensor, (Tensor Loss, Tensor Gradient)> evaluate, double epsilon, LoopLimits<TracedScalar> limits)
{
    /// <summary>Searches.</summary>
    /// <param name="position">x, shape [n].</param>
    /// <param name="gradient">The gradient there.</param>
    /// <param name="direction">d, shape [n].</param>
    /// <param name="start">Loss and slope at step 0.</param>
    /// <param name="firstStep">The first step.</param>
    /// <param name="noise">The absolute error of the loss.</param>
    /// <param name="rise">How far a step may end above the start.</param>
    /// <param name="evaluations">Evaluations before.</param>
    /// <param name="isStart">Whether the start itself is evaluated: the first trial is taken in any case.</param>
    public LoopFound Run(
        Tensor position, Tensor gradient, Tensor direction, ZoomPoint<TracedScalar> start, TracedScalar firstStep, TracedScalar noise,
            TracedScalar rise, TracedScalar evaluations, TracedTruth isStart)
    {
        ZoomPoint<TracedScalar> nowhere = new(0, double.PositiveInfinity, 0);
        WolfeConditions<TracedScalar> conditions = new(start, limits.SufficientDecrease, limits.Curvature, noise, rise);
        // The gradient stands for the first trial's until there is one: a loop needs a value of that shape.
        State before = new(
            (double)ZoomStatus.Running, Zoom.Begin(start, firstStep), 0, evaluations, nowhere, 0, nowhere, 0, start, 0, gradient, gradient);
        Tensor[] after = Tf.While(
            state => TracedScalar.Same(state[0], (double)ZoomStatus.Running).Tensor, state =>
                Next(State.Of(state), position, direction, conditions, isStart).Tensors(), before.Tensors());
        State end = State.Of(after);
        TracedTruth accepted = TracedScalar.Same(end.Status, (double)ZoomStatus.Accepted);
        TracedTruth lower = !accepted & (end.Lowest.Value < start.Value);
        return new LoopFound(
            accepted, lower, TracedScalar.Same(end.Status, (double)ZoomStatus.Interrupted), Zoom.If(accepted, end.Last, end.Lowest),
                TracedScalar.If(accepted, end.LastSquared, end.LowestSquared),
            TracedScalar.If(accepted, end.LastGradient, end.LowestGradient), end.Evaluations, end.Error);
    }

    private State Next(State s, Tensor position, Tensor direction, WolfeConditions<TracedScalar> conditions, TracedTruth isStart)
    {
        (Tensor loss, Tensor gradient) = evaluate(position + As(s.Zoom.Step.Tensor, position.DType) * direction);
        ZoomPoint<TracedScalar> trial = new(s.Zoom.Step, As(loss, Runtime.DType.Float64), Dot(gradient, direction));
        TracedScalar squared = Dot(gradient, gradient);
        TracedTruth isFinite = TracedScalar.IsFinite(trial.Value) & TracedScalar.IsFinite(trial.Slope) & TracedScalar.IsFinite(squared);
        TracedScalar trials = s.Trials + 1;
        TracedScalar evaluated = s.Evaluations + 1;
        (ZoomState<TracedScalar> zoom, TracedScalar status) = Zoom.Next(s.Zoom, trial, isFinite, conditions, limits.MaxTrials <= trials);
        TracedTruth isStopped = (limits.MaxEvaluations <= evaluated) | (isFinite & (trial.Value <= limits.TargetLoss));
        status = TracedScalar.If(TracedScalar.Same(status, (double)ZoomStatus.Running) & isStopped, (double)ZoomStatus.Interrupted, status);
        status = TracedScalar.If(isStart, (double)ZoomStatus.Accepted, status);
        TracedTruth isLowest = isFinite & (trial.Value < s.Lowest.Value);
        TracedScalar error = TracedScalar.If(isFinite, TracedScalar.Max(s.Error, Rules.ProvenError(s.Former, trial, epsilon)), s.Error);
        return new State(
            status, zoom, trials, evaluated, trial, squared, Zoom.If(isLowest, trial, s.Lowest),
                TracedScalar.If(isLowest, squared, s.LowestSquared), Zoom.If(isFinite, trial, s.Former), error, gradient,
            TracedScalar.If(isLowest, gradient, s.LowestGradient));
    }

    /// <summary>What a round hands to the next one.</summary>
    private sealed record State(
        TracedScalar Status, ZoomState<TracedScalar> Zoom, TracedScalar Trials, TracedScalar Evaluations, ZoomPoint<TracedScalar> Last,
            TracedScalar LastSquared, ZoomPoint<TracedScalar> Lowest,
        TracedScalar LowestSquared, ZoomPoint<TracedScalar> Former, TracedScalar Error, Tensor LastGradient, Tensor LowestGradient)
    {
        private const int Scalars = 24;

        public static State Of(Tensor[] t)
        {
            TracedScalar[] s = Array.ConvertAll(t[..Scalars], tensor => new TracedScalar(tensor));
            ZoomState<TracedScalar> zoom = new(
                s[1], ZoomPoint<TracedScalar>.Of(s.AsSpan(2)), ZoomPoint<TracedScalar>.Of(s.AsSpan(5)), s[8], s[9]);
            return new(
                s[0], zoom, s[10], s[11], ZoomPoint<TracedScalar>.Of(s.AsSpan(12)), s[15], ZoomPoint<TracedScalar>.Of(s.AsSpan(16)), s[19],
                    ZoomPoint<TracedScalar>.Of(s.AsSpan(20)), s[23],
                t[Scalars], t[Scalars + 1]);
        }

        public Tensor[] Tensors()
        {
            TracedScalar[] scalars =
            [
                Status, Zoom.Step, .. Zoom.Low.Pack(), .. Zoom.High.Pack(), Zoom.HasHigh, Zoom.Wall, Trials, Evaluations, .. Last.Pack(),
                    LastSquared, .. Lowest.Pack(), LowestSquared, .. Former.Pack(), Error,
            ];
            return [.. scalars.Select(scalar => scalar.Tensor), LastGradient, LowestGradient];
        }
    }
}
