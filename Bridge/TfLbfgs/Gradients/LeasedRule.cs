namespace TfLbfgs.Gradients;

/// <summary>The gradient of one recorded call that needs something of its own alive: a tape holds a lease of it from the call to the gradient.</summary>
internal abstract class LeasedRule
{
    /// <summary>Takes a lease.</summary>
    public abstract void Lease();

    /// <summary>Gives a lease back.</summary>
    public abstract void Return();

    /// <summary>The gradients, as a <see cref="GradientRule"/> gives them.</summary>
    public abstract Tensors.Tensor?[] Gradients(RuleContext context);
}
