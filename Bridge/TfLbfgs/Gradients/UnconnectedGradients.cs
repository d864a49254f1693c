namespace TfLbfgs.Gradients;

/// <summary>
/// What to do about a source that the target does not depend on. Python: <c>tf.UnconnectedGradients</c>; its <c>NONE</c> is
/// <see cref="GradientTape.GradientOrNull(Tensors.Tensor, Tensors.Tensor, Tensors.Tensor?)"/>.
/// </summary>
public enum UnconnectedGradients
{
    /// <summary>An exception that names target, source and the op at which the path ends.</summary>
    Throw,

    /// <summary>Zeros of the source's shape. Python: <c>ZERO</c>.</summary>
    Zero,
}
