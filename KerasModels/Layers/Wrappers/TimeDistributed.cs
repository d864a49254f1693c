using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>Applies a layer to each step of a sequence, [batch, steps, ...]. Python: <c>tf.keras.layers.TimeDistributed</c>.</summary>
public sealed class TimeDistributed : Wrapper
{
    /// <summary>Creates a layer.</summary>
    /// <param name="layer">The layer, which takes inputs [batch, ...]; owned by this one.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    public TimeDistributed(Layer layer, string? name = null, DTypePolicy? dtype = null) : base(layer, name, dtype)
    {
    }

    internal TimeDistributed()
    {
    }

    /// <inheritdoc/>
    protected override Tensor Call(Tensor input, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(context);
        // Batch and steps together are the batch of the layer: [batch * steps, ...].
        Tensor shape = RawOps.Shape(input, DType.Int64);
        long[] sample = [.. input.Shape.Skip(2)];
        Tensor rows =
            Tf.Reshape(input, sample.Contains(-1)
            ? Tf.Concat([Tensor.From<long>([-1]), shape[2..]], 0) : Tensor.From<long>([-1, .. sample]));
        // Of a mask with more dimensions than the steps the layer receives its part.
        if (context.MaskOf(input) is { Rank: > 2 } mask)
            context.SetMask(rows, Tf.Reshape(mask, Tf.Concat([Tensor.From<long>([-1]), RawOps.Shape(mask, DType.Int64)[2..]], 0)));
        Tensor output = Layer.Call(rows);
        long[] outputSample = [.. output.Shape.Skip(1)];
        long[] known = [input.Shape[0], input.Shape[1], .. outputSample];
        return Tf.Reshape(output, known.Count(size => size < 0) <= 1
            ? Tensor.From<long>(known)
            : Tf.Concat([shape[..2], outputSample.Contains(-1)
                ? RawOps.Shape(output, DType.Int64)[1..] : Tensor.From<long>(outputSample)], 0));
    }

    /// <inheritdoc/>
    protected override void CheckInputShape(Shape inputShape) => BatchReshape.CheckRank(this, inputShape, 3, null);
}
