using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using static TfLbfgs.Optimization.VectorMath;
using Rules = TfLbfgs.Optimization.IterationRules<TfLbfgs.Optimization.TracedScalar, TfLbfgs.Optimization.TracedTruth>;

namespace TfLbfgs.Optimization;

/// <summary>
/// The graph of the compiled loop: the decisions of <see cref="IterationRules{T, B}"/> by selections in place of branches. What a search
/// does not use it computes all the same; that is cheaper than to branch, except for
/// the evaluations, which are a loop of their own.
/// </summary>
/// <param name="objective">What is minimized.</param>
/// <param name="pairs">m.</param>
/// <param name="scaling">Of the initial matrix.</param>
/// <param name="usesLosses">Whether the losses correct the curvature of pairs.</param>
/// <param name="rows">The most iterations of a block.</param>
internal sealed class LoopBody(Objective objective, int pairs, InverseScaling scaling, bool usesLosses, int rows)
{
    private readonly double _epsilon = RuleConstants.EpsilonOf(objective.DType);

    /// <summary>
    /// Traces the loop: inputs and outputs are the tensors of a <see cref="LoopState"/>; the inputs go on with the limits and the data.
    /// </summary>
    public Tensor[] Trace(Tensor[] inputs)
    {
        LoopLimits<TracedScalar> limits = LoopLimits<TracedScalar>.Of(
            TracedScalar.Unpack(inputs[LoopState.Size], LoopLimits<TracedScalar>.Count));
        Tensor[] data = inputs[(LoopState.Size + 1)..];
        TracedScalar begun = NumbersOf(inputs[LoopState.Size - 2]).Run.Iterations;
        return Tf.While(state => GoesOn(NumbersOf(state[LoopState.Size - 2]), limits).Tensor,
            state => Search(LoopState.Of(state), limits, data, begun).Tensors(), inputs[..LoopState.Size]);
    }

    private static LoopNumbers<TracedScalar> NumbersOf(Tensor packed) =>
        LoopNumbers<TracedScalar>.Of(TracedScalar.Unpack(packed, LoopNumbers<TracedScalar>.Count));

    private static TracedTruth GoesOn(LoopNumbers<TracedScalar> s, LoopLimits<TracedScalar> limits) =>
        TracedScalar.Same(s.End,
            (double)RunEnd.None) & ((s.IsStart > 0.5) | ((s.Run.Iterations < limits.StopAt) & (s.Run.Evaluations < limits.MaxEvaluations)));

