using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <summary>
/// What bounds do to points, gradients and directions, in tensor code, for a two-metric projection (Bertsekas 1982): components at a bound
/// whose gradient points outward are held, the others follow a quasi-Newton direction
/// of the reduced gradient, and the search runs along the projection arc P(x + a d).
/// </summary>
/// <param name="lower">The lowest values, shape [n] or [].</param>
/// <param name="upper">The highest values, shape [n] or [].</param>
internal readonly struct Projection(Tensor lower, Tensor upper)
{
    /// <summary>P(x), the nearest point inside; shape [n].</summary>
    public Tensor Clip(Tensor position) => RawOps.Minimum(RawOps.Maximum(position, lower), upper);

    /// <summary>
    /// x - P(x - g), without the rounding of that difference; shape [n]. Zero at a minimum, and g where no bound is near, or where g is not
    /// finite and the component is not held: a bound must not hide that.
    /// </summary>
    public Tensor Gradient(Tensor position, Tensor gradient)
    {
        Tensor reduced = Reduce(position, gradient);
        Tensor inside = RawOps.Minimum(RawOps.Maximum(gradient, position - upper), position - lower);
        return RawOps.SelectV2(RawOps.IsFinite(gradient), inside, reduced);
    }

    /// <summary>
    /// The gradient with zeros where the component is held: at its bound, or fixed by two equal ones with any gradient; shape [n].
    /// </summary>
    public Tensor Reduce(Tensor position, Tensor gradient)
    {
        Tensor isHeld = RawOps.LogicalOr(
            RawOps.LogicalAnd(RawOps.LessEqual(position, lower), gradient > 0),
            RawOps.LogicalAnd(RawOps.GreaterEqual(position, upper), gradient < 0));
        return Without(RawOps.LogicalOr(isHeld, RawOps.Equal(lower, upper)), gradient);
    }

    /// <summary>
    /// A direction of the reduced gradient with zeros for the components that cannot follow it: those that are held, and those that would
    /// leave the box at once. Dropping the latter makes the slope steeper.
    /// </summary>
    public Tensor Feasible(Tensor position, Tensor reduced, Tensor direction)
    {
        Tensor isAtLower = RawOps.LessEqual(position, lower);
        Tensor isAtUpper = RawOps.GreaterEqual(position, upper);
        Tensor leaves = RawOps.LogicalOr(RawOps.LogicalAnd(isAtLower, direction < 0), RawOps.LogicalAnd(isAtUpper, direction > 0));
        Tensor isHeld = RawOps.LogicalAnd(RawOps.LogicalOr(isAtLower, isAtUpper), RawOps.Equal(reduced, RawOps.ZerosLike(reduced)));
        return Without(RawOps.LogicalOr(leaves, isHeld), direction);
    }

    /// <summary>
    /// A vector with zeros where the position is at a bound; shape [n]. What is left of a direction is the derivative of the arc there.
    /// </summary>
    public Tensor Inside(Tensor position, Tensor vector) =>
        Without(RawOps.LogicalOr(RawOps.LessEqual(position, lower), RawOps.GreaterEqual(position, upper)), vector);

    private static Tensor Without(Tensor mask, Tensor vector) => RawOps.SelectV2(mask, RawOps.ZerosLike(vector), vector);
}
