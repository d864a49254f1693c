using TfLbfgs.Functions;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using static TfLbfgs.Optimization.BatchMath;
using static TfLbfgs.Optimization.VectorMath;

namespace TfLbfgs.Optimization;

/// <summary>
/// The device side of a batch as long as its shape stays: vectors with a row for each member that takes part, their history, and the
/// functions of a round. A round is one evaluation of all rows, each at its own step,
/// and one read. Rows beyond the members repeat one of them, so that shapes are powers of two.
/// </summary>
internal sealed class BatchStage : IDisposable
{
    // Places in the state: the current points, their gradients, the directions, the last trials, the kept ones, the best points.
    private const int Position = 0;
    private const int Gradient = 1;
    private const int Direction = 2;
    private const int TrialPosition = 3;
    private const int TrialGradient = 4;
    private const int KeptPosition = 5;
    private const int KeptGradient = 6;
    private const int BestPosition = 7;
    private const int BestGradient = 8;
    private const int Places = 9;

    private readonly BatchFunction _function;
    private readonly BatchHistory _history;
    private readonly ExecutionPlan _plan;
    private readonly Tensor _indices;
    private readonly Tensor[] _state;
    /// <summary>
    /// Whether the pairs are learnt by a function of their own: XLA copies a whole variable that one program reads and writes; and an
    /// evaluation that may be repeated must not learn twice.
    /// </summary>
    private readonly bool _settlesApart;
    private readonly Function? _settle;
    private readonly Function? _evaluate;
    private readonly Function? _advance;

    private BatchStage(BatchFunction function, ExecutionPlan plan, int[] members, BatchHistory history, Tensor[] state)
    {
        (_function, _plan, Members, _history, _state) = (function, plan, members, history, state);
        _settlesApart = plan.IsCompiled || function.Recover is not null;
        _indices = Held(Tensor.From<long>([.. members.Select(member => (long)member)], function.BatchShape));
        _settle = _settlesApart ? plan.Uncompiled(Settle, "lbfgs_batch_settle") : null;
        _evaluate = plan.Function(Evaluate, "lbfgs_batch_evaluate");
        _advance = plan.Function(Advance, "lbfgs_batch_advance");
    }

    /// <summary>The member of each row.</summary>
    public IReadOnlyList<int> Members { get; }

    /// <summary>Abandons a call that compiles.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>The slots for pairs.</summary>
    public int Capacity => _history.Capacity;

    /// <summary>The history.</summary>
    public BatchHistory History => _history;

    /// <summary>Where the members stand, shape [b, n]; before what was asked for.</summary>
    public Tensor Positions => _state[Position];

    private long Count => _function.Shape[^1];

    /// <summary>The first stage: all members, where they start.</summary>
    /// <param name="function">What is minimized, in the shape of the starts.</param>
    /// <param name="plan">How.</param>
    /// <param name="history">The pairs; owned from here on.</param>
    /// <param name="start">Shape [..., n]; borrowed.</param>
    /// <param name="cancellation">See <see cref="Cancellation"/>.</param>
    public static BatchStage Begin(BatchFunction function, ExecutionPlan plan, BatchHistory history, Tensor start,
        CancellationToken cancellation)
    {
        using TensorScope scope = new();
        Tensor position = Shaped(start, function.Members, function.Shape[^1]);
        Tensor zeros = RawOps.ZerosLike(position);
        Tensor[] state =
            [.. Enumerable.Range(0, Places)
            .Select(place => Held(RawOps.Identity(place is Position or TrialPosition or KeptPosition or BestPosition ? position : zeros)))];
        return new BatchStage(function, plan, [.. Enumerable.Range(0, function.Members)], history, state) { Cancellation = cancellation };
    }

    /// <summary>A stage with other rows, or with more slots; this one is left as it is, and what was asked for waits.</summary>
    /// <param name="function">What is minimized, in the shape of the new rows.</param>
    /// <param name="rows">The rows to take.</param>
    /// <param name="capacity">Slots of each.</param>
    /// <param name="wraps">Whether a slot may be taken twice.</param>
    public BatchStage Select(BatchFunction function, int[] rows, int capacity, bool wraps)
    {
        using TensorScope scope = new();
        Tensor indices = Tensor.From([.. rows.Select(row => (long)row)]);
        Tensor[] state = [.. _state.Select(tensor => Held(Rows(tensor, indices)))];
        return new BatchStage(function, _plan, [.. rows.Select(row => Members[row])], _history.Select(indices, capacity, wraps),
            state)
        { Cancellation = Cancellation };
    }

