using System.Numerics;
using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <summary>
/// The loop of a batch in the default mode: each round evaluates all members that have not ended, each at the step that it asks for, in one
/// call with one read. Members that have ended leave when the others fit a smaller
/// power of two.
/// </summary>
internal sealed partial class BatchLbfgs : IDisposable
{
    /// <summary>Slots that each member has at first: most runs end before they are full, and W takes their square.</summary>
    private const int FirstCapacity = 32;

    private readonly BatchProblem _problem;
    private readonly BatchOptions _options;
    private readonly CancellationToken _cancellation;
    private readonly Listeners _listeners;
    private readonly BatchSettings _settings;
    private readonly BatchMemberState[] _members;
    private readonly BatchHarvest _harvest = new();
    private BatchStage? _stage;
    private BatchStage? _formerStage;
    private bool _mayShed;
    private int _reads;
    private int _calls;
    private int _iterations;
    private long _rows;
    private LbfgsAction _action;

    /// <summary>Prepares a run.</summary>
    /// <param name="problem">What is minimized.</param>
    /// <param name="options">The options.</param>
    /// <param name="memory">The most pairs of a member.</param>
    /// <param name="cancellation">Ends the run within one evaluation.</param>
    private BatchLbfgs(BatchProblem problem, BatchOptions options, int memory, CancellationToken cancellation)
    {
        (_problem, _options, _cancellation) = (problem, options, cancellation);
        _listeners = new Listeners(options);
        _settings = new BatchSettings(options, options.LineSearch
            ?? new CubicZoom(), options.LimitsOfRules(RuleConstants.EpsilonOf(problem.DType)), memory,
            options.InitialInverseHessianDiagonal is not null, LengthShare.FollowsSteps(problem.Shape[^1], memory),
            FirstTrial.BeginningScore(problem.Shape[^1], memory));
        _members = [.. Enumerable.Range(0, problem.All.Members).Select(_ => new BatchMemberState(_settings))];
        _mayShed = options.ShedFinished && problem.Shape.Rank > 1;
    }

    private IEnumerable<int> Live => Enumerable.Range(0, _members.Length).Where(member => !_members[member].IsDone);

