using TfLbfgs.Distribution.Loading;
using TfLbfgs.Optimization;
using TfLbfgs.Parameters;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Distribution;

/// <summary>
/// The same loss as another objective, exactly, computed on several devices, each with its part of the rows, and summed in float64 in the
/// order of the parts where the vector is. Loss and gradient agree with one pass to rounding, and are the same bits at each run with the
/// same number of parts. An evaluation is one call and one read, as for any objective. Python: a loss under
/// <c>tf.distribute.MirroredStrategy</c>, for a full batch.
/// </summary>
/// <remarks>
/// The other objective's loss must be a mean or a sum over the rows, the entries along the first axis of <see cref="Objective.Data"/>, plus
/// parts that do not depend on them, such as regularization, which count once. It must not keep state: dropout and statistics of batches
/// are refused. The data are copied to the devices once; to each device an evaluation sends the vector, and from it comes a gradient.
/// </remarks>
public sealed partial class DistributedObjective : Objective, IDisposable
{
    private readonly Objective _objective;
    private readonly DistributedOptions _options;
    private readonly ShardSource _source;
    private readonly int _width;
    private readonly bool _owns;
    private readonly ShardTimes? _times;
    private readonly DistributionStrategy _strategy;
    private readonly string[] _devices;

    private Shard?[] _shards = [];
    private int _evaluations;
    private Tensor[] _data = [];

    /// <summary>Divides the data of an objective, and copies each part to its device.</summary>
    /// <param name="objective">The objective, whose data have rows; borrowed.</param>
    /// <param name="strategy">On which devices, and in how many parts.</param>
    /// <param name="options">The options; null: a mean over the rows of all data.</param>
    /// <param name="ownsObjective">Whether the objective is disposed with this one.</param>
    /// <exception cref="TfLbfgsException">There are no rows, or fewer than parts.</exception>
    public DistributedObjective(Objective objective, DistributionStrategy strategy, DistributedOptions? options = null,
        bool ownsObjective = false)
        : this(objective, strategy, options, Uploaded(objective, options), ownsObjective)
    {
    }

    /// <summary>Lets the devices load their parts.</summary>
    /// <param name="objective">The objective; its own data, such as a few rows, say which tensors are expected; borrowed.</param>
    /// <param name="data">What is loaded.</param>
    /// <param name="strategy">On which devices, and in how many parts.</param>
    /// <param name="options">The options; null: a mean over the rows of all data.</param>
    /// <param name="ownsObjective">Whether the objective is disposed with this one.</param>
    /// <exception cref="TfLbfgsException">A part cannot be loaded, or does not fit the objective.</exception>
    public DistributedObjective(Objective objective, ShardedData data, DistributionStrategy strategy, DistributedOptions? options = null,
        bool ownsObjective = false)
        : this(objective, strategy, options, new LoadedShards(data, objective, strategy?.Cluster, options?.Whole ?? []), ownsObjective)
    {
        ArgumentNullException.ThrowIfNull(data);
    }

    private DistributedObjective(Objective objective, DistributionStrategy strategy, DistributedOptions? options, ShardSource source,
        bool ownsObjective)
    {
        ArgumentNullException.ThrowIfNull(objective);
        ArgumentNullException.ThrowIfNull(strategy);
        _options = options ?? new DistributedOptions();
        _options.Validate();
        _objective = objective;
        _strategy = strategy;
        _devices = [.. Enumerable.Range(0, strategy.Shards).Select(i => strategy.Devices[i % strategy.Devices.Count])];
        _source = source;
        _owns = ownsObjective;
        _width = objective.Data.Count;
        CheckInner(objective);
        if (_options.MeasureTimes)
            _times = new ShardTimes(_devices, _options);
        Place();
    }

    /// <summary>How the data were divided.</summary>
    public DistributionStrategy Strategy => _strategy;

    /// <summary>The full name of the device of each part, now.</summary>
    public IReadOnlyList<string> Devices => _devices;

    /// <summary>The number of rows of each part.</summary>
    public IReadOnlyList<long> Rows => [.. Enumerable.Range(0, _strategy.Shards).Select(i => RowsOf(Current, i))];

