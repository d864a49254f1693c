using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <content>One iteration: direction, search, move, judgement, pairs.</content>
internal sealed partial class BatchDriver<T> : ILineFunction<T>
{
    /// <summary>The point of a member that does not move.</summary>
    private static readonly HagerZhangPoint<T> Stay = new(T.Zero, T.Zero, T.Zero, 0);

    private readonly Dictionary<int, BatchTrial<T>> _trials = [];
    private Tensor? _direction;
    private HagerZhangPoint<T>[] _best = [];
    private int _lastTrial;
    private bool _isInterrupted;

    /// <inheritdoc/>
    HagerZhangPoint<T>[] ILineFunction<T>.Evaluate(T[] steps)
    {
        if (_isInterrupted || _cancellation.IsCancellationRequested || _evaluations >= _options.MaxEvaluations || IsTimeOver)
        {
            _isInterrupted = true;
            return [.. steps.Select(step => new HagerZhangPoint<T>(step, T.NaN, T.NaN, 0))];
        }

        BatchTrial<T> trial = _evaluator.Evaluate(_position!, _direction!, steps);
        _evaluations++;
        int id = ++_lastTrial;
        _trials[id] = trial;
        Tell(trial, _iterations + 1);
        HagerZhangPoint<T>[] points = [.. Indices(i => new HagerZhangPoint<T>(steps[i], trial.Value(i), trial.Slope(i), id))];
        for (int i = 0; i < Count; i++)
        {
            if (points[i].IsFinite && trial.IsGradientFinite(i) && points[i].Value < _best[i].Value)
                _best[i] = points[i];
        }

        // The target ends the run of a single vector at once; a batch looks at the points that it accepts.
        if (Count == 1 && double.CreateChecked(points[0].Value) <= _options.TargetLoss && trial.IsGradientFinite(0))
            _isInterrupted = true;
        return points;
    }

    /// <inheritdoc/>
    void ILineFunction<T>.KeepOnly(params ReadOnlySpan<HagerZhangPoint<T>[]> points)
    {
        HashSet<int> kept = [.. _best.Select(point => point.Trial)];
        foreach (HagerZhangPoint<T>[] some in points)
            kept.UnionWith(some.Select(point => point.Trial));
        foreach (int id in _trials.Keys.Where(id => !kept.Contains(id)).ToArray())
        {
            _trials[id].Dispose();
            _trials.Remove(id);
        }
    }

    /// <summary>Reports an evaluation, by the member with the lowest loss.</summary>
    private void Tell(BatchTrial<T> trial, int iteration)
    {
        _function.Evaluated?.Invoke(double.CreateChecked(trial.Value(0)));
        if (!_listeners.ReceivesTrials)
            return;
        int best = Enumerable.Range(0, Count).MinBy(i => T.IsNaN(trial.Value(i)) ? T.PositiveInfinity : trial.Value(i));
        _listeners.Trial(new LbfgsTrial(
            _evaluations, iteration, double.CreateChecked(trial.Step(best)), double.CreateChecked(trial.Value(best)),
                double.CreateChecked(trial.Slope(best)),
            double.CreateChecked(trial.GradientMax(best)), _listeners.Seconds));
    }

    /// <summary>One iteration; false: a limit, the target or the end came.</summary>
    private bool Iterate()
    {
        foreach (BatchMember<T> member in _members)
            TfpRules<T>.BeforeIteration(member);
        // tfp searches once more even where this ends all members, and then moves none.
        bool ended = IsStopped();
        bool[] done = [.. _members.Select(member => member.IsDone)];
        PrepareDirection();
        _best = [.. Indices(i => new HagerZhangPoint<T>(T.Zero, _members[i].Value, _members[i].Slope, 0))];
        HagerZhangResult<T> found = _search.Search([.. _members.Select(_ => T.One)], [.. _best], done);
        if (_isInterrupted)
        {
            MoveWhereLower(done);
            return false;
        }

        _iterations++;
        for (int i = 0; i < Count; i++)
            _members[i].Iterations += done[i] ? 0 : 1;
        HagerZhangPoint<T>[] chosen = [.. Indices(i => ended || done[i] ? Stay : found.Left[i])];
        Judge(found, chosen, done, ended);
        bool[] learning = [.. Indices(i => !done[i] && !_members[i].Converged && !_members[i].Failed)];
        Move(chosen, learning);
        if (Array.Exists(chosen, point => point.Trial != 0))
            Report();
        return true;
    }

