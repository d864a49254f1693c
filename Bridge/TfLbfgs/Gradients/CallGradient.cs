using TfLbfgs.Tensors;

namespace TfLbfgs.Gradients;

/// <summary>
/// The gradient of one recorded call that needs something of its own alive: a tape holds a reference to it from the call to the gradient.
/// </summary>
internal abstract class CallGradient
{
    /// <summary>Adds a reference.</summary>
    public abstract void AddReference();

    /// <summary>Releases a reference; the last one frees what the gradient needs.</summary>
    public abstract void Release();

    /// <summary>The gradients, as a <see cref="GradientRule"/> gives them.</summary>
    public abstract Tensor?[] Gradients(RuleContext context);
}