    /// <inheritdoc/>
    public override long Count => _objective.Count;

    /// <inheritdoc/>
    public override DType DType => _objective.DType;

    /// <inheritdoc/>
    public override ParameterLayout? Layout => _objective.Layout;

    /// <inheritdoc/>
    public override bool UsesSeveralDevices => true;

    /// <summary>
    /// The data of all parts, one part after the other, each on its device. Where the other objective has other data by now, they are
    /// divided and copied anew.
    /// </summary>
    public override IReadOnlyList<Tensor> Data => Current;

    private Tensor[] Current
    {
        get
        {
            if (_source.HasChanged)
                Place();
            return _data;
        }
    }

    /// <summary>Null: parts of the loss are those of one device or slice.</summary>
    public override LossTerms? Terms => null;

    /// <inheritdoc/>
    public override Tensor InitialPosition() => _objective.InitialPosition();

    /// <inheritdoc/>
    public override void Adopt(Tensor position) => _objective.Adopt(position);

    /// <summary>
    /// What the devices took in the last evaluations of a minimizer, where <see cref="DistributedOptions.MeasureTimes"/> says so; reads
    /// nothing.
    /// </summary>
    /// <returns>The report; without measurements where there were none.</returns>
    public DistributionReport Report() =>
        _times?.Report(_evaluations, BytesPerEvaluation) ?? DistributionReport.Empty(_devices, BytesPerEvaluation);

    /// <summary>Computes loss and gradient: in a trace the devices work at the same time, else one after the other.</summary>
    /// <inheritdoc/>
    /// <exception cref="TfLbfgsException">The trace is compiled as a whole, which one device would then run.</exception>
    public override (Tensor Loss, Tensor Gradient) Evaluate(Tensor position, IReadOnlyList<Tensor> data)
    {
        (Tensor loss, Tensor gradient, _) = Evaluate(position, data, null);
        return (loss, gradient);
    }

    /// <inheritdoc/>
    protected internal override (Tensor Loss, Tensor Gradient, Tensor? Readings) EvaluateMeasured(
        Tensor position, IReadOnlyList<Tensor> data) =>
        Evaluate(position, data, _times);

    /// <inheritdoc/>
    protected internal override EvaluationSeconds? OnMeasured(ReadOnlySpan<double> readings) => _times?.Take(readings);

    /// <summary>Frees the data on the devices, and the other objective where it is owned.</summary>
    public void Dispose()
    {
        Free(_shards);
        if (_owns)
            (_objective as IDisposable)?.Dispose();
    }

    /// <inheritdoc/>
    protected internal override void OnEvaluated(double loss)
    {
        _evaluations++;
        _objective.OnEvaluated(loss);
    }

    private static void CheckInner(Objective objective)
    {
        if (objective.UsesSeveralDevices || objective.IsHostDriven)
            throw new TfLbfgsException("DistributedObjective: expected an objective that one device computes, received "
                + $"{objective.GetType().Name}, which uses several itself or is driven by the host.");
    }

    private static UploadedRows Uploaded(Objective objective, DistributedOptions? options)
    {
        ArgumentNullException.ThrowIfNull(objective);
        CheckInner(objective);
        return new UploadedRows(objective, options?.Whole ?? []);
    }

    /// <summary>The vector to each remote device and a gradient back.</summary>
    private long BytesPerEvaluation => _devices.Count(device => !TfRuntime.IsLocal(device)) * 2 * Count * DType.Size;

    private IReadOnlyList<Tensor> Part(IReadOnlyList<Tensor> data, int shard) => [.. data.Skip(shard * _width).Take(_width)];

    private bool IsWhole(Tensor tensor, int index) => tensor.Rank == 0 || _options.Whole.Contains(index);

    private long RowsOf(IReadOnlyList<Tensor> data, int shard)
    {
        IReadOnlyList<Tensor> part = Part(data, shard);
        return part.Where((tensor, i) => !IsWhole(tensor, i)).First().Shape[0];
    }
}