    private LoopState Search(LoopState state, LoopLimits<TracedScalar> limits, Tensor[] data, TracedScalar begun)
    {
        LoopNumbers<TracedScalar> s = NumbersOf(state.Scalars);
        RunNumbers<TracedScalar> run = s.Run;
        RuleLimits<TracedScalar> rules = new(
            _epsilon, limits.AbsoluteError, limits.RelativeError, limits.FloorIterations, limits.MaxRestarts);
        TracedTruth isStart = s.IsStart > 0.5;
        TracedTruth keeps = run.KeepsMemory > 0.5;

        // The direction: that of the memory, or the steepest descent with the memory forgotten. Stale rows of S and Y meet zeros of W and
        // drop out.
        LoopRows steps = new(state.Steps, pairs, s.Pairs.Tensor);
        LoopRows changes = new(state.Changes, pairs, s.Pairs.Tensor);
        Tensor learnt =
            TriangularForm.Direction(
                new TracedInverse(
                    steps.Products, steps.Combine, changes.Products, changes.Combine, state.Diagonal, state.Inverse, state.Curvatures),
                state.Gradient);
        (TracedScalar slope, TracedScalar lengthSquared) = (Dot(state.Gradient, learnt), Dot(learnt, learnt));
        TracedTruth descends = Rules.IsDescent(slope, lengthSquared, s.GradientSquared);
        TracedTruth fresh = !(keeps & descends);
        Tensor direction = TracedScalar.If(fresh, -state.Gradient, learnt);
        slope = TracedScalar.If(fresh, -s.GradientSquared, slope);
        lengthSquared = TracedScalar.If(fresh, s.GradientSquared, lengthSquared);
        Tensor inverse = TracedScalar.If(fresh, Tensor.Scalar(0.0), state.Inverse);
        Tensor curvatures = TracedScalar.If(fresh, Tensor.Scalar(0.0), state.Curvatures);
        Tensor diagonal = TracedScalar.If(fresh, Tensor.Scalar(1, state.Diagonal.DType), state.Diagonal);
        TracedScalar slot = TracedScalar.If(fresh, -1, s.Slot);
        TracedScalar count = TracedScalar.If(fresh, 0, s.Pairs);
        run.Restarts += Rules.Count(keeps & !descends);

        TracedTruth isCapped = (limits.AdaptsFirstTrial > 0.5) & Rules.IsCapped(run);
        TracedScalar cap = TracedScalar.If(
            isCapped, Rules.CappedDecrease(run.LastDecrease) / TracedScalar.Abs(slope), double.PositiveInfinity);
        TracedScalar firstStep = TracedScalar.If(
            fresh, Rules.FirstSteepestStep(s.GradientSquared, run.ShortStart),
            TracedScalar.Min(Rules.FirstLearntStep(run, isCapped), cap));
        LoopFound found = new LoopSearch(x => ObjectiveGuard.Evaluate(objective, x, data), _epsilon, limits).Run(
            state.Position, state.Gradient, direction, new(0, s.Value, slope), TracedScalar.If(isStart, 0, firstStep),
                Rules.Band(s.Value, run.ProvenNoise, rules), Rules.RiseOf(fresh, run.LastDecrease, limits.AllowedRise), run.Evaluations,
                    isStart);

        TracedTruth isPoint = found.Accepted | found.Lower;
        TracedTruth accepted = found.Accepted & !isStart;
        TracedTruth isTaken = isPoint & !isStart;
        Tensor step = As(found.Point.Step.Tensor, state.Position.DType) * direction;
        Tensor position = TracedScalar.If(isPoint, state.Position + step, state.Position);
        Tensor gradient = TracedScalar.If(isPoint, found.Gradient, state.Gradient);
        TracedScalar value = TracedScalar.If(isPoint, found.Point.Value, s.Value);
        TracedScalar gradientSquared = TracedScalar.If(isPoint, found.GradientSquared, s.GradientSquared);
        Tensor change = gradient - state.Gradient;
        TracedScalar changeSquared = Dot(change, change);
        TracedScalar moved = MaxAbs(position - state.Position);
        TracedScalar gradientMax = MaxAbs(gradient);
        TracedScalar directionDotChange = Dot(direction, change);
        TracedScalar curvature = found.Point.Step * directionDotChange;
        TracedTruth hasPair = isTaken & Rules.HasPair(moved, found.Point.Step, directionDotChange, lengthSquared, changeSquared);

        TracedTruth isBest = (isPoint & (value <= s.BestValue)) | isStart;
        TracedScalar bestValue = TracedScalar.If(isBest, value, s.BestValue);
        run.InitialLoss = TracedScalar.If(isStart, value, run.InitialLoss);
        run.Evaluations = found.Evaluations;
        SearchOutcome<TracedScalar, TracedTruth> outcome = new()
        {
            Accepted = accepted,
            Failed = !found.Accepted & !found.Interrupted,
            Lower = found.Lower,
            Fresh = fresh,
            HasPair = hasPair,
            HadPairs = count > 0,
            IsLessNoisy = false,
            Step = found.Point.Step,
            Moved = moved,
            Slope = slope,
            NewSlope = found.Point.Slope,
            Value = s.Value,
            NewValue = value,
            LowestBefore = s.BestValue,
            // The start is no search.
            Error = TracedScalar.If(isStart, 0, found.Error),
        };
        SearchVerdict<TracedScalar, TracedTruth> verdict = Rules.AfterSearch(run, outcome, rules);

        // The pair is learnt at once; without one its row is written as it was.
        if (usesLosses)
        {
            TracedScalar factor = TracedScalar.If(
                hasPair,
                Rules.FactorOfChange(
                    s.Value - value, found.Point.Step * (slope + found.Point.Slope), curvature,
                    Rules.BandOfCurvature(value, verdict.Numbers, rules)),
                1);
            change *= As(factor.Tensor, change.DType);
            curvature *= factor;
            changeSquared *= factor * factor;
        }

        TracedScalar lengths = Rules.Lengths(found.Point.Step, lengthSquared, changeSquared);
        TracedScalar newSlot = TracedScalar.If(hasPair, RawOps.FloorMod((slot + 1).Tensor, Tensor.Scalar((double)pairs)), slot);
        Tensor row = RawOps.Cast(TracedScalar.Max(newSlot, 0).Tensor, DType.Int32);
        Tensor isNew = RawOps.LogicalAnd(
            RawOps.Equal(Tensor.From([.. Enumerable.Range(0, pairs).Select(i => (double)i)]), newSlot.Tensor), hasPair.Tensor);
        Tensor products = steps.Products(change);
        Tensor newSteps = WithRow(state.Steps, row, hasPair, step);
        Tensor newChanges = WithRow(state.Changes, row, hasPair, change);
        TracedMatrix matrix = new(isNew, inverse, curvatures);
        TriangularForm.Extend<Tensor, TracedScalar, TracedTruth>(matrix, products, curvature);
        TracedScalar share = LengthShare.FollowsSteps(objective.Count, pairs)
            ? Rules.NextShare(s.Share, count > 0, found.Point.Step)
            : s.Share;
        Tensor length = Rules.Length(share, lengths, curvature).Tensor;
        diagonal = TracedScalar.If(
            hasPair, TriangularForm.Rescale(scaling, diagonal, step, change, curvature.Tensor, changeSquared.Tensor, length), diagonal);

        TracedTruth isFinite = TracedScalar.IsFinite(value) & TracedScalar.IsFinite(gradientSquared);
        TracedTruth isGoal = (gradientMax <= limits.GradientTolerance) | (value <= limits.TargetLoss) | (isStart & !isFinite);
        TracedScalar end = TracedScalar.If(isPoint & isGoal, (double)RunEnd.Point, verdict.End);
        run = verdict.Numbers;
        run.Restarts += Rules.Count(verdict.Restarts & TracedScalar.Same(end, (double)RunEnd.None));

        LoopNumbers<TracedScalar> next = new()
        {
            Run = run,
            Value = value,
            GradientMax = gradientMax,
            GradientSquared = gradientSquared,
            Step = TracedScalar.If(isPoint, found.Point.Step, s.Step),
            Moved = TracedScalar.If(isPoint, moved, s.Moved),
            BestValue = bestValue,
            BestGradientMax = TracedScalar.If(isBest, gradientMax, s.BestGradientMax),
            BestGradientSquared = TracedScalar.If(isBest, gradientSquared, s.BestGradientSquared),
            BestIsCurrent = TracedScalar.If(isPoint, Rules.Count(isBest), s.BestIsCurrent),
            Slot = newSlot,
            Pairs = TracedScalar.If(hasPair, TracedScalar.Min(count + 1, (double)pairs), count),
            Share = TracedScalar.If(hasPair, share, s.Share),
            End = end,
            Predicted = verdict.PredictedDecrease,
            IsStart = 0,
            EvaluationsAtPoint = TracedScalar.If(isPoint, found.Evaluations, s.EvaluationsAtPoint),
        };

        // Rewritten as it was where no point was taken.
        Tensor numbers = TracedScalar.Pack(next.EvaluationsAtPoint, value, gradientMax, gradientSquared, next.Step, next.Moved);
        Tensor line = RawOps.FloorMod(RawOps.Cast((run.Iterations - begun).Tensor, DType.Int32), Tensor.Scalar(rows));
        return new LoopState(
            position, gradient, TracedScalar.If(isBest, position, state.BestPosition),
                TracedScalar.If(isBest, gradient, state.BestGradient), newSteps, newChanges, diagonal, matrix.Inverse, matrix.Curvatures,
            TracedScalar.Pack(next.Pack()), Updated(state.Course, line, numbers));
    }

    private static Tensor WithRow(Tensor rows, Tensor row, TracedTruth isWritten, Tensor vector)
    {
        using Tensor axis = Tensor.Scalar(0);
        return Updated(rows, row, TracedScalar.If(isWritten, vector, RawOps.GatherV2(rows, row, axis)));
    }

    /// <summary>In place, where XLA sees that the former matrix is not read afterwards.</summary>
    private static Tensor Updated(Tensor matrix, Tensor row, Tensor vector)
    {
        using Tensor axis = Tensor.Scalar(0);
        Tensor updated = RawOps.XlaDynamicUpdateSlice(matrix, RawOps.ExpandDims(vector, axis), RawOps.Pack([row, Tensor.Scalar(0)]));
        updated.RefineShape(matrix.Shape);
        return updated;
    }
}
