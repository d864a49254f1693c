using TfLbfgs.Tensors;
using static TfLbfgs.Optimization.ScalarMath;
using static TfLbfgs.Optimization.VectorMath;

namespace TfLbfgs.Optimization;

/// <summary><see cref="CubicZoom"/> as a loop in the graph, one evaluation per round; the same decisions by selections.</summary>
/// <param name="evaluate">Loss and gradient at a position.</param>
/// <param name="epsilon">The relative rounding of the loss.</param>
/// <param name="limits">See <see cref="LoopLimits"/>, one tensor of shape [] each.</param>
internal sealed class LoopSearch(Func<Tensor, (Tensor Loss, Tensor Gradient)> evaluate, double epsilon, Tensor[] limits)
{
    private const double Running = 0;
    private const double Accepted = 1;
    private const double Failed = 2;
    private const double Interrupted = 3;

    /// <summary>Searches.</summary>
    /// <param name="position">x, shape [n].</param>
    /// <param name="gradient">The gradient there.</param>
    /// <param name="direction">d, shape [n].</param>
    /// <param name="start">Loss and slope at step 0.</param>
    /// <param name="firstStep">The first step.</param>
    /// <param name="noise">The absolute error of the loss.</param>
    /// <param name="evaluations">Evaluations before.</param>
    /// <param name="isStart">Whether the start itself is evaluated: the first trial is taken whatever it is.</param>
    public LoopFound Run(Tensor position, Tensor gradient, Tensor direction, LoopPoint start, Tensor firstStep, Tensor noise, Tensor evaluations, Tensor isStart)
    {
        Tensor infinity = Number(double.PositiveInfinity);
        Tensor zero = Number(0);
        LoopPoint nowhere = new(zero, infinity, zero);
        // The gradient stands for the first trial's until there is one: a loop needs a value of that shape.
        State before = new(Number(Running), firstStep, zero, evaluations, zero, start, nowhere, infinity, nowhere, zero, nowhere, zero, start, zero, gradient, gradient);
        Tensor[] after = Tf.While(state => Is(state[0], Running), state => Next(State.Of(state), position, direction, start, noise, isStart).Tensors(), before.Tensors());
        State end = State.Of(after);
        Tensor accepted = Is(end.Status, Accepted);
        Tensor lower = And(Not(accepted), Less(end.Lowest.Value, start.Value));
        return new LoopFound(
            accepted, lower, Is(end.Status, Interrupted), LoopPoint.If(accepted, end.Last, end.Lowest), If(accepted, end.LastSquared, end.LowestSquared), If(accepted, end.LastGradient, end.LowestGradient), end.Evaluations, end.Error);
    }

