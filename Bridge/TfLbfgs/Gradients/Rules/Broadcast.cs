using TfLbfgs.Tensors;

namespace TfLbfgs.Gradients.Rules;

/// <summary>Takes broadcasting back: the gradient of an operand that was repeated is the sum over its copies.</summary>
internal static class Broadcast
{
    /// <summary>Sums a gradient down to the shape of an operand.</summary>
    /// <param name="g">The gradient, of the broadcast shape; null stays null.</param>
    /// <param name="x">The operand.</param>
    /// <param name="other">The other operand, which tells more where dimensions are unknown; null: none.</param>
    public static Tensor? SumTo(Tensor? g, Tensor x, Tensor? other = null)
    {
        if (g is null || (x.Shape.IsFullyKnown && x.Shape == g.Shape) || other?.Id == x.Id)
            return g;
        if (Axes(x.Shape, g.Shape, other?.Shape) is not { } axes)
            return SumUnknown(g, x);
        if (axes.Length == 0)
            return g;
        int leading = g.Rank - x.Rank;
        // Leading dimensions vanish, those of size 1 stay: one Sum does it unless there are both.
        if (axes.Length == leading)
            return RawOps.Sum(g, RuleOperations.Ints(axes));
        if (leading == 0)
            return RawOps.Sum(g, RuleOperations.Ints(axes), keepDims: true);
        return RuleOperations.ReshapeLike(RawOps.Sum(g, RuleOperations.Ints(axes)), x);
    }

    /// <summary>The dimensions of the result along which an operand was repeated; null where unknown sizes leave that open.</summary>
    private static long[]? Axes(Shape x, Shape result, Shape? other)
    {
        if (!x.HasRank || !result.HasRank)
            return null;
        int leading = result.Rank - x.Rank;
        List<long> axes = [];
        for (int i = 0; i < result.Rank; i++)
        {
            long size = i < leading ? 0 : x[i - leading];
            if (i < leading || (size == 1 && result[i] != 1))
            {
                axes.Add(i);
            }
            else if (size < 0 && result[i] != 1 && !Stays(i, result.Rank, other))
            {
                return null;
            }
        }

        return [.. axes];
    }

    /// <summary>Whether the other operand cannot repeat this one along a dimension, since it has size 1 or is missing there.</summary>
    private static bool Stays(int axis, int rank, Shape? other)
    {
        if (other is null || !other.HasRank)
            return false;
        int own = axis - (rank - other.Rank);
        return own < 0 || other[own] == 1;
    }

    private static Tensor SumUnknown(Tensor g, Tensor x)
    {
        Tensor shape = RuleOperations.ShapeOf(x);
        Tensor axes = RawOps.BroadcastGradientArgs(shape, RuleOperations.ShapeOf(g)).R0;
        return RawOps.Reshape(RawOps.Sum(g, axes), shape);
    }
}
