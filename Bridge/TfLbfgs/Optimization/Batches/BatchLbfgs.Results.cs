using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <content>Reports to observers, results, and the start from the result of another run.</content>
internal sealed partial class BatchLbfgs
{
    /// <summary>Notifies the observers that the run is over; they receive the member with the lowest loss.</summary>
    /// <param name="result">Null after an exception.</param>
    private void End(LbfgsBatchResult? result)
    {
        if (result is null || !_listeners.HasObservers)
        {
            _listeners.End(null);
            return;
        }

        using TensorScope scope = new();
        _listeners.End(BatchRun.Member(result, result.Best, Row(result.Position, result.Best), Row(result.Gradient, result.Best)));
    }

    /// <summary>Learns the pairs of an earlier run, oldest first.</summary>
    private void Relearn(BatchStart previous)
    {
        int length = (int)previous.PositionDeltas.Shape[0];
        for (int member = 0; member < _members.Length; member++)
        {
            int share = _settings.FollowsSteps && previous.LengthShares.Count > 0 ? previous.LengthShares[member] : LengthShare.Whole;
            _members[member].Resume(Math.Min(Math.Min(previous.Pairs[member], length), _settings.Memory), share,
                previous.MemberIterations[member], previous.MemberEvaluations[member],
                previous.Numbers.Count > 0 ? previous.Numbers[member] : null);
        }

        // The length of a former D drops out of the next one: only the last share matters.
        using Tensor shares = Tensor.From([.. _members.Select(member => (double)member.Share)]);
        (_iterations, _calls, _rows) = (previous.Iterations, previous.Evaluations, previous.EvaluatedRows);
        for (int age = length - 1; age >= 0; age--)
        {
            using TensorScope scope = new();
            long[] slots = [.. _members.Select(member => age < member.Pairs ? (long)member.Pairs - 1 - age : -1)];
            if (Array.TrueForAll(slots, slot => slot < 0))
                continue;
            Tensor Pair(Tensor deltas) => BatchMath.Shaped(deltas[length - 1 - age], _members.Length, _problem.Shape[^1]);
            _stage!.History.Learn(Pair(previous.PositionDeltas), Pair(previous.GradientDeltas), Tensor.From(slots),
                Tensor.From([.. slots.Select(slot => slot == 0)]), shares);
        }
    }

    private void Compare(int member, double before, double now)
    {
        if (ResumedLoss.Differs(before, now, _members[member].InitialValue, _problem.DType))
            throw new TfLbfgsException(
                FormattableString.Invariant(
                $"BatchOptions.PreviousBatchResult: expected results of the same problem, received some whose loss of member {member}, {before:G9}, is not that of the function there, {now:G9}."));
    }

    /// <summary>Reports an evaluation, by the member with the lowest loss among those that were evaluated.</summary>
    private void Tell(EvaluationScalars[] found)
    {
        if (!_listeners.ReceivesTrials)
            return;
        EvaluationScalars lowest = Live.Select(member => found[member]).MinBy(
            trial => double.IsNaN(trial.Value) ? double.PositiveInfinity : trial.Value);
        _listeners.Trial(
            new LbfgsTrial(_calls, _listeners.History.Count == 0
            ? _iterations : _iterations + 1, lowest.Step, lowest.Value, lowest.Slope, lowest.GradientMax, _listeners.Seconds));
    }

    /// <summary>Reports the member with the lowest loss: the start, and each round in which a member moved.</summary>
    private void Report()
    {
        _iterations += _listeners.History.Count > 0 ? 1 : 0;
        int best = 0;
        for (int member = 1; member < _members.Length; member++)
        {
            if (_members[member].Point.Value < _members[best].Point.Value || !double.IsFinite(_members[best].Point.Value))
                best = member;
        }

        EvaluationScalars point = _members[best].Point;
        LbfgsProgress progress =
            new(_iterations, _calls, point.Value, point.GradientMax, point.Step,
            _listeners.Seconds)
            { GradientLength = Math.Sqrt(point.GradientSquared) };
        using TensorScope scope = new();
        bool apart = _listeners.HasObservers;
        _listeners.Iteration(progress, apart ? PositionOf(best) : _stage!.Positions, apart ? GradientOf(best) : _stage!.Positions);
        _action = _listeners.Ask(progress);
    }

    private Tensor PositionOf(int member) => _harvest.PositionOf(member) ?? _stage!.PositionOf(member, _members[member].Next.Move);

    private Tensor GradientOf(int member) => _harvest.GradientOf(member) ?? _stage!.GradientOf(member, _members[member].Next.Move);

    private Tensor Row(Tensor tensor, int member) =>
        tensor.Rank == 1 ? tensor : BatchMath.Shaped(tensor, _members.Length, tensor.Shape[^1])[member];

    private LbfgsBatchResult Result()
    {
        Grow();
        Settle();
        _harvest.Take(_stage!, _stage!.Members, _members);
        (Tensor position, Tensor gradient, Tensor steps, Tensor changes) = _harvest.Finish(_problem.Shape);
        return new LbfgsBatchResult
        {
            Position = position,
            Gradient = gradient,
            PositionDeltas = steps,
            GradientDeltas = changes,
            Losses = [.. _members.Select(member => member.End.Value)],
            InitialLosses = [.. _members.Select(member => member.InitialValue)],
            GradientNorms = [.. _members.Select(member => member.End.GradientMax)],
            Converged = [.. _members.Select(member => member.IsConverged)],
            Failed = [.. _members.Select(member => member.IsFailed)],
            Reasons = [.. _members.Select(member => member.Reason!.Value)],
            Messages = [.. _members.Select(member => member.Message)],
            Pairs = [.. _members.Select(member => member.Pairs)],
            LengthShares = [.. _members.Select(member => member.Share)],
            Numbers = [.. _members.Select(member => member.Numbers)],
            MemberIterations = [.. _members.Select(member => member.Iterations)],
            MemberEvaluations = [.. _members.Select(member => member.Evaluations)],
            Iterations = _iterations,
            Evaluations = _calls,
            EvaluatedRows = _rows,
            Reads = _reads,
            Restarts = _members.Sum(member => member.Restarts),
            FailedSearches = _members.Sum(member => member.FailedSearches),
            Seconds = _listeners.Seconds,
            History = _listeners.History,
        };
    }
}
