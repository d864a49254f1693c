using TfLbfgs.Keras.Initializers;
using TfLbfgs.Keras.Saving.Config;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// In training, sets a random part of the elements to 0 and scales the others up, so that the mean stays; otherwise passes its input on. The masks follow from the seed and the number of the
/// call; in a traced function the mask of the trace stays. Python: <c>tf.keras.layers.Dropout</c>.
/// </summary>
/// <param name="rate">The part that is dropped, from 0 to below 1, or 1.</param>
/// <param name="seed">The seed of the masks; null: follows from the layer's name.</param>
/// <param name="name">The name; null: the model names it.</param>
/// <param name="dtype">The dtype; null: that of the model.</param>
public sealed class Dropout(double rate, long? seed = null, string? name = null, DType? dtype = null) : Layer(name, dtype)
{
    private const int Philox = 1;

    private long _calls;

    /// <summary>The part that is dropped.</summary>
    public double Rate { get; } = rate is >= 0 and <= 1 ? rate : throw new TfLbfgsException($"Dropout: expected a rate from 0 to 1, received {rate}.");

    /// <summary>The seed of the masks.</summary>
    public long? Seed { get; } = seed;

    /// <summary>Dimensions along which one mask holds for all elements (1), as Keras states them with the batch first; null: one per element.</summary>
    public Shape? NoiseShape { get; init; }

    /// <inheritdoc/>
    protected internal override Tensor Compute(Tensor input, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(context);
        if (!context.Training || Rate == 0)
            return input;
        if (Rate == 1)
            return RawOps.ZerosLike(input);
        Tensor key = Tensor.From<ulong>([(ulong)(Seed ?? RandomSource.SeedOf(Name))]);
        Tensor counter = Tensor.From<ulong>([0, (ulong)Interlocked.Increment(ref _calls)]);
        Tensor uniform = RawOps.StatelessRandomUniformV2(MaskShape(input), key, counter, Tensor.Scalar(Philox), DType);
        Tensor kept = RawOps.Cast(uniform >= Rate, DType);
        return input * (1 / (1 - Rate)) * kept;
    }

    internal override void WriteConfig(LayerConfigWriter config)
    {
        config.Number("rate", Rate);
        config.Shape("noise_shape", NoiseShape);
        config.OptionalInteger("seed", Seed);
    }

    private Tensor MaskShape(Tensor input)
    {
        if (NoiseShape is null)
            return input.Shape.IsFullyKnown ? Tensor.From<long>(input.Shape.ToArray()) : RawOps.Shape(input, DType.Int64);
        if (NoiseShape.Rank != input.Rank)
            throw new TfLbfgsException($"{this}: expected an input of the {NoiseShape.Rank} dimensions of its noise shape {NoiseShape}, received {input.Shape}.");
        Tensor actual = RawOps.Shape(input, DType.Int64);
        Tensor[] dims = [.. NoiseShape.Select((size, i) => size < 0 ? actual[i] : Tensor.Scalar(size))];
        return RawOps.Pack(dims);
    }
}