    /// <summary>One run, in the default mode.</summary>
    /// <param name="problem">What is minimized.</param>
    /// <param name="start">Where, shape [..., n]; null: the options hold the results to resume.</param>
    /// <param name="options">The options.</param>
    /// <param name="cancellation">Ends the run within one evaluation.</param>
    public static LbfgsBatchResult Run(BatchProblem problem, Tensor? start, BatchOptions options, CancellationToken cancellation)
    {
        BatchRun.CheckDiagonal(problem.All, options);
        BatchStart? previous = options.PreviousBatchResult is { } result
            ? BatchStart.Of(result).Fitting("BatchOptions.PreviousBatchResult", problem.All) : null;
        using BatchLbfgs driver = new(problem, options, options.MemoryLength ?? problem.MemoryLength, cancellation);
        LbfgsBatchResult? end = null;
        try
        {
            end = driver.Minimize(start ?? previous!.Position, previous);
            driver.End(end);
            return end;
        }
        catch
        {
            if (end is null)
                driver.End(null);
            end?.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Minimizes from a start, or goes on where an earlier run ended: from its position, with its pairs, and every member judged anew.
    /// </summary>
    /// <param name="start">Shape [..., n]; borrowed.</param>
    /// <param name="previous">The earlier run, whose position the start is; null: none.</param>
    /// <exception cref="TfLbfgsException">The function has another value there than the earlier run says.</exception>
    private LbfgsBatchResult Minimize(Tensor start, BatchStart? previous)
    {
        _listeners.Start(_problem.Shape.ElementCount);
        int memory = _settings.Memory;
        int capacity = Math.Min(memory, Math.Max(FirstCapacity, previous is null ? 0 : previous.Pairs.Max()));
        _stage = BatchStage.Begin(_problem.All, ExecutionPlan.ForCalls(_options.Execution),
            new BatchHistory(_members.Length, capacity, _problem.Shape[^1], _problem.DType, _options.Scaling, capacity == memory, Scale()),
            start, _cancellation);
        if (previous is not null)
            Relearn(previous);
        EvaluationScalars[] found = Evaluate();
        for (int member = 0; member < _members.Length; member++)
        {
            _members[member].InitialValue = previous?.InitialLosses[member] ?? found[member].Value;
            if (previous is not null)
                Compare(member, previous.Losses[member], found[member].Value);
            _members[member].Start(found[member]);
        }

        Report();
        while (!HasEnded())
        {
            Grow();
            Shed();
            Round();
        }

        return Result();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _harvest.Dispose();
        _formerStage?.Dispose();
        _stage?.Dispose();
        foreach (BatchMemberState member in _members)
            member.Dispose();
    }

    /// <summary>Evaluates what the members ask for; what is found, by member.</summary>
    private EvaluationScalars[] Evaluate()
    {
        BatchCommand[] commands = Commands();
        double[] numbers = EvaluateRows(commands);
        _calls++;
        _reads++;
        _rows += _stage!.Members.Count;
        EvaluationScalars[] found = new EvaluationScalars[_members.Length];
        // The rows of a member that repeat it come after its own.
        for (int row = _stage.Members.Count - 1; row >= 0; row--)
        {
            int member = _stage.Members[row];
            ReadOnlySpan<double> scalars = numbers.AsSpan(row * EvaluationScalars.Width, EvaluationScalars.Width);
            found[member] = EvaluationScalars.Of(commands[member].First.At(scalars[EvaluationScalars.StartSlopeIndex]), scalars);
        }

        Tell(found);
        return found;
    }

    /// <summary>
    /// One call of the function. Where it cannot take fewer members, such as one with data of its own for each, they stay as they are from
    /// here on.
    /// </summary>
    private double[] EvaluateRows(BatchCommand[] commands)
    {
        try
        {
            return _stage!.Round(commands);
        }
        catch (TfLbfgsException) when (_formerStage is not null)
        {
            _mayShed = false;
            _stage!.Dispose();
            (_stage, _formerStage) = (_formerStage, null);
            return _stage.Round(commands);
        }
        finally
        {
            _formerStage?.Dispose();
            _formerStage = null;
        }
    }

    private void Round()
    {
        EvaluationScalars[] found = Evaluate();
        foreach (BatchMemberState member in _members.Where(member => member.IsDone))
            member.Settled();
        bool moved = false;
        foreach (int member in Live)
        {
            _members[member].Take(found[member]);
            moved |= _members[member].HasMoved;
        }

        if (moved)
            Report();
    }

    /// <summary>Whether the run is over; then every member has a reason.</summary>
    private bool HasEnded()
    {
        if (!Live.Any())
            return true;
        // The limit of iterations is each member's own.
        StopReason? end = _action == LbfgsAction.Stop ? StopReason.Stopped
            : _action == LbfgsAction.Abort ? StopReason.Aborted
            : _options.StoppingCondition.IsMet(_members.Count(member => member.IsConverged)) ? StopReason.AnotherMember
            : RunLimits.Reached(_options, -1, _calls, _listeners.Elapsed, _cancellation);
        if (end is not { } reason)
            return false;
        bool moved = false;
        foreach (int member in Live.ToArray())
        {
            int before = _members[member].Iterations;
            _members[member].Interrupt(reason, point => reason == StopReason.AnotherMember
                ? FormattableString.Invariant($"Not finished: {_options.StoppingCondition.Explanation}; max |g| = {point.GradientMax:G4}.")
                : RunLimits.Sentence(reason, _options, _iterations, _listeners.Seconds, point.GradientMax));
            moved |= _members[member].Iterations > before;
        }

        if (moved)
            Report();
        return true;
    }

    /// <summary>More slots for all, when a member has none left.</summary>
    private void Grow()
    {
        int capacity = _stage!.Capacity;
        if (Array.TrueForAll(_members, member => member.Next.Slot < capacity))
            return;
        BatchStage grown =
            _stage.Select(FunctionFor(_stage.Members.Count), [.. Enumerable.Range(0, _stage.Members.Count)], _settings.Memory, wraps: true);
        _stage.Dispose();
        _stage = grown;
    }

    /// <summary>Leaves out who has ended, when the others fit a smaller power of two.</summary>
    private void Shed()
    {
        int[] live = [.. Live];
        int bucket = (int)BitOperations.RoundUpToPowerOf2((uint)live.Length);
        if (!_mayShed || bucket >= _stage!.Members.Count)
            return;
        Settle();
        _harvest.Take(_stage, _stage.Members.Where(member => _members[member].IsDone), _members);
        int[] rows = [.. Enumerable.Range(0, bucket).Select(i => RowOf(live[Math.Min(i, live.Length - 1)]))];
        _formerStage = _stage;
        _stage = _stage.Select(FunctionFor(bucket), rows, _stage.Capacity, _stage.Capacity == _settings.Memory);
    }

    private BatchFunction FunctionFor(int rows) => rows == _members.Length ? _problem.All : _problem.Some(rows);

    private int RowOf(int member) => _stage!.Members.TakeWhile(m => m != member).Count();

    private void Settle()
    {
        _stage!.Settle(Commands());
        foreach (BatchMemberState member in _members)
            member.Settled();
    }

    private BatchCommand[] Commands() => [.. _members.Select(member => member.Next)];

    /// <summary>The diagonal to start from, for every member.</summary>
    private Tensor? Scale()
    {
        if (_options.InitialInverseHessianDiagonal is not { } diagonal)
            return null;
        using Tensor shape = Tensor.From([(long)_members.Length, _problem.Shape[^1]]);
        if (diagonal.Rank > 1)
            return RawOps.Reshape(diagonal, shape);
        return RawOps.BroadcastTo(diagonal, shape);
    }
}
