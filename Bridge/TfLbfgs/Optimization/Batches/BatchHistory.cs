using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;
using static TfLbfgs.Optimization.BatchMath;
using static TfLbfgs.Optimization.VectorMath;

namespace TfLbfgs.Optimization;

/// <summary>
/// The correction pairs of all members and the product of each one's inverse Hessian with its gradient, on the device: the triangular form
/// of the compact inverse (Byrd, Nocedal and Schnabel 1994, Theorem 2.2)
/// with any diagonal D, as <see cref="PairHistory"/> has it for one vector.
/// Members fill their slots on their own. A new pair in slot j, which takes the place of the oldest one, clears row and column j of W, for
/// to drop the oldest pair drops the first row and column of an upper triangle
/// and of its inverse (<see cref="BatchMatrix"/>). So nothing is solved and nothing is sorted by age, and members of
/// any age share one product.
/// Memory per member: 2 c n elements, n for D, c^2 float64, for a capacity of c pairs.
/// </summary>
internal sealed class BatchHistory : IDisposable
{
    private readonly long _members;
    private readonly int _capacity;
    private readonly long _count;
    private readonly DType _dtype;
    private readonly bool _wraps;
    private readonly InverseScaling _scaling;
    private readonly Tensor? _scale;
    private readonly RowMatrix _steps;
    private readonly RowMatrix _changes;
    private readonly Variable _diagonal;

    /// <summary>W transposed: row i c + j holds column j of member i.</summary>
    private readonly Variable _inverse;

    /// <summary>diag(R), shape [b, c].</summary>
    private readonly Variable _curvatures;

    /// <summary>Reserves the history on the current device.</summary>
    /// <param name="members">b, the number of rows.</param>
    /// <param name="capacity">c, the slots of each.</param>
    /// <param name="count">n, the number of parameters.</param>
    /// <param name="dtype">The dtype of the vectors.</param>
    /// <param name="scaling">The matrix that the pairs correct.</param>
    /// <param name="wraps">Whether a slot may be taken twice: when there are as many as pairs may be.</param>
    /// <param name="scale">D before the first pair, shape [b, n]; null: ones. Owned from here on.</param>
    public BatchHistory(long members, int capacity, long count, DType dtype, InverseScaling scaling, bool wraps, Tensor? scale)
        : this(members, capacity, count, dtype, scaling, wraps, scale, null, null)
    {
    }

    private BatchHistory(long members, int capacity, long count, DType dtype, InverseScaling scaling, bool wraps, Tensor? scale,
        BatchHistory? former, Tensor? rows)
    {
        (_members, _capacity, _count, _dtype, _scaling, _wraps, _scale) = (members, capacity, count, dtype, scaling, wraps, scale);
        using TensorScope scope = new();
        long width = scaling == InverseScaling.Diagonal || scale is not null ? count : 1;
        _steps = new RowMatrix(former?.Grown(former.Steps, rows!, capacity) ?? Filled(0, members * capacity, count), "lbfgs_batch_steps");
        _changes = new RowMatrix(
            former?.Grown(former.Changes, rows!, capacity) ?? Filled(0, members * capacity, count), "lbfgs_batch_gradient_changes");
        _diagonal = new Variable(former is null
            ? Filled(1, members, width) : Rows(former._diagonal.Value, rows!), "lbfgs_batch_diagonal", trainable: false);
        _inverse = new Variable(former?.GrownInverse(rows!, capacity)
            ?? Tensor.Zeros([members * capacity, capacity], DType.Float64), "lbfgs_batch_inverse", trainable: false);
        _curvatures =
            new Variable(former?.GrownCurvatures(rows!, capacity)
            ?? Tensor.Zeros([members, capacity], DType.Float64), "lbfgs_batch_curvatures", trainable: false);
    }

    /// <summary>The slots of each member.</summary>
    public int Capacity => _capacity;

    /// <summary>S by slots, shape [b, c, n].</summary>
    public Tensor Steps => Shaped(_steps.Value, _members, _capacity, _count);

    /// <summary>Y by slots, shape [b, c, n].</summary>
    public Tensor Changes => Shaped(_changes.Value, _members, _capacity, _count);

    private Tensor Inverse => Shaped(_inverse.Value, _members, _capacity, _capacity);

    /// <summary>The history of some members, with the same number of slots or more; this one is left as it is.</summary>
    /// <param name="rows">The rows to take, int64, shape [b'].</param>
    /// <param name="capacity">Slots of each.</param>
    /// <param name="wraps">Whether a slot may be taken twice.</param>
    public BatchHistory Select(Tensor rows, int capacity, bool wraps) =>
        new(rows.Shape[0], capacity, _count, _dtype, _scaling, wraps, _scale is null ? null : Rows(_scale, rows).Alias(), this, rows);

    /// <summary>Forgets the pairs of some members. Their S and Y may stay: what W multiplies by zero is nothing.</summary>
    /// <param name="rows">Their rows.</param>
    public void Clear(IEnumerable<int> rows)
    {
        using TensorScope scope = new();
        Tensor filled =
            Tensor.From([.. rows.SelectMany(row => Enumerable.Range(0, _capacity).Select(slot => (long)row * _capacity + slot))]);
        RawOps.ResourceScatterUpdate(_inverse.Handle, filled, Tensor.Scalar(0.0));
    }

