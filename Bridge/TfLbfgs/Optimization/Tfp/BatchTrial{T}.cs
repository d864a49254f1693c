using System.Numerics;
using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <summary>One evaluation of all members: tensors on the device, and the scalars that one read brought.</summary>
internal sealed class BatchTrial<T>(Tensor position, Tensor gradient, T[] steps, T[] scalars) : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>How many scalars there are per member.</summary>
    public const int Width = 6;

    /// <summary>The points, shape [..., n].</summary>
    public Tensor Position { get; } = position;

    /// <summary>The gradients there, shape [..., n].</summary>
    public Tensor Gradient { get; } = gradient;

    /// <summary>The step of a member along its direction.</summary>
    public T Step(int member) => steps[member];

    /// <summary>Its loss.</summary>
    public T Value(int member) => scalars[member * Width];

    /// <summary>Its slope along the direction.</summary>
    public T Slope(int member) => scalars[member * Width + 1];

    /// <summary>max |g_i|.</summary>
    public T GradientMax(int member) => scalars[member * Width + 2];

    /// <summary>Whether every component of its gradient is finite.</summary>
    public bool IsGradientFinite(int member) => scalars[member * Width + 3] == T.One;

    /// <summary>max |x_i - start_i|.</summary>
    public T Moved(int member) => scalars[member * Width + 4];

    /// <summary>g.g</summary>
    public T GradientSquared(int member) => scalars[member * Width + 5];

    /// <inheritdoc/>
    public void Dispose()
    {
        Position.Dispose();
        Gradient.Dispose();
    }
}
