using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <summary>One evaluated point along a direction: tensors on the device, and the scalars that one read brought.</summary>
internal sealed class Trial(Tensor position, Tensor gradient) : IDisposable
{
    /// <summary>The point, shape [n].</summary>
    public Tensor Position { get; } = position;

    /// <summary>The gradient there, shape [n].</summary>
    public Tensor Gradient { get; } = gradient;

    /// <summary>The step along the direction.</summary>
    public double Step { get; init; }

    /// <summary>The loss.</summary>
    public double Value { get; init; }

    /// <summary>The slope along the direction, g.d.</summary>
    public double Slope { get; init; }

    /// <summary>max |g_i|.</summary>
    public double GradientMax { get; init; }

    /// <summary>g.g</summary>
    public double GradientSquared { get; init; }

    /// <summary>y.y with y the change of the gradient since the start of the search.</summary>
    public double ChangeSquared { get; init; }

    /// <summary>d.y</summary>
    public double DirectionDotChange { get; init; }

    /// <summary>max |x_i - start_i|; 0 when the step is lost in rounding.</summary>
    public double Moved { get; init; }

    /// <summary>The slope at the start of the search, g.d with the gradient there.</summary>
    public double StartSlope { get; init; }

    /// <summary>d.d</summary>
    public double DirectionSquared { get; init; }

    /// <summary>Whether loss and gradient are finite.</summary>
    public bool IsFinite => double.IsFinite(Value) && double.IsFinite(Slope) && double.IsFinite(GradientMax) && double.IsFinite(GradientSquared);

    /// <summary>Holds the same point independently of this one.</summary>
    public Trial Share() => new(Position.Alias(), Gradient.Alias())
    {
        Step = Step,
        Value = Value,
        Slope = Slope,
        GradientMax = GradientMax,
        GradientSquared = GradientSquared,
        ChangeSquared = ChangeSquared,
        DirectionDotChange = DirectionDotChange,
        Moved = Moved,
    };

    /// <inheritdoc/>
    public void Dispose()
    {
        Position.Dispose();
        Gradient.Dispose();
    }
}
