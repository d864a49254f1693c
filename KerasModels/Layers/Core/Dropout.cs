using TfLbfgs.Keras.Serialization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// In training, sets a random part of the elements to 0 and scales the others up, so that the mean stays; otherwise passes its input on.
/// Each pass of a training draws a new mask; the evaluations of an objective all
/// have one. Python: <c>tf.keras.layers.Dropout</c>.
/// </summary>
public sealed class Dropout : Layer
{
    private double _rate;
    private long? _seed;
    private Shape? _noiseShape;
    private SeedGenerator? _random;

    /// <summary>Creates a layer.</summary>
    /// <param name="rate">The part that is dropped, from 0 to 1.</param>
    /// <param name="seed">The seed of the masks; null: follows from the layer's name.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">The rate is not from 0 to 1.</exception>
    public Dropout(double rate, long? seed = null, string? name = null, DTypePolicy? dtype = null) : base(name, dtype)
    {
        _rate = rate;
        _seed = seed;
        CheckFields();
    }

    internal Dropout()
    {
    }

    /// <summary>The part that is dropped.</summary>
    public double Rate => _rate;

    /// <summary>The seed of the masks.</summary>
    public long? Seed => _seed;

    /// <summary>Dimensions along which one mask holds for all elements (1), as Keras states them with the batch first; null: one per element.</summary>
    public Shape? NoiseShape
    {
        get => _noiseShape;
        init => _noiseShape = value;
    }

    /// <inheritdoc/>
    public override bool SupportsMasking => true;

    /// <inheritdoc/>
    protected override Tensor Call(Tensor input, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(context);
        if (!context.Training || _rate == 0)
            return input;
        if (_rate == 1)
            return RawOps.ZerosLike(input);
        _random ??= AddSeedGenerator(_seed);
        return input * _random.DropoutMask(context, MaskShape(input), _rate, input.DType);
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        base.Describe(fields);
        fields.Number("rate", ref _rate, minimum: 0, maximum: 1, required: true);
        fields.Seed("seed", ref _seed);
        fields.Shape("noise_shape", ref _noiseShape);
    }

    private Tensor MaskShape(Tensor input)
    {
        if (_noiseShape is null)
            return input.Shape.IsFullyKnown ? Tensor.From<long>(input.Shape.ToArray()) : RawOps.Shape(input, DType.Int64);
        if (_noiseShape.Rank != input.Rank)
            throw new TfLbfgsException($"{this}: expected an input of the {_noiseShape.Rank} dimensions of its noise shape {_noiseShape}, received {input.Shape}.");
        Tensor actual = RawOps.Shape(input, DType.Int64);
        Tensor[] dims = [.. _noiseShape.Select((size, i) => size < 0 ? actual[i] : Tensor.Scalar(size))];
        return RawOps.Pack(dims);
    }
}