    private State Next(State s, Tensor position, Tensor direction, LoopPoint start, Tensor noise, Tensor isStart)
    {
        Tensor step = s.Step;
        (Tensor loss, Tensor gradient) = evaluate(position + As(step, position.DType) * direction);
        LoopPoint t = new(step, As(loss, Runtime.DType.Float64), Dot(gradient, direction));
        Tensor squared = Dot(gradient, gradient);
        Tensor finite = And(IsFinite(t.Value), IsFinite(t.Slope), IsFinite(squared));
        Tensor trials = s.Trials + 1.0;
        Tensor evaluated = s.Evaluations + 1.0;
        Tensor isUsedUp = AtMost(limits[LoopLimits.MaxTrials], trials);

        Tensor c1 = limits[LoopLimits.SufficientDecrease];
        Tensor c2 = limits[LoopLimits.Curvature];
        Tensor tooHigh = Less(start.Value + c1 * step * start.Slope, t.Value);
        Tensor wolfe = And(Not(tooHigh), AtMost(RawOps.Abs(t.Slope), -c2 * start.Slope));
        Tensor approximate = And(AtMost(RawOps.Abs(t.Value - start.Value), noise), AtMost(c2 * start.Slope, t.Slope), AtMost(t.Slope, (2 * c1 - 1.0) * start.Slope));
        Tensor meets = Or(wolfe, approximate);

        Tensor wall = If(finite, s.Wall, Min(s.Wall, step));
        Tensor isOpen = Not(IsTrue(s.HasHigh));
        Tensor notLower = AtMost(s.Low.Value, t.Value);
        Tensor becomesHigh = Or(tooHigh, And(notLower, Or(Not(isOpen), Less(Number(0), s.Low.Step))));
        Tensor rises = AtMost(Number(0), If(isOpen, t.Slope, t.Slope * (s.High.Step - s.Low.Step)));
        Tensor descends = And(isOpen, Not(becomesHigh), Not(rises));
        Tensor atWall = And(descends, Or(AtLeast(step, 1e10), AtMost(0.99 * wall, step)));
        LoopPoint high = LoopPoint.If(becomesHigh, t, LoopPoint.If(rises, s.Low, s.High));
        LoopPoint low = LoopPoint.If(becomesHigh, s.Low, t);
        Tensor hasHigh = Flag(Or(Not(isOpen), And(finite, Not(descends))));

        Tensor left = Min(low.Step, high.Step);
        Tensor width = RawOps.Abs(high.Step - low.Step);
        Tensor narrow = AtMost(width, 1e-14 * Max(RawOps.Abs(high.Step), RawOps.Abs(low.Step)));
        Tensor inside = LoopPoint.CubicMinimizer(low, high);
        Tensor interpolated = If(IsFinite(inside), Clamp(inside, left + 0.1 * width, left + 0.9 * width), left + 0.5 * width);
        Tensor next = If(finite, If(descends, Extrapolate(s.Low, t, wall), interpolated), s.Low.Step + 0.1 * (step - s.Low.Step));

        Tensor isGood = Or(isStart, And(finite, Or(meets, atWall)));
        Tensor isOver = Or(isUsedUp, If(finite, And(Not(descends), narrow), Not(isOpen)));
        Tensor isStopped = Or(AtMost(limits[LoopLimits.MaxEvaluations], evaluated), And(finite, AtMost(t.Value, limits[LoopLimits.TargetLoss])));
        Tensor status = If(isGood, Accepted, If(isOver, Failed, If(isStopped, Interrupted, Running)));
        Tensor isLowest = And(finite, Less(t.Value, s.Lowest.Value));
        Tensor keep = Not(finite);

        // As TrialConsistency has it.
        Tensor moved = step - s.Former.Step;
        Tensor error = RawOps.Abs(t.Value - s.Former.Value - moved * (s.Former.Slope + t.Slope) / 2.0);
        Tensor rounding = TrialConsistency.RoundingInUlps * epsilon * Max(RawOps.Abs(t.Value), RawOps.Abs(s.Former.Value));
        Tensor proves = And(finite, Less(Max(RawOps.Abs(moved * (s.Former.Slope - t.Slope)), rounding), error));
        return new State(
            status, next, trials, evaluated, hasHigh, LoopPoint.If(keep, s.Low, low), LoopPoint.If(keep, s.High, high), wall, t, squared,
            LoopPoint.If(isLowest, t, s.Lowest), If(isLowest, squared, s.LowestSquared), LoopPoint.If(finite, t, s.Former), If(proves, Max(s.Error, error), s.Error), gradient, If(isLowest, gradient, s.LowestGradient));
    }

    private static Tensor Extrapolate(LoopPoint low, LoopPoint trial, Tensor wall)
    {
        Tensor width = trial.Step - low.Step;
        Tensor cubic = LoopPoint.CubicMinimizer(low, trial);
        Tensor far = trial.Step + 4.0 * width;
        Tensor next = If(And(IsFinite(cubic), Not(Less(cubic, trial.Step))), Clamp(cubic, trial.Step + 1.1 * width, far), far);
        return If(AtMost(wall, next), (trial.Step + wall) / 2.0, next);
    }

    /// <summary>What a round hands to the next one.</summary>
    private sealed record State(
        Tensor Status, Tensor Step, Tensor Trials, Tensor Evaluations, Tensor HasHigh, LoopPoint Low, LoopPoint High, Tensor Wall, LoopPoint Last, Tensor LastSquared, LoopPoint Lowest, Tensor LowestSquared,
        LoopPoint Former, Tensor Error, Tensor LastGradient, Tensor LowestGradient)
    {
        public static State Of(Tensor[] t) => new(
            t[0], t[1], t[2], t[3], t[4], LoopPoint.Of(t.AsSpan(5)), LoopPoint.Of(t.AsSpan(8)), t[11], LoopPoint.Of(t.AsSpan(12)), t[15], LoopPoint.Of(t.AsSpan(16)), t[19], LoopPoint.Of(t.AsSpan(20)), t[23], t[24], t[25]);

        public Tensor[] Tensors() =>
        [
            Status, Step, Trials, Evaluations, HasHigh, .. Low.Tensors(), .. High.Tensors(), Wall, .. Last.Tensors(), LastSquared, .. Lowest.Tensors(), LowestSquared, .. Former.Tensors(), Error, LastGradient, LowestGradient,
        ];
    }
}
