using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Losses;

/// <summary>The losses of the samples of a batch. A tensor converts to one.</summary>
/// <param name="Values">One value per sample, or more, of which the mean is taken; or a scalar.</param>
/// <param name="Mask">Which of them count, bool, of a shape that can be broadcast to the values; null: all. Python: the <c>_keras_mask</c>
/// of losses.</param>
public sealed record SampleLosses(Tensor Values, Tensor? Mask = null)
{
    /// <summary>Losses that all count.</summary>
    /// <param name="values">The values.</param>
    public static implicit operator SampleLosses(Tensor values) => FromTensor(values);

    /// <inheritdoc cref="op_Implicit(Tensor)"/>
    /// <returns>The losses.</returns>
    public static SampleLosses FromTensor(Tensor values) => new(values);
}
