namespace TfLbfgs.Gradients;

/// <summary>What stands for the gradient of a source that the target does not depend on. Python: <c>tf.UnconnectedGradients</c>.</summary>
public enum UnconnectedGradients
{
    /// <summary>null. Python: <c>NONE</c>.</summary>
    Null,

    /// <summary>Zeros of the source's shape. Python: <c>ZERO</c>.</summary>
    Zero,
}