    /// <summary>One round: moves, pairs, directions, then one evaluation of all rows.</summary>
    /// <param name="commands">What each member asks for, by its index in the batch.</param>
    /// <returns>What was found, <see cref="EvaluationScalars.Width"/> numbers for each row.</returns>
    public double[] Round(BatchCommand[] commands)
    {
        using TensorScope scope = new();
        int[] cleared = [.. Enumerable.Range(0, Members.Count).Where(row => commands[Members[row]].Clears)];
        if (cleared.Length > 0)
            _history.Clear(cleared);
        Tensor numbers = Numbers(commands);
        if (!Members.Any(member => commands[member].IsMore))
        {
            Tensor[] found = Call(_evaluate, Evaluate, [.. _state[..BestPosition], numbers, _indices]);
            double[] scalars = found[4].ToArray<double>();
            Replace([KeptPosition, KeptGradient, TrialPosition, TrialGradient], found);
            return scalars;
        }

        if (_settlesApart)
        {
            Tensor[] settled = _settle is null ? Settle([.. _state, numbers]) : _settle.Call([.. _state, numbers]);
            Replace([Position, Gradient, KeptPosition, KeptGradient, BestPosition, BestGradient], settled);
            numbers = Numbers([.. commands.Select(command => command.Rest)]);
        }

        Tensor[] next = Call(_advance, Advance, [.. _state, numbers, _indices]);
        double[] read = next[Places].ToArray<double>();
        Replace([.. Enumerable.Range(0, Places)], next);
        return read;
    }

    /// <summary>Carries out the moves and learns the pairs that were asked for, without an evaluation.</summary>
    /// <param name="commands">What each member asks for, by its index in the batch.</param>
    public void Settle(BatchCommand[] commands)
    {
        using TensorScope scope = new();
        Replace([Position, Gradient, KeptPosition, KeptGradient, BestPosition, BestGradient], Settle([.. _state, Numbers(commands)]));
    }

    /// <summary>Where a member moves to, or stands, shape [n].</summary>
    public Tensor PositionOf(int member, BatchMove move)
    {
        int row = Members.TakeWhile(m => m != member).Count();
        return _state[move switch { BatchMove.ToTrial => TrialPosition, BatchMove.ToKept => KeptPosition, _ => Position }][row];
    }

    /// <summary>The gradient at the point of one member, shape [n], when its move is made.</summary>
    public Tensor GradientOf(int member, BatchMove move)
    {
        int row = Members.TakeWhile(m => m != member).Count();
        return _state[move switch { BatchMove.ToTrial => TrialGradient, BatchMove.ToKept => KeptGradient, _ => Gradient }][row];
    }

    /// <summary>Points of some rows, shape [k, n], and their gradients: the best ones or the last ones.</summary>
    /// <param name="rows">Rows, int64, shape [k].</param>
    /// <param name="best">Which, bool, shape [k, 1].</param>
    public (Tensor Position, Tensor Gradient) Points(Tensor rows, Tensor best) => (
        RawOps.SelectV2(best, Rows(_state[BestPosition], rows), Rows(_state[Position], rows)),
        RawOps.SelectV2(best, Rows(_state[BestGradient], rows), Rows(_state[Gradient], rows)));

    /// <inheritdoc/>
    public void Dispose()
    {
        _settle?.Dispose();
        _evaluate?.Dispose();
        _advance?.Dispose();
        _history.Dispose();
        _indices.Dispose();
        foreach (Tensor tensor in _state)
            tensor.Dispose();
    }

    /// <summary>The tensor under no scope: it belongs to the stage.</summary>
    private static Tensor Held(Tensor tensor) => tensor.Alias();

    private Tensor[] Call(Function? function, Func<Tensor[], Tensor[]> body, Tensor[] inputs) => Repetition.Run(
        () => CancellableCall.Run(function, body, inputs, Cancellation),
        _function.Recover,
        () =>
        {
            _evaluate?.Forget();
            _advance?.Forget();
        });

    /// <summary>Takes outputs over as the new state; what they replace is freed.</summary>
    private void Replace(ReadOnlySpan<int> places, Tensor[] outputs)
    {
        for (int i = 0; i < places.Length; i++)
        {
            Tensor former = _state[places[i]];
            _state[places[i]] = Held(outputs[i]);
            former.Dispose();
        }
    }

    private Tensor Numbers(BatchCommand[] commands)
    {
        double[] numbers = new double[Members.Count * BatchCommand.Width];
        for (int row = 0; row < Members.Count; row++)
            commands[Members[row]].Write(numbers.AsSpan(row * BatchCommand.Width));
        return Tensor.From<double>(numbers, [Members.Count, BatchCommand.Width]);
    }

    /// <summary>
    /// [position, ..., kept gradient, numbers, indices] to [kept position, kept gradient, trial position, trial gradient, scalars].
    /// </summary>
    private Tensor[] Evaluate(Tensor[] inputs)
    {
        Tensor[] numbers = RawOps.Unpack(inputs[BestPosition], BatchCommand.Width, 1);
        (Tensor keptPosition, Tensor keptGradient) = Kept(inputs, numbers);
        return [keptPosition, keptGradient,
            .. EvaluateAt(inputs[Position], inputs[Gradient], inputs[Direction], numbers[0], inputs[BestPosition + 1])];
    }