    /// <summary>Eagerly or traced: learns one pair for each of some members.</summary>
    /// <param name="step">s, shape [b, n].</param>
    /// <param name="change">y, shape [b, n].</param>
    /// <param name="slot">The slots that take the pairs, int64, shape [b]; -1: this member learns nothing.</param>
    /// <param name="isFirst">Whether nothing was known before, bool, shape [b].</param>
    /// <param name="share">The shares of the geometric length, float64, shape [b]: see <see cref="LengthShare"/>.</param>
    public void Learn(Tensor step, Tensor change, Tensor slot, Tensor isFirst, Tensor share)
    {
        Tensor learns = RawOps.GreaterEqual(slot, Tensor.Scalar(0L));
        Tensor wide = Widen(learns);
        slot = RawOps.Maximum(slot, Tensor.Scalar(0L));
        Tensor at = BatchMatrix.Places(slot, _members, _capacity);
        _steps.Put(at, RawOps.SelectV2(wide, step, Rows(_steps.Value, at)));
        _changes.Put(at, RawOps.SelectV2(wide, change, Rows(_changes.Value, at)));
        _diagonal.Assign(RawOps.SelectV2(wide, Rescale(step, change, Widen(isFirst), share), _diagonal.Value));
        TriangularForm.Extend<Tensor, TracedScalar, TracedTruth>(
            new BatchMatrix(_inverse, _curvatures, slot, wide, _wraps),
            Shaped(Products(Steps, change), _members, _capacity), Widen(Dots(step, change)));
    }

    /// <summary>Eagerly or traced: the directions from what is known.</summary>
    /// <param name="gradient">The gradients, shape [b, n].</param>
    /// <returns>The directions, shape [b, n]; without meaning for members that know nothing.</returns>
    public Tensor Apply(Tensor gradient)
    {
        (Tensor steps, Tensor changes) = (Steps, Changes);
        return TriangularForm.Direction(
            new TracedInverse(
                vector => Products(steps, vector), coefficients => Combine(coefficients, steps), vector => Products(changes, vector),
                coefficients => Combine(coefficients, changes), _diagonal.Value, Inverse, Widen(_curvatures.Value, 1)),
            gradient);
    }

    /// <summary>The steepest descent, in the metric of the first D.</summary>
    /// <param name="gradient">The gradients, shape [b, n].</param>
    public Tensor Steepest(Tensor gradient) => RawOps.Neg(_scale is null ? gradient : _scale * gradient);

    /// <inheritdoc/>
    public void Dispose()
    {
        _steps.Dispose();
        _changes.Dispose();
        _diagonal.Dispose();
        _inverse.Dispose();
        _curvatures.Dispose();
        _scale?.Dispose();
    }

    /// <summary>The next D: the diagonal of the BFGS formula for B = D^-1, then its length; or the scalar of the textbook.</summary>
    private Tensor Rescale(Tensor step, Tensor change, Tensor isFirst, Tensor share)
    {
        using Tensor axis = Tensor.Vector([-1]);
        Tensor curvature = Dots(step, change);
        Tensor stepDotChange = Widen(curvature);
        Tensor squaredChange = change * change;
        Tensor first = _scale ?? Filled(1, 1, 1);
        if (_scaling == InverseScaling.Scalar)
            return first * As(stepDotChange / Widen(Dots(squaredChange, first)), _dtype);
        Tensor former = RawOps.SelectV2(isFirst, first, _diagonal.Value);
        TracedElements b = DiagonalFormula<TracedElements>.Inverse(
            new(former), new(As(stepDotChange / Widen(Dots(squaredChange, former)), _dtype)));
        Tensor image = b.Tensor * step;
        TracedElements learnt = DiagonalFormula<TracedElements>.Learnt(
            b, new(squaredChange), new(image), new(As(1.0 / stepDotChange, _dtype)),
            new(As(1.0 / Widen(Dots(image, step)), _dtype)));
        Tensor least = RawOps.Max(learnt.Tensor, axis, keepDims: true) * DiagonalFormula<TracedElements>.Least;
        Tensor diagonal = DiagonalFormula<TracedElements>.Diagonal(learnt, new(least)).Tensor;
        Tensor geometric = RawOps.Sqrt(Dots(step, step)) * RawOps.Sqrt(Dots(change, change));
        Tensor length =
            IterationRules<TracedScalar, TracedTruth>.Length(share, geometric, curvature).Tensor / Dots(squaredChange, diagonal);
        return diagonal * As(Widen(length), _dtype);
    }

    /// <summary>The products of each member's rows, [b, c, n], with its vector, [b, n]: float64, shape [b, 1, c].</summary>
    private static Tensor Products(Tensor rows, Tensor vector) =>
        As(RawOps.BatchMatMulV2(Widen(vector, 1), rows, adjY: true), DType.Float64);

    /// <summary>The sums of each member's rows with coefficients, [b, 1, c]; shape [b, n].</summary>
    private Tensor Combine(Tensor coefficients, Tensor rows) =>
        Shaped(RawOps.BatchMatMulV2(As(coefficients, _dtype), rows), _members, _count);

    /// <summary>Made on the device: nothing of that size on the host.</summary>
    private Tensor Filled(double value, params long[] shape) => RawOps.Fill(Tensor.From(shape), As(Tensor.Scalar(value), _dtype));

    private Tensor Grown(Tensor vectors, Tensor rows, int capacity) =>
        Shaped(Padded(Rows(vectors, rows), 0, capacity - _capacity, 0), rows.Shape[0] * capacity, _count);

    private Tensor GrownInverse(Tensor rows, int capacity) =>
        Shaped(Padded(Rows(Inverse, rows), 0, capacity - _capacity, capacity - _capacity), rows.Shape[0] * capacity, capacity);

    private Tensor GrownCurvatures(Tensor rows, int capacity) => Padded(Rows(_curvatures.Value, rows), 0, capacity - _capacity);

    private static Tensor Padded(Tensor tensor, params long[] after) =>
        Array.TrueForAll(after, a => a == 0)
            ? tensor : RawOps.Pad(tensor, Tensor.From([.. after.SelectMany(a => new[] { 0, a })], [after.Length, 2]));
}
