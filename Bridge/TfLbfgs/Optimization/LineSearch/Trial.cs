using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <summary>One evaluated point along a direction: tensors on the device, and the scalars that one read brought.</summary>
/// <param name="position">The point, shape [n]; taken over.</param>
/// <param name="gradient">The gradient there, shape [n]; taken over.</param>
/// <param name="scalars">The numbers.</param>
internal sealed class Trial(Tensor position, Tensor gradient, EvaluationScalars scalars) : IDisposable
{
    /// <summary>The point, shape [n].</summary>
    public Tensor Position { get; } = position;

    /// <summary>The gradient there, shape [n].</summary>
    public Tensor Gradient { get; } = gradient;

    /// <summary>The numbers.</summary>
    public EvaluationScalars Scalars => scalars;

    /// <inheritdoc cref="EvaluationScalars.Step"/>
    public double Step => scalars.Step;

    /// <inheritdoc cref="EvaluationScalars.Value"/>
    public double Value => scalars.Value;

    /// <inheritdoc cref="EvaluationScalars.Slope"/>
    public double Slope => scalars.Slope;

    /// <inheritdoc cref="EvaluationScalars.GradientMax"/>
    public double GradientMax => scalars.GradientMax;

    /// <inheritdoc cref="EvaluationScalars.GradientSquared"/>
    public double GradientSquared => scalars.GradientSquared;

    /// <inheritdoc cref="EvaluationScalars.Moved"/>
    public double Moved => scalars.Moved;

    /// <summary>Whether loss and gradient are finite.</summary>
    public bool IsFinite => scalars.IsFinite;

    /// <summary>Holds the same point independently of this one.</summary>
    public Trial Share() => new(Position.Alias(), Gradient.Alias(), scalars);

    /// <inheritdoc/>
    public void Dispose()
    {
        Position.Dispose();
        Gradient.Dispose();
    }
}