    /// <summary>[state, numbers, indices] to [state, scalars].</summary>
    private Tensor[] Advance(Tensor[] inputs)
    {
        Tensor[] numbers = RawOps.Unpack(inputs[Places], BatchCommand.Width, 1);
        Tensor[] settled = _settlesApart
            ? [inputs[Position], inputs[Gradient], inputs[KeptPosition], inputs[KeptGradient], inputs[BestPosition], inputs[BestGradient]]
            : Settle(inputs);
        (Tensor position, Tensor gradient) = (settled[0], settled[1]);
        Tensor learnt = Widen(IsSet(numbers[7], (double)BatchTurn.Learnt));
        Tensor steepest = Widen(IsSet(numbers[7], (double)BatchTurn.Steepest));
        Tensor direction =
            RawOps.SelectV2(learnt, _history.Apply(gradient), RawOps.SelectV2(steepest, _history.Steepest(gradient), inputs[Direction]));
        Tensor slope = Dots(gradient, direction);
        Tensor step = RawOps.Minimum(numbers[0], numbers[10] / RawOps.Abs(slope));
        Tensor[] found = EvaluateAt(position, gradient, direction, step, inputs[Places + 1], slope);
        return [position, gradient, direction, found[0], found[1], settled[2], settled[3], settled[4], settled[5], found[2]];
    }

    /// <summary>
    /// [state, numbers, ...] to [position, gradient, kept position, kept gradient, best position, best gradient]; learns the pairs.
    /// </summary>
    private Tensor[] Settle(Tensor[] inputs)
    {
        Tensor[] numbers = RawOps.Unpack(inputs[Places], BatchCommand.Width, 1);
        (Tensor keptPosition, Tensor keptGradient) = Kept(inputs, numbers);
        Tensor toTrial = Widen(IsSet(numbers[2], (double)BatchMove.ToTrial));
        Tensor toKept = Widen(IsSet(numbers[2], (double)BatchMove.ToKept));
        Tensor position = RawOps.SelectV2(toTrial, inputs[TrialPosition], RawOps.SelectV2(toKept, keptPosition, inputs[Position]));
        Tensor gradient = RawOps.SelectV2(toTrial, inputs[TrialGradient], RawOps.SelectV2(toKept, keptGradient, inputs[Gradient]));
        Tensor isBest = Widen(IsSet(numbers[3]));
        Tensor step = Widen(As(numbers[5], _function.DType)) * inputs[Direction];
        _history.Learn(step, (gradient - inputs[Gradient]) * Widen(As(numbers[9], _function.DType)),
            RawOps.Cast(numbers[4], DType.Int64), IsSet(numbers[6]), numbers[8]);
        return
        [
            position, gradient, keptPosition, keptGradient,
            RawOps.SelectV2(isBest, position, inputs[BestPosition]), RawOps.SelectV2(isBest, gradient, inputs[BestGradient]),
        ];
    }

    private static (Tensor Position, Tensor Gradient) Kept(Tensor[] inputs, Tensor[] numbers)
    {
        Tensor keeps = Widen(IsSet(numbers[1]));
        return (RawOps.SelectV2(keeps, inputs[TrialPosition], inputs[KeptPosition]),
            RawOps.SelectV2(keeps, inputs[TrialGradient], inputs[KeptGradient]));
    }

    /// <summary>The trials at <c>position + step * direction</c>: their positions, gradients and scalars.</summary>
    private Tensor[] EvaluateAt(Tensor position, Tensor gradient, Tensor direction, Tensor step, Tensor indices, Tensor? startSlope = null)
    {
        Tensor next = position + Widen(As(step, _function.DType)) * direction;
        (Tensor losses, Tensor gradients) = _function.Call(Shaped(next, _function.Shape.ToArray()), [indices]);
        Tensor nextGradient = Shaped(gradients, Members.Count, Count);
        Tensor change = nextGradient - gradient;
        Tensor[] scalars = EvaluationScalars.Order(
            value: As(Shaped(losses, Members.Count), DType.Float64),
            slope: Dots(nextGradient, direction),
            gradientMax: MaxAbsOfRows(nextGradient),
            gradientSquared: Dots(nextGradient, nextGradient),
            changeSquared: Dots(change, change),
            directionDotChange: Dots(direction, change),
            moved: MaxAbsOfRows(next - position),
            startSlope: startSlope ?? Dots(gradient, direction),
            directionSquared: Dots(direction, direction));
        return [next, nextGradient, RawOps.Pack(scalars, -1)];
    }
}
