using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// The product of the inputs, element by element. In Keras 3 masked elements count as 1, and as 0 where all are masked. Python:
/// <c>tf.keras.layers.Multiply</c>.
/// </summary>
public sealed class Multiply : Merge
{
    /// <summary>Creates a layer.</summary>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    public Multiply(string? name = null, DTypePolicy? dtype = null) : base(name, dtype)
    {
    }

    /// <inheritdoc/>
    protected override Tensor Combine(Tensor total, Tensor next) => Tf.Multiply(total, next);

    private protected override Tensor CombineAll(Tensor[] inputs, Tensor?[] masks)
    {
        if (Origin == KerasGeneration.Keras2 || masks.All(mask => mask is null))
            return base.CombineAll(inputs, masks);
        Tensor output =
            inputs.Zip(masks, (input, mask) => mask is null ? input : Tf.Where(Tf.ExpandDims(mask, -1), input, Tf.OnesLike(input)))
            .Aggregate(Combine);
        return MaskOf(masks) is { } counts ? Tf.Where(Tf.ExpandDims(counts, -1), output, Tensor.Scalar(0, output.DType)) : output;
    }
}
