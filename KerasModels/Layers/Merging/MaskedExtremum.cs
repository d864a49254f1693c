using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>The largest or smallest of the inputs. In Keras 3 an input takes part only where its mask lets it.</summary>
public abstract class MaskedExtremum : Merge
{
    private protected MaskedExtremum(string? name = null, DTypePolicy? dtype = null) : base(name, dtype)
    {
    }

    private protected sealed override Tensor CombineAll(Tensor[] inputs, Tensor?[] masks)
    {
        if (Origin == KerasGeneration.Keras2 || masks.All(mask => mask is null))
            return base.CombineAll(inputs, masks);
        Tensor output = inputs[0];
        Tensor? counts = Over(masks[0], output);
        for (int i = 1; i < inputs.Length; i++)
        {
            Tensor next = inputs[i];
            Tensor? mask = Over(masks[i], next);
            if (mask is not null)
                next = Tf.Where(mask, next, output);
            if (counts is not null)
                output = Tf.Where(counts, output, next);
            counts = mask is not null && counts is not null ? Tf.LogicalOr(counts, mask) : null;
            output = Combine(output, next);
        }

        return output;
    }

    // From [batch, steps] to the elements of each step.
    private static Tensor? Over(Tensor? mask, Tensor input) =>
        mask is null ? null : Tf.LogicalAnd(Tf.ExpandDims(mask, -1), Tf.Cast(Tf.OnesLike(input), Runtime.DType.Bool));
}
