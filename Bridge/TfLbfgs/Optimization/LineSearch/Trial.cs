using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <summary>One evaluated point along a direction: tensors on the device, and the scalars that one read brought.</summary>
internal sealed class Trial(Tensor position, Tensor gradient) : IDisposable
{
    /// <summary>How many numbers <see cref="Scalars"/> gives.</summary>
    public const int ScalarCount = 10;

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

    /// <summary>A trial from its numbers.</summary>
    public static Trial Of(Tensor position, Tensor gradient, double[] scalars) => new(position, gradient)
    {
        Step = scalars[0],
        Value = scalars[1],
        Slope = scalars[2],
        GradientMax = scalars[3],
        GradientSquared = scalars[4],
        ChangeSquared = scalars[5],
        DirectionDotChange = scalars[6],
        Moved = scalars[7],
        StartSlope = scalars[8],
        DirectionSquared = scalars[9],
    };

    /// <summary>The numbers, in the order that <see cref="Of"/> takes.</summary>
    public double[] Scalars() => [Step, Value, Slope, GradientMax, GradientSquared, ChangeSquared, DirectionDotChange, Moved, StartSlope, DirectionSquared];

    /// <summary>Holds the same point independently of this one.</summary>
    public Trial Share() => Of(Position.Alias(), Gradient.Alias(), Scalars());

    /// <inheritdoc/>
    public void Dispose()
    {
        Position.Dispose();
        Gradient.Dispose();
    }
}
