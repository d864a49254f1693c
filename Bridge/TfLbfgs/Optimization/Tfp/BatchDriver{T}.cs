using System.Numerics;
using TfLbfgs.Tensors;
using static System.FormattableString;

namespace TfLbfgs.Optimization;

/// <summary>
/// The loop of tfp's <c>lbfgs_minimize</c> for any number of vectors, from one up. The vectors stay on the device; one read per evaluation
/// and one per iteration bring a few scalars per member,
/// and masks and steps go back.
/// </summary>
internal sealed partial class BatchDriver<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly BatchFunction _function;
    private readonly TfpOptions _options;
    private readonly CancellationToken _cancellation;
    private readonly TfpRules<T> _rules;
    private readonly BatchEvaluator<T> _evaluator;
    private readonly TwoLoop<T> _pairs;
    private readonly HagerZhang<T> _search;
    private readonly int _evaluatorReads;
    private readonly Listeners _listeners;
    private BatchMember<T>[] _members = [];
    private Tensor? _position;
    private Tensor? _gradient;
    private int _reads;
    private int _evaluations;
    private int _iterations;
    private int _failedSearches;
    private LbfgsAction _action;

    /// <summary>Prepares a run.</summary>
    /// <param name="function">What is minimized.</param>
    /// <param name="evaluator">Evaluates it; borrowed.</param>
    /// <param name="pairs">Makes the directions; borrowed.</param>
    /// <param name="options">The options.</param>
    /// <param name="cancellation">Ends the run within one evaluation.</param>
    public BatchDriver(BatchFunction function, BatchEvaluator<T> evaluator, TwoLoop<T> pairs, TfpOptions options,
        CancellationToken cancellation)
    {
        _function = function;
        _options = options;
        _listeners = new Listeners(options, function.Layout);
        _cancellation = cancellation;
        _rules = new TfpRules<T>(options);
        _evaluator = evaluator;
        _evaluatorReads = evaluator.Reads;
        _pairs = pairs;
        _search = new HagerZhang<T>(_rules.Search, this);
    }

    /// <summary>The current point; null before the first evaluation and once it is handed over.</summary>
    public Tensor? Position => _position;

    private int Count => _function.Members;

    /// <summary>Minimizes from a start.</summary>
    /// <param name="start">Shape [..., n]; borrowed.</param>
    public LbfgsBatchResult Minimize(Tensor start)
    {
        _listeners.Start(_function.Shape.ElementCount);
        using (BatchTrial<T> trial = EvaluateStart(start))
        {
            _members = [.. Indices(i => new BatchMember<T> { InitialValue = trial.Value(i), Value = trial.Value(i) })];
            TakeOver(trial);
        }

        Shape queue = [BatchRun.MemoryLength(_options), .. _function.Shape];
        _pairs.Begin(Tensor.Fill(queue, 0, _function.DType), Tensor.Fill(queue, 0, _function.DType),
            _options.InitialInverseHessianDiagonal);
        return Run();
    }

    /// <summary>Goes on where an earlier run ended, and takes its word for everything.</summary>
    public LbfgsBatchResult Resume(BatchStart start)
    {
        _listeners.Start(_function.Shape.ElementCount);
        _members =
            [.. Indices(i => new BatchMember<T> { InitialValue = T.CreateTruncating(start.InitialLosses[i]),
            Value = T.CreateTruncating(start.Losses[i]), Iterations = start.MemberIterations[i] })];
        _iterations = start.Iterations;
        _evaluations = start.Evaluations;
        _pairs.Begin(Copy(start.PositionDeltas), Copy(start.GradientDeltas), _options.InitialInverseHessianDiagonal);
        Restore(start);
        return Run();
    }

    /// <summary>Notifies the observers that the run is over; they receive the member with the lowest loss.</summary>
    /// <param name="result">Null after an exception.</param>
    public void End(LbfgsBatchResult? result)
    {
        if (result is null || !_listeners.HasObservers)
        {
            _listeners.End(null);
            return;
        }

        using TensorScope scope = new();
        _listeners.End(BatchRun.Member(result, result.Best, Row(result.Position, result.Best), Row(result.Gradient, result.Best)));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        DisposeTrials();
        _direction?.Dispose();
        _position?.Dispose();
        _gradient?.Dispose();
        _pairs.End();
        _listeners.Dispose();
    }

    /// <summary>The vector of one member, shape [n].</summary>
    private Tensor Row(Tensor tensor, int member)
    {
        if (_function.BatchShape.Rank == 0)
            return tensor;
        using Tensor shape = Tensor.From([-1L, _function.Shape[-1]]);
        return RawOps.Reshape(tensor, shape)[member];
    }

    private static Tensor Copy(Tensor tensor) => RawOps.Identity(tensor);

    private IEnumerable<TResult> Indices<TResult>(Func<int, TResult> of) => Enumerable.Range(0, Count).Select(of);

    private BatchTrial<T> EvaluateStart(Tensor start)
    {
        using Tensor zeros = RawOps.ZerosLike(start);
        BatchTrial<T> trial = _evaluator.Evaluate(start, zeros, new T[Count]);
        _evaluations++;
        try
        {
            Tell(trial, _iterations);
            return trial;
        }
        catch
        {
            trial.Dispose();
            throw;
        }
    }

    /// <summary>Makes the start's trial the current point and judges the members.</summary>
    private void TakeOver(BatchTrial<T> trial)
    {
        _position = Copy(trial.Position);
        _gradient = Copy(trial.Gradient);
        for (int i = 0; i < Count; i++)
        {
            _members[i].MoveTo(trial, i);
            _rules.Start(_members[i]);
        }
    }

    private void Restore(BatchStart start)
    {
        _position = Copy(start.Position);
        _gradient = Copy(start.Gradient);
        using TensorScope scope = new();
        Tensor axis = Tensor.From([-1]);
        T[] scalars =
            RawOps.Pack([RawOps.Max(RawOps.Abs(_gradient), axis),
            RawOps.Cast(RawOps.All(RawOps.IsFinite(_gradient), axis), _function.DType)], -1).ToArray<T>();
        _reads++;
        for (int i = 0; i < Count; i++)
        {
            (_members[i].GradientMax, _members[i].IsGradientFinite) = (scalars[2 * i], scalars[2 * i + 1] == T.One);
            (_members[i].Converged, _members[i].Failed) = (start.Converged[i], start.Failed[i]);
            if (_members[i].IsDone)
                _members[i].End(start.Ends[i].Reason, start.Ends[i].Message);
        }
    }

    private LbfgsBatchResult Run()
    {
        Report();
        while (!IsStopped() && Limit() is null && _action == LbfgsAction.Continue && Iterate())
        {
        }

        return Result();
    }

    /// <summary>tfp's <c>converged_all</c> and <c>converged_any</c>.</summary>
    private bool IsStopped() =>
        Array.TrueForAll(_members, m => m.IsDone) || _options.StoppingCondition.IsMet(_members.Count(m => m.Converged));

    private StopReason? Limit() => RunLimits.Reached(_options, _iterations, _evaluations, _listeners.Elapsed, _cancellation);

    private bool IsTimeOver => _options.MaxTime is { } limit && _listeners.Elapsed >= limit;

    /// <summary>Reports the member with the lowest loss.</summary>
    private void Report()
    {
        int best = 0;
        for (int i = 0; i < Count; i++)
        {
            if (_members[i].Value < _members[best].Value || !T.IsFinite(_members[best].Value))
                best = i;
        }

        BatchMember<T> member = _members[best];
        LbfgsProgress progress = new(
            _iterations, _evaluations, double.CreateChecked(member.Value), double.CreateChecked(member.GradientMax),
                double.CreateChecked(member.Step), _listeners.Seconds)
        {
            GradientLength = Math.Sqrt(double.CreateChecked(member.GradientSquared)),
        };
        using TensorScope scope = new();
        bool apart = _listeners.HasObservers;
        _listeners.Iteration(progress, apart ? Row(_position!, best) : _position!, apart ? Row(_gradient!, best) : _gradient!);
        _action = _listeners.Ask(progress);
    }

    private LbfgsBatchResult Result()
    {
        StopReason? limit = _action switch
        {
            LbfgsAction.Stop => StopReason.Stopped,
            LbfgsAction.Abort => StopReason.Aborted,
            _ => IsStopped() ? null : Limit() ?? StopReason.EvaluationLimit,
        };
        foreach (BatchMember<T> member in _members.Where(m => m.Reason is null))
            EndUnfinished(member, limit);
        (Tensor s, Tensor y) = _pairs.Release();
        LbfgsBatchResult result = new()
        {
            Position = _position!,
            Gradient = _gradient!,
            PositionDeltas = s,
            GradientDeltas = y,
            Losses = [.. _members.Select(m => double.CreateChecked(m.Value))],
            InitialLosses = [.. _members.Select(m => double.CreateChecked(m.InitialValue))],
            GradientNorms = [.. _members.Select(m => double.CreateChecked(m.GradientMax))],
            Converged = [.. _members.Select(m => m.Converged)],
            Failed = [.. _members.Select(m => m.Failed)],
            Reasons = [.. _members.Select(m => m.Reason!.Value)],
            Messages = [.. _members.Select(m => m.Message)],
            Pairs = [.. _members.Select(m => Math.Min(m.Iterations, (int)s.Shape[0]))],
            MemberIterations = [.. _members.Select(m => m.Iterations)],
            MemberEvaluations = [.. _members.Select(_ => _evaluations)],
            EvaluatedRows = (long)_evaluations * Count,
            Iterations = _iterations,
            Evaluations = _evaluations,
            Reads = _reads + _evaluator.Reads - _evaluatorReads + _pairs.Reads + _listeners.Tally.OtherReads,
            Restarts = 0,
            FailedSearches = _failedSearches,
            Seconds = _listeners.Seconds,
            History = _listeners.History,
        };
        (_position, _gradient) = (null, null);
        return result;
    }

    private void EndUnfinished(BatchMember<T> member, StopReason? limit)
    {
        double gradient = double.CreateChecked(member.GradientMax);
        member.End(limit ?? StopReason.AnotherMember, limit is { } reason
            ? RunLimits.Sentence(reason, _options, _iterations, _listeners.Seconds, gradient)
            : Invariant($"Not finished: {_options.StoppingCondition.Explanation}; max |g| = {gradient:G4}."));
    }
}
