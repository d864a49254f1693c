using TfLbfgs.Keras.Serialization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// Replaces numbers by the bins into which they fall: bin 0 below the first boundary, each other bin from its boundary on. The boundaries
/// are given, or computed from data so that the bins are nearly equally filled.
/// Python: <c>tf.keras.layers.Discretization</c>.
/// </summary>
public sealed class Discretization : AdaptableLayer
{
    private double[]? _boundaries;
    private int? _bins;
    private double _epsilon = 0.01;
    private CategoryOutput _output = CategoryOutput.Integers;
    private KerasGeneration _generation = KerasGeneration.Keras3;

    /// <summary>Creates a layer with given boundaries.</summary>
    /// <param name="boundaries">The boundaries, ascending; one fewer than there are bins.</param>
    /// <param name="output">What is made of the numbers of the bins: all but tf-idf. Default: themselves, as int32.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">The boundaries do not ascend, or the layer has no such output.</exception>
    public Discretization(IReadOnlyList<double> boundaries, CategoryOutput output = CategoryOutput.Integers, string? name = null,
        DTypePolicy? dtype = null) : base(name, dtype)
    {
        ArgumentNullException.ThrowIfNull(boundaries);
        _boundaries = [.. boundaries];
        _output = output;
        CheckFields();
    }

    /// <summary>Creates a layer that learns boundaries by <see cref="AdaptableLayer.Adapt(Tensor)"/>.</summary>
    /// <param name="bins">The number of bins.</param>
    /// <param name="epsilon">The error that quantiles may have, as a part of the data; default 0.01.</param>
    /// <param name="output">What is made of the numbers of the bins; default: themselves, as int32.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">A number is out of range, or the layer has no such output.</exception>
    public Discretization(int bins, double epsilon = 0.01, CategoryOutput output = CategoryOutput.Integers, string? name = null,
        DTypePolicy? dtype = null) : base(name, dtype)
    {
        _bins = bins;
        _epsilon = epsilon;
        _output = output;
        CheckFields();
    }

    internal Discretization()
    {
    }

    /// <summary>The boundaries; null before the layer has any.</summary>
    public IReadOnlyList<double>? Boundaries => _boundaries;

    /// <summary>The number of bins; null before it is known.</summary>
    public int? Bins => _boundaries is null ? _bins : _boundaries.Length + 1;

    /// <summary>What is made of the numbers of the bins.</summary>
    public CategoryOutput Output => _output;

    /// <inheritdoc/>
    protected override Tensor Call(Tensor input, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (_boundaries is null)
            throw new TfLbfgsException($"{this}: expected boundaries, received none. Call Adapt with data first, or give them.");
        Tensor x = input.DType is DType.Float32 or DType.Float64 or DType.Int32 or DType.Int64 ? input : Tf.Cast(input, DType.Float32);
        Tensor bins = RawOps.Bucketize(x, Array.ConvertAll(_boundaries, boundary => (float)boundary));
        return CategoryEncoder.Encode(bins, _output, _boundaries.Length + 1, OutputDType);
    }

    /// <inheritdoc/>
    protected override void AdaptTo(IEnumerable<Tensor> batches)
    {
        ArgumentNullException.ThrowIfNull(batches);
        if (_bins is not { } bins)
            throw new TfLbfgsException(
                $"{this}: expected a layer made with a number of bins to adapt, received one with given boundaries.");
        QuantileSummary summary = QuantileSummary.Empty;
        bool isEmpty = true;
        foreach (Tensor batch in batches)
        {
            summary = QuantileSummary.Of(Tf.Cast(batch, DType.Float32).ToArray<float>(), _epsilon, _generation)
                .MergeInto(summary, _epsilon);
            isEmpty &= batch.Shape.ElementCount == 0;
        }

        _boundaries = isEmpty ? throw new TfLbfgsException($"{this}: expected data to adapt to, received none.") : summary.Boundaries(bins);
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.Origin(ref _generation);
        fields.OptionalNumbers("bin_boundaries", ref _boundaries);
        // Keras 2 refuses both.
        int? bins = !fields.IsReading && _boundaries is not null && fields.Generation == KerasGeneration.Keras2 ? null : _bins;
        fields.OptionalInteger("num_bins", ref bins, minimum: 1);
        _bins = fields.IsReading ? bins : _bins;
        fields.Number("epsilon", ref _epsilon, minimum: 1e-6, maximum: 1);
        fields.OutputMode(ref _output, CategoryOutput.Integers, CategoryOutput.OneHot, CategoryOutput.MultiHot, CategoryOutput.Count);
        if (fields.IsReading && _boundaries is null && _bins is null)
            throw fields.Fail("expected bin_boundaries or num_bins, received neither.");
        if (_boundaries is not null && _boundaries.Zip(_boundaries.Skip(1)).Any(pair => !(pair.First <= pair.Second)))
            throw fields.Fail($"expected bin_boundaries that ascend, received [{string.Join(", ", _boundaries)}].");
    }

    /// <summary>Takes floating-point numbers of any dtype, since none of its own meets them.</summary>
    private protected override void CheckInputs(IReadOnlyList<Tensor> inputs)
    {
    }

    private DType OutputDType => _output != CategoryOutput.Integers ? ComputeDType
        : _generation == KerasGeneration.Keras3 ? DType.Int32
        : ComputeDType.IsInteger ? ComputeDType : DType.Int64;
}