    private void PrepareDirection()
    {
        _direction?.Dispose();
        _direction = null;
        (_direction, T[] slopes) = _pairs.Next(_gradient!, _iterations > 0);
        for (int i = 0; i < Count; i++)
            _members[i].Slope = slopes[i];
    }

    private void Judge(HagerZhangResult<T> found, HagerZhangPoint<T>[] chosen, bool[] done, bool ended)
    {
        for (int i = 0; i < Count; i++)
        {
            if (done[i])
                continue;
            _failedSearches += found.Converged[i] ? 0 : 1;
            if (!ended)
                _rules.AfterSearch(_members[i], i, found, _trials.GetValueOrDefault(chosen[i].Trial));
            else if (!found.Converged[i])
                _members[i].Failed = true;
        }
    }

    /// <summary>Moves the members to their chosen points and stores the pairs.</summary>
    private void Move(HagerZhangPoint<T>[] chosen, bool[] learning)
    {
        (Tensor position, Tensor gradient) = Compose([.. chosen.Select(point => point.Trial)]);
        try
        {
            if (Array.Exists(learning, l => l))
                _pairs.Push(_position!, _gradient!, position, gradient, learning);
        }
        catch
        {
            position.Dispose();
            gradient.Dispose();
            throw;
        }

        _position!.Dispose();
        _gradient!.Dispose();
        (_position, _gradient) = (position, gradient);
        for (int i = 0; i < Count; i++)
        {
            if (_trials.TryGetValue(chosen[i].Trial, out BatchTrial<T>? trial))
                _members[i].MoveTo(trial, i);
        }

        DisposeTrials();
    }

    /// <summary>After an interrupted search: keeps what it gained.</summary>
    private void MoveWhereLower(bool[] done)
    {
        HagerZhangPoint<T>[] chosen = [.. Indices(i => done[i] ? Stay : _best[i])];
        if (Array.TrueForAll(chosen, point => point.Trial == 0))
            return;
        _iterations++;
        Move(chosen, new bool[Count]);
        for (int i = 0; i < Count; i++)
        {
            if (!_members[i].IsDone)
                _rules.Start(_members[i]);
        }

        Report();
    }

    /// <summary>Position and gradient of every member from its own trial; 0 stands for the current point.</summary>
    private (Tensor Position, Tensor Gradient) Compose(int[] trials)
    {
        int[] different = [.. trials.Distinct()];
        if (different.Length == 1)
            return different[0] == 0
                ? (Copy(_position!), Copy(_gradient!)) : (Copy(_trials[different[0]].Position), Copy(_trials[different[0]].Gradient));
        using TensorScope scope = new();
        using Tensor last = Tensor.Scalar(-1);
        (Tensor position, Tensor gradient) = (_position!, _gradient!);
        foreach (int id in different.Where(id => id != 0))
        {
            Tensor mask = RawOps.ExpandDims(Tensor.From<bool>([.. trials.Select(trial => trial == id)], _function.BatchShape), last);
            position = RawOps.SelectV2(mask, _trials[id].Position, position);
            gradient = RawOps.SelectV2(mask, _trials[id].Gradient, gradient);
        }

        return (scope.Keep(position), scope.Keep(gradient));
    }

    private void DisposeTrials()
    {
        foreach (BatchTrial<T> trial in _trials.Values)
            trial.Dispose();
        _trials.Clear();
    }
}
