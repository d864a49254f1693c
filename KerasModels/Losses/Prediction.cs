using TfLbfgs.Keras.Activations;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Losses;

/// <summary>An output of a model with what a loss wants to know of it.</summary>
/// <param name="Value">The output, [batch, ...].</param>
/// <param name="Logits">What went into its softmax or sigmoid; null where its last step is another one.</param>
/// <param name="Mask">Which elements count, bool; null: all.</param>
public sealed record Prediction(Tensor Value, Logits? Logits = null, Tensor? Mask = null)
{
    /// <summary>The output and its logits in a dtype, inside a scope of the caller.</summary>
    internal Prediction CastTo(DType dtype)
    {
        if (dtype == Value.DType)
            return this;
        Logits? logits = Logits is null ? null : Logits with { Value = RawOps.Cast(Logits.Value, dtype) };
        return this with { Value = RawOps.Cast(Value, dtype), Logits = logits };
    }
}
