using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using static TfLbfgs.Optimization.ScalarMath;
using static TfLbfgs.Optimization.VectorMath;

namespace TfLbfgs.Optimization;

/// <summary>
/// The graph of the compiled loop: the algorithm of <see cref="LbfgsDriver"/>, decisions by selections in place of branches. What a search does not use it computes all the same; that is cheaper than to branch, but for
/// the evaluations, which are a loop of their own.
/// </summary>
/// <param name="objective">What is minimized.</param>
/// <param name="pairs">m.</param>
/// <param name="scaling">Of the initial matrix.</param>
/// <param name="rows">The most iterations of a block.</param>
internal sealed class LoopBody(Objective objective, int pairs, InverseScaling scaling, int rows)
{
    private readonly double _epsilon = objective.DType == DType.Float32 ? Math.ScaleB(1, -23) : Math.ScaleB(1, -52);

    /// <summary>Traces the loop: inputs and outputs are the tensors of a <see cref="LoopState"/>; the inputs go on with the limits and the data.</summary>
    public Tensor[] Trace(Tensor[] inputs)
    {
        Tensor[] limits = Unpack(inputs[LoopState.Size], LoopLimits.Count);
        Tensor[] data = inputs[(LoopState.Size + 1)..];
        Tensor begun = Unpack(inputs[LoopState.Size - 2], LoopScalars.Count)[LoopScalars.Iterations];
        return Tf.While(state => GoesOn(state[LoopState.Size - 2], limits), state => Search(LoopState.Of(state), limits, data, begun).Tensors(), inputs[..LoopState.Size]);
    }

    private static Tensor GoesOn(Tensor scalars, Tensor[] limits)
    {
        Tensor[] s = Unpack(scalars, LoopScalars.Count);
        Tensor isWithin = And(Less(s[LoopScalars.Iterations], limits[LoopLimits.StopAt]), Less(s[LoopScalars.Evaluations], limits[LoopLimits.MaxEvaluations]));
        return And(Is(s[LoopScalars.End], (double)LoopEnd.None), Or(IsTrue(s[LoopScalars.IsStart]), isWithin));
    }

