using TfLbfgs.Tensors;
using static TfLbfgs.Optimization.ScalarMath;

namespace TfLbfgs.Optimization;

/// <summary>A point of a search in the compiled loop: step, loss and slope, each float64, shape [].</summary>
internal sealed record LoopPoint(Tensor Step, Tensor Value, Tensor Slope)
{
    /// <summary>One of two points.</summary>
    public static LoopPoint If(Tensor condition, LoopPoint then, LoopPoint otherwise) => new(
        ScalarMath.If(condition, then.Step, otherwise.Step), ScalarMath.If(condition, then.Value, otherwise.Value), ScalarMath.If(condition, then.Slope, otherwise.Slope));

    /// <summary><see cref="LinePoint.CubicMinimizer"/>; not finite where there is none.</summary>
    public static Tensor CubicMinimizer(LoopPoint a, LoopPoint b)
    {
        Tensor d1 = a.Slope + b.Slope - 3 * (a.Value - b.Value) / (a.Step - b.Step);
        // The root of a negative number is NaN, which stands for "none" as well.
        Tensor d2 = RawOps.Sign(b.Step - a.Step) * RawOps.Sqrt(d1 * d1 - a.Slope * b.Slope);
        return b.Step - (b.Step - a.Step) * (b.Slope + d2 - d1) / (b.Slope - a.Slope + 2 * d2);
    }

    /// <summary>The tensors, in the order of <see cref="Of"/>.</summary>
    public Tensor[] Tensors() => [Step, Value, Slope];

    /// <summary>A point from its tensors.</summary>
    public static LoopPoint Of(ReadOnlySpan<Tensor> tensors) => new(tensors[0], tensors[1], tensors[2]);
}
