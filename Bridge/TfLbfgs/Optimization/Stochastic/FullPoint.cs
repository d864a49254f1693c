using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <summary>A point measured on all data.</summary>
/// <param name="Position">x, shape [n].</param>
/// <param name="Gradient">The gradient, shape [n].</param>
/// <param name="Loss">The loss.</param>
/// <param name="GradientMax">max |g_i|</param>
/// <param name="GradientSquared">g.g</param>
internal sealed record FullPoint(Tensor Position, Tensor Gradient, double Loss, double GradientMax, double GradientSquared) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose()
    {
        Position.Dispose();
        Gradient.Dispose();
    }
}
