using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// A layer that mixes each image of a batch with another one in training. Inputs: images, or images and their labels, [batch, classes],
/// which are mixed to the same extent and are the second output.
/// </summary>
public abstract class RandomMix : RandomImageLayer
{
    private protected RandomMix(long? seed, DataFormat dataFormat, string? name, DTypePolicy? dtype) : base(seed, dataFormat, name, dtype)
    {
    }

    /// <inheritdoc/>
    protected sealed override Tensor TransformAtRandom(Tensor images, CallContext context) => Mix(images, context).Images;

    /// <inheritdoc/>
    protected sealed override IReadOnlyList<Tensor> Call(IReadOnlyList<Tensor> inputs, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(context);
        if (inputs.Count != 2)
            return base.Call(inputs, context);
        Tensor labels = inputs[1].DType == ComputeDType ? inputs[1] : Tf.Cast(inputs[1], ComputeDType);
        Mixture? mixture = null;
        Tensor images = Change(inputs[0], batch => context.Training ? (mixture = Mix(batch, context)).Images : batch);
        if (mixture is null)
            return [images, labels];
        Tensor weight = RawOps.Reshape(mixture.Weight, Tensor.From<int>([-1, 1]));
        return [images, (labels * weight) + (Tf.Gather(labels, mixture.Order) * (1 - weight))];
    }

    /// <inheritdoc/>
    protected override void CheckInputShapes(IReadOnlyList<Shape> inputShapes)
    {
        ArgumentNullException.ThrowIfNull(inputShapes);
        base.CheckInputShapes(inputShapes);
        if (inputShapes.Count > 2 || (inputShapes.Count == 2 && (inputShapes[0].Rank != 4 || inputShapes[1].Rank != 2)))
            throw new TfLbfgsException(
                $"{this}: expected images, or a batch of images and labels, [batch, classes], received {string.Join(", ", inputShapes)}.");
    }

    /// <summary>Mixes images.</summary>
    private protected abstract Mixture Mix(Tensor images, CallContext context);

    /// <summary>A random order of the batch.</summary>
    private protected Tensor DrawOrder(Tensor images, CallContext context) => Random.Permutation(context, RawOps.Shape(images)[0]);

    /// <summary>Numbers of the beta distribution, one for each image, [batch, 1, 1, 1].</summary>
    private protected Tensor DrawBeta(Tensor images, CallContext context, Tensor alpha)
    {
        Tensor shape = Tf.Concat([RawOps.Shape(images, DType.Int64)[..1], Tensor.From<long>([1, 1, 1])], 0);
        return Tf.Cast(Random.Beta(context, shape, alpha), images.DType);
    }

    /// <summary>What a mixture is made of.</summary>
    /// <param name="Images">The mixed images.</param>
    /// <param name="Order">The place of the other image of each, int32, [batch].</param>
    /// <param name="Weight">The part of the first image of each, [batch, 1, 1, 1].</param>
    private protected sealed record Mixture(Tensor Images, Tensor Order, Tensor Weight);
}