    private LoopState Search(LoopState state, Tensor[] limits, Tensor[] data, Tensor begun)
    {
        Tensor[] s = Unpack(state.Scalars, LoopScalars.Count);
        Tensor isStart = IsTrue(s[LoopScalars.IsStart]);
        Tensor keeps = IsTrue(s[LoopScalars.KeepsMemory]);
        Tensor value = s[LoopScalars.Value];
        Tensor gradientSquared = s[LoopScalars.GradientSquared];

        // The direction: that of the memory, or the steepest descent with the memory forgotten. Stale rows of S and Y meet zeros of W and drop out.
        LoopRows steps = new(state.Steps, pairs, s[LoopScalars.Pairs]);
        LoopRows changes = new(state.Changes, pairs, s[LoopScalars.Pairs]);
        Tensor learnt = TriangularForm.Direction(state.Gradient, steps.Products, steps.Combine, changes.Products, changes.Combine, state.Diagonal, state.Inverse, state.Curvatures);
        (Tensor slope, Tensor lengthSquared) = (Dot(state.Gradient, learnt), Dot(learnt, learnt));
        Tensor descends = And(And(IsFinite(slope), IsFinite(lengthSquared)), Less(slope, 0), AtMost(1e-16 * RawOps.Sqrt(lengthSquared) * RawOps.Sqrt(gradientSquared), RawOps.Abs(slope)));
        Tensor fresh = Not(And(keeps, descends));
        Tensor direction = If(fresh, -state.Gradient, learnt);
        slope = If(fresh, -gradientSquared, slope);
        lengthSquared = If(fresh, gradientSquared, lengthSquared);
        Tensor inverse = If(fresh, 0, state.Inverse);
        Tensor curvatures = If(fresh, 0, state.Curvatures);
        Tensor diagonal = If(fresh, Tensor.Scalar(1, state.Diagonal.DType), state.Diagonal);
        Tensor slot = If(fresh, -1, s[LoopScalars.Slot]);
        Tensor count = If(fresh, 0, s[LoopScalars.Pairs]);
        Tensor restarts = s[LoopScalars.Restarts] + Flag(And(keeps, Not(descends)));

        Tensor shortStart = s[LoopScalars.ShortStart];
        Tensor firstStep = If(fresh, Min(Number(1), 1.0 / RawOps.Sqrt(gradientSquared)) * shortStart, s[LoopScalars.FirstStep]);
        Tensor band = Max(4 * _epsilon * RawOps.Abs(value), s[LoopScalars.Noise]);
        LoopPoint origin = new(Number(0), value, slope);
        LoopFound found = new LoopSearch(x => ObjectiveGuard.Evaluate(objective, x, data), _epsilon, limits)
            .Run(state.Position, state.Gradient, direction, origin, If(isStart, 0, firstStep), band, s[LoopScalars.Evaluations], isStart);

        Tensor isTaken = Or(found.Accepted, found.Lower);
        DType dtype = state.Position.DType;
        Tensor step = As(found.Point.Step, dtype) * direction;
        Tensor position = If(isTaken, state.Position + step, state.Position);
        Tensor gradient = If(isTaken, found.Gradient, state.Gradient);
        Tensor newValue = If(isTaken, found.Point.Value, value);
        Tensor newSquared = If(isTaken, found.GradientSquared, gradientSquared);
        Tensor change = gradient - state.Gradient;
        Tensor changeSquared = Dot(change, change);
        Tensor moved = MaxAbs(position - state.Position);
        Tensor gradientMax = MaxAbs(gradient);
        Tensor curvature = found.Point.Step * Dot(direction, change);
        Tensor lengths = RawOps.Sqrt(lengthSquared) * found.Point.Step * RawOps.Sqrt(changeSquared);
        Tensor hasPair = And(And(isTaken, Not(isStart)), Less(Number(0), moved), Less(1e-10 * lengths, curvature));

        // The pair is learnt at once; without one its row is written as it was.
        Tensor newSlot = If(hasPair, RawOps.FloorMod(slot + 1.0, Number(pairs)), slot);
        Tensor row = RawOps.Cast(Max(newSlot, Number(0)), DType.Int32);
        Tensor isNew = And(RawOps.Equal(Tensor.From([.. Enumerable.Range(0, pairs).Select(i => (double)i)]), newSlot), hasPair);
        Tensor products = steps.Products(change);
        Tensor newSteps = WithRow(state.Steps, row, hasPair, step);
        Tensor newChanges = WithRow(state.Changes, row, hasPair, change);
        (inverse, curvatures) = TriangularForm.Extend(inverse, curvatures, products, isNew, curvature);
        Tensor share = LengthShare.FollowsSteps(objective.Count, pairs) ? LengthShare.Next(s[LoopScalars.Share], Is(count, 0), found.Point.Step) : s[LoopScalars.Share];
        diagonal = If(hasPair, TriangularForm.Rescale(scaling, diagonal, step, change, curvature, changeSquared, LengthShare.Length(share, lengths, curvature)), diagonal);

        // The counters, as LbfgsDriver has them in Advance and AfterFailure.
        Tensor decrease = value - newValue;
        Tensor predicted = -0.5 * slope;
        Tensor accepted = And(found.Accepted, Not(isStart));
        Tensor failed = And(Not(found.Accepted), Not(found.Interrupted));
        Tensor fails = s[LoopScalars.FailsInRow];
        fails = If(failed, If(Less(newValue, value - 10 * band), 0, fails + 1.0), If(And(accepted, Less(band, decrease)), 0, fails));
        Tensor floor = If(accepted, If(And(AtMost(RawOps.Abs(decrease), band), AtMost(predicted, 10 * band)), s[LoopScalars.Floor] + 1.0, 0), s[LoopScalars.Floor]);
        Tensor unchanged = If(accepted, If(Is(decrease, 0), s[LoopScalars.Unchanged] + 1.0, 0), s[LoopScalars.Unchanged]);
        Tensor keepsOn = If(accepted, Or(hasPair, Less(Number(0), count)), If(found.Lower, hasPair, And(Not(failed), Not(fresh))));
        restarts += Flag(And(failed, Not(keepsOn)));

        Tensor isPoint = Or(isTaken, isStart);
        Tensor isFinite = And(IsFinite(newValue), IsFinite(newSquared));
        Tensor isGoal = Or(Or(AtMost(gradientMax, limits[LoopLimits.GradientTolerance]), AtMost(newValue, limits[LoopLimits.TargetLoss])), And(isStart, Not(isFinite)));
        Tensor isBelowRounding = And(failed, And(Not(found.Lower), Not(fresh)), AtMost(predicted, _epsilon * RawOps.Abs(value)));
        Tensor isHopeless = And(failed, Or(Less(limits[LoopLimits.MaxRestarts], fails), And(fresh, Not(found.Lower), Less(Number(1), fails))));
        Tensor end = First(
            (And(isPoint, isGoal), LoopEnd.Point),
            (And(accepted, Is(moved, 0)), LoopEnd.NotMoved),
            (And(accepted, AtLeast(floor, LbfgsDriver.FloorIterations)), LoopEnd.Floor),
            (And(accepted, AtLeast(unchanged, LbfgsDriver.FloorIterations)), LoopEnd.Unchanged),
            (isBelowRounding, LoopEnd.Predicted),
            (isHopeless, LoopEnd.Failures));

        Tensor isBest = And(isPoint, AtMost(newValue, s[LoopScalars.BestValue]));
        isBest = Or(isBest, isStart);
        Tensor bestValue = If(isBest, newValue, s[LoopScalars.BestValue]);
        Tensor initialValue = If(isStart, newValue, s[LoopScalars.InitialValue]);
        Tensor isNoise = And(failed, Less(Number(0), found.Error), AtMost(found.Error, LbfgsDriver.MostNoise * (initialValue - bestValue)));
        Tensor stepTaken = If(isPoint, found.Point.Step, s[LoopScalars.Step]);
        Tensor iterations = s[LoopScalars.Iterations] + Flag(And(isTaken, Not(isStart)));
        Tensor evaluationsAtPoint = If(isPoint, found.Evaluations, s[LoopScalars.EvaluationsAtPoint]);
        Tensor[] next = new Tensor[LoopScalars.Count];
        next[LoopScalars.Iterations] = iterations;
        next[LoopScalars.Evaluations] = found.Evaluations;
        next[LoopScalars.Value] = newValue;
        next[LoopScalars.GradientMax] = gradientMax;
        next[LoopScalars.GradientSquared] = newSquared;
        next[LoopScalars.Step] = stepTaken;
        next[LoopScalars.Moved] = If(isPoint, moved, s[LoopScalars.Moved]);
        next[LoopScalars.BestValue] = bestValue;
        next[LoopScalars.BestGradientMax] = If(isBest, gradientMax, s[LoopScalars.BestGradientMax]);
        next[LoopScalars.BestGradientSquared] = If(isBest, newSquared, s[LoopScalars.BestGradientSquared]);
        next[LoopScalars.BestIsCurrent] = If(isPoint, Flag(isBest), s[LoopScalars.BestIsCurrent]);
        next[LoopScalars.Restarts] = restarts;
        next[LoopScalars.FailedSearches] = s[LoopScalars.FailedSearches] + Flag(failed);
        next[LoopScalars.FailsInRow] = fails;
        next[LoopScalars.Floor] = floor;
        next[LoopScalars.Unchanged] = unchanged;
        next[LoopScalars.ShortStart] = If(accepted, 1, If(And(failed, fresh, Not(found.Lower)), shortStart * 1e-3, shortStart));
        next[LoopScalars.FirstStep] = If(accepted, If(fresh, 1, Min(Number(1), LbfgsDriver.GrowthOfFirstStep * found.Point.Step)), s[LoopScalars.FirstStep]);
        next[LoopScalars.KeepsMemory] = Flag(And(keepsOn, Not(isStart)));
        next[LoopScalars.Slot] = newSlot;
        next[LoopScalars.Pairs] = If(hasPair, Min(count + 1.0, Number(pairs)), count);
        next[LoopScalars.End] = end;
        next[LoopScalars.Predicted] = predicted;
        next[LoopScalars.IsStart] = Number(0);
        next[LoopScalars.EvaluationsAtPoint] = evaluationsAtPoint;
        next[LoopScalars.Share] = If(hasPair, share, s[LoopScalars.Share]);
        next[LoopScalars.Noise] = If(isNoise, Max(s[LoopScalars.Noise], LbfgsDriver.NoiseOverError * found.Error), s[LoopScalars.Noise]);
        next[LoopScalars.InitialValue] = initialValue;

        // Rewritten as it was where no point was taken.
        Tensor numbers = RawOps.Pack([evaluationsAtPoint, newValue, gradientMax, newSquared, stepTaken, next[LoopScalars.Moved]]);
        Tensor line = RawOps.FloorMod(RawOps.Cast(iterations - begun, DType.Int32), Tensor.Scalar(rows));
        return new LoopState(
            position, gradient, If(isBest, position, state.BestPosition), If(isBest, gradient, state.BestGradient), newSteps, newChanges, diagonal, inverse, curvatures, RawOps.Pack(next), Updated(state.Course, line, numbers));
    }

    private static Tensor First(params ReadOnlySpan<(Tensor Holds, LoopEnd End)> rules)
    {
        Tensor end = Number((double)LoopEnd.None);
        for (int i = rules.Length - 1; i >= 0; i--)
            end = If(rules[i].Holds, (double)rules[i].End, end);
        return end;
    }

    private static Tensor WithRow(Tensor rows, Tensor row, Tensor isWritten, Tensor vector)
    {
        using Tensor axis = Tensor.Scalar(0);
        return Updated(rows, row, If(isWritten, vector, RawOps.GatherV2(rows, row, axis)));
    }

    /// <summary>In place, where XLA sees that nobody reads the former matrix afterwards.</summary>
    private static Tensor Updated(Tensor matrix, Tensor row, Tensor vector)
    {
        using Tensor axis = Tensor.Scalar(0);
        Tensor updated = RawOps.XlaDynamicUpdateSlice(matrix, RawOps.ExpandDims(vector, axis), RawOps.Pack([row, Tensor.Scalar(0)]));
        updated.RefineShape(matrix.Shape);
        return updated;
    }

    private static Tensor[] Unpack(Tensor vector, int count) => RawOps.Unpack(vector, count, axis: 0);
}
