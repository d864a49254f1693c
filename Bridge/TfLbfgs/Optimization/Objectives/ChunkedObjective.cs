using TfLbfgs.Parameters;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using static TfLbfgs.Optimization.VectorMath;

namespace TfLbfgs.Optimization;

/// <summary>
/// The same loss as another objective, exactly, computed over slices of its data one after another: what an evaluation needs besides
/// parameters and data is what one slice needs. For data that are
/// too many for one pass. Loss and gradient are summed in float64 on the device and agree with one pass to rounding; a float32 loss of many
/// rows is more accurate than in one pass.
/// </summary>
/// <remarks>
/// The other objective's loss must be a mean or a sum over the rows, the entries along the first axis of <see cref="Objective.Data"/>, plus
/// parts that do not depend on them; these are counted once,
/// for any number of slices. The last slice may be shorter. A loss that sees several rows at once, such as one with batch
/// normalization in training or a quotient of two sums, cannot be cut.
/// </remarks>
public sealed class ChunkedObjective : Objective
{
    private readonly Objective _objective;
    private readonly ChunkOptions _options;
    private readonly DataRows _rows;

    /// <summary>Wraps an objective.</summary>
    /// <param name="objective">The objective, whose data have rows; borrowed.</param>
    /// <param name="rowsPerChunk">The rows of a slice, at least 1; the last one has what is left. Memory grows with it, and slices take
    /// less time each the more there are.</param>
    /// <param name="options">The options; null: a mean over the rows of all data.</param>
    /// <exception cref="TfLbfgsException">There are no rows, or not as many in each of the data.</exception>
    public ChunkedObjective(Objective objective, int rowsPerChunk, ChunkOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(objective);
        if (rowsPerChunk < 1)
            throw new TfLbfgsException($"ChunkedObjective: expected at least 1 row in a chunk, received {rowsPerChunk}.");
        _objective = objective;
        _options = options ?? new ChunkOptions();
        _rows = new DataRows(objective.Data, _options.Whole, $"ChunkedObjective of {objective.GetType().Name}");
        RowsPerChunk = rowsPerChunk;
    }

    /// <summary>The rows of a slice, but the last.</summary>
    public int RowsPerChunk { get; }

    /// <summary>The number of rows of the data now.</summary>
    public long Rows => _rows.CountOf(Data);

    /// <summary>The number of slices of the data now.</summary>
    public long Chunks => (Rows + RowsPerChunk - 1) / RowsPerChunk;

    /// <inheritdoc/>
    public override long Count => _objective.Count;

    /// <inheritdoc/>
    public override DType DType => _objective.DType;

    /// <inheritdoc/>
    public override ParameterLayout? Layout => _objective.Layout;

    /// <inheritdoc/>
    public override IReadOnlyList<Tensor> Data => _objective.Data;

    /// <summary>None: the parts of a loss are those of all rows at once.</summary>
    public override LossTerms? Terms => null;

    /// <inheritdoc/>
    public override bool UsesSeveralDevices => _objective.UsesSeveralDevices;

    /// <inheritdoc/>
    public override Tensor InitialPosition() => _objective.InitialPosition();

    /// <inheritdoc/>
    public override void Adopt(Tensor position) => _objective.Adopt(position);

    /// <summary>Computes loss and gradient, slice by slice.</summary>
    /// <inheritdoc/>
    public override (Tensor Loss, Tensor Gradient) Evaluate(Tensor position, IReadOnlyList<Tensor> data)
    {
        ArgumentNullException.ThrowIfNull(position);
        ArgumentNullException.ThrowIfNull(data);
        using TensorScope scope = new();
        long rows = _rows.CountOf(data);
        (long full, long rest) = Math.DivRem(rows, RowsPerChunk);
        bool isMean = _options.Reduction == DataReduction.Mean;
        using Tensor length = Tensor.Vector([Count]);
        Total total = new(Tensor.Scalar(0.0), RawOps.Fill(length, Tensor.Scalar(0.0)));
        double weight = isMean ? (double)RowsPerChunk / rows : 1;
        bool loops = full > 1 && position.IsSymbolic;
        if (loops)
            total = Loop(total, position, data, full, weight);
        for (long i = 0; i < full && !loops; i++)
            total = Add(total, position, data, Tensor.Scalar(i * RowsPerChunk), RowsPerChunk, weight);
        if (rest > 0)
            total = Add(total, position, data, Tensor.Scalar(full * RowsPerChunk), rest, isMean ? (double)rest / rows : 1);
        long chunks = full + (rest > 0 ? 1 : 0);
        // Each slice of a sum has brought what depends on no row: the loss of no rows.
        if (!isMean && chunks > 1)
            total = Add(total, position, data, Tensor.Scalar(0L), 0, 1 - chunks);
        return (scope.Keep(As(total.Loss, DType)), scope.Keep(As(total.Gradient, DType)));
    }

    /// <inheritdoc/>
    protected internal override void OnEvaluated(double loss) => _objective.OnEvaluated(loss);

    /// <inheritdoc/>
    protected internal override bool Recover(TfStatusException failure, int attempt) => _objective.Recover(failure, attempt);

    /// <summary>
    /// Adds all slices of full length by a loop in the function that is traced, whose size therefore does not depend on their number.
    /// </summary>
    private Total Loop(Total total, Tensor position, IReadOnlyList<Tensor> data, long full, double weight)
    {
        Tensor[] end = Tf.While(
            state => state[0] < full,
            state =>
            {
                Total next = Add(new Total(state[1], state[2]), position, data, state[0] * RowsPerChunk, RowsPerChunk, weight);
                return [state[0] + 1, next.Loss, next.Gradient];
            },
            [Tensor.Scalar(0L), total.Loss, total.Gradient]);
        return new Total(end[1], end[2]);
    }

    /// <summary>Adds what one slice contributes.</summary>
    private Total Add(Total total, Tensor position, IReadOnlyList<Tensor> data, Tensor first, long count, double weight)
    {
        using TensorScope scope = new();
        // A graph could compute all slices at once: each has to wait for the sum of the former ones. What is added is zero, which neither
        // the graph optimizer nor XLA can know.
        if (position.IsSymbolic)
            position += As(RawOps.Minimum(RawOps.Abs(total.Gradient), Tensor.Scalar(0.0)), DType);
        (Tensor loss, Tensor gradient) = ObjectiveGuard.Evaluate(_objective, position, _rows.Slice(data, first, count));
        using Tensor formerLoss = total.Loss;
        using Tensor formerGradient = total.Gradient;
        return new Total(scope.Keep(formerLoss + weight * As(loss, DType.Float64)),
            scope.Keep(formerGradient + weight * As(gradient, DType.Float64)));
    }

    /// <summary>Loss, shape [], and gradient, shape [n], of the slices so far, float64.</summary>
    private readonly record struct Total(Tensor Loss, Tensor Gradient);
}
