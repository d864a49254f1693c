using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <summary>A point evaluated on a batch.</summary>
/// <param name="Position">x, shape [n].</param>
/// <param name="Gradient">The gradient of the batch, shape [n].</param>
/// <param name="OverlapGradient">That of the rows that the next batch has too, shape [n].</param>
/// <param name="Step">s, from the former point, shape [n].</param>
/// <param name="Change">y, the change of the gradient since the former point on the rows that both batches have, shape [n].</param>
internal sealed record BatchPoint(Tensor Position, Tensor Gradient, Tensor OverlapGradient, Tensor Step, Tensor Change) : IDisposable
{
    /// <summary>The loss of the batch.</summary>
    public required double Loss { get; init; }

    /// <summary>g.g of the batch.</summary>
    public required double GradientSquared { get; init; }

    /// <summary>The scalars of the pair.</summary>
    public required double StepDotChange { get; init; }

    /// <summary>s.s</summary>
    public required double StepSquared { get; init; }

    /// <summary>y.y</summary>
    public required double ChangeSquared { get; init; }

    /// <summary>Whether loss and gradient are finite.</summary>
    public bool IsFinite => double.IsFinite(Loss) && double.IsFinite(GradientSquared);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Tensor tensor in (Tensor[])[Position, Gradient, OverlapGradient, Step, Change])
            tensor.Dispose();
    }
}
