using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <summary>A search direction.</summary>
/// <param name="Direction">d, shape [n].</param>
/// <param name="Slope">d.g</param>
/// <param name="LengthSquared">d.d</param>
internal sealed record DirectionStep(Tensor Direction, double Slope, double LengthSquared) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose() => Direction.Dispose();
}
