using TfLbfgs.Keras.Serialization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// A layer that disturbs its input by random numbers in training, and otherwise passes it on. Each pass of a training draws anew; the
/// evaluations of an objective all have the same random numbers.
/// </summary>
public abstract class NoiseLayer : Layer
{
    private double _amount;
    private long? _seed;
    private SeedGenerator? _random;

    private protected NoiseLayer()
    {
    }

    private protected NoiseLayer(double amount, long? seed, string? name, DTypePolicy? dtype) : base(name, dtype)
    {
        _amount = amount;
        _seed = seed;
    }

    /// <summary>The seed of the random numbers; null: follows from the layer's name.</summary>
    public long? Seed => _seed;

    /// <inheritdoc/>
    public override bool SupportsMasking => true;

    /// <summary>How much is disturbed: the part that is dropped, or a deviation. With 0 the layer passes its input on.</summary>
    private protected double Amount => _amount;

    /// <summary>The name of the amount in configurations, and its largest value; null: any.</summary>
    private protected virtual (string Name, double? Maximum) AmountField => ("rate", 1);

    /// <summary>Disturbs the input.</summary>
    private protected abstract Tensor Disturb(Tensor input, SeedGenerator random, CallContext context);

    /// <inheritdoc/>
    protected sealed override Tensor Call(Tensor input, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(context);
        return context.Training && _amount > 0 ? Disturb(input, _random ??= AddSeedGenerator(_seed), context) : input;
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.Number(AmountField.Name, ref _amount, minimum: 0, maximum: AmountField.Maximum, required: true);
        fields.Seed("seed", ref _seed);
    }

    /// <summary>Sets a random part of the input to 0 and scales the others up, so that the mean stays.</summary>
    private protected Tensor Drop(Tensor input, Tensor maskShape, SeedGenerator random, CallContext context) =>
        _amount == 1 ? Tf.ZerosLike(input) : input * random.DropoutMask(context, maskShape, _amount, input.DType);

    /// <summary>
    /// The shape of a mask: that of the input, but 1 where a noise shape says that one draw holds for the whole dimension.
    /// </summary>
    private protected Tensor MaskShape(Tensor input, Shape? noiseShape)
    {
        if (noiseShape is null)
            return input.Shape.IsFullyKnown ? Tensor.From<long>(input.Shape.ToArray()) : RawOps.Shape(input, DType.Int64);
        if (noiseShape.Rank != input.Rank)
            throw new TfLbfgsException(
                $"{this}: expected an input of the {noiseShape.Rank} dimensions of its noise shape {noiseShape}, received {input.Shape}.");
        Tensor actual = RawOps.Shape(input, DType.Int64);
        return Tf.Stack([.. noiseShape.Select((size, i) => size < 0 ? actual[i] : Tensor.Scalar(size))]);
    }
}
