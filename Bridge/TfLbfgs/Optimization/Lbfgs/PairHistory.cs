using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;
using static TfLbfgs.Optimization.VectorMath;

namespace TfLbfgs.Optimization;

/// <summary>
/// The last m correction pairs and the product of the inverse Hessian with a gradient, on the device, in the triangular form of the compact inverse (Byrd, Nocedal and Schnabel 1994, Theorem 2.2),
/// which takes any diagonal D and forms no matrix Y'Y:
/// <code>
/// al = W (S g);  q = g - Y' al;  r = D q;  v = W' (diag(R) al - Y r);  d = -(r + S' v)
/// </code>
/// with W = R^-1, R_ij = s_i.y_j for i no younger than j, each entry a dot product of stored vectors. W itself is kept: a new pair gives R a column, hence W one, -W c / s.y with c = S y, and
/// to drop the oldest pair is to drop the first row and column of both. So there is no triangular solve, which XLA does slowly, and no order of age: W stands by slots like S and Y.
/// Memory: 2 m n elements, n for D, m^2 float64. A direction with a new pair reads S three times and Y twice.
/// </summary>
/// <remarks>
/// Pairs are written to slots in turn. What is not filled holds zeros, which drop out of every product; so no mask is needed and a function of one signature serves all fill levels.
/// </remarks>
internal sealed class PairHistory : IDirection
{
    private readonly int _length;
    private readonly InverseScaling _scaling;
    private readonly DType _dtype;
    private readonly Variable _steps;
    private readonly Variable _changes;
    private readonly Variable _diagonal;

    /// <summary>W transposed, by slots.</summary>
    private readonly Variable _inverse;

    /// <summary>The diagonal of R: s.y of each slot.</summary>
    private readonly Variable _curvatures;

    private int _slot = -1;
    private int _count;

    /// <summary>Reserves the history on the current device.</summary>
    /// <param name="length">m, the most pairs.</param>
    /// <param name="count">n, the number of parameters.</param>
    /// <param name="dtype">The dtype of the vectors.</param>
    /// <param name="scaling">The matrix that the pairs correct.</param>
    public PairHistory(int length, long count, DType dtype, InverseScaling scaling)
    {
        _length = length;
        _scaling = scaling;
        _dtype = dtype;
        using TensorScope scope = new();
        _steps = new Variable(Filled(0, length, count), "lbfgs_steps", trainable: false);
        _changes = new Variable(Filled(0, length, count), "lbfgs_gradient_changes", trainable: false);
        // A scalar scale needs no vector: its D is one number.
        _diagonal = new Variable(Filled(1, scaling == InverseScaling.Diagonal ? count : 1), "lbfgs_diagonal", trainable: false);
        _inverse = new Variable(Tensor.Fill([length, length], 0, DType.Float64), "lbfgs_inverse", trainable: false);
        _curvatures = new Variable(Tensor.Fill([length], 0, DType.Float64), "lbfgs_curvatures", trainable: false);
    }

    /// <inheritdoc/>
    public bool IsEmpty => _count == 0;

    /// <inheritdoc/>
    public string Description => $"L-BFGS, {_length} pairs, {(_scaling == InverseScaling.Diagonal ? "diagonal" : "scalar")} scaling";

    private Variable[] Variables => [_steps, _changes, _diagonal, _inverse, _curvatures];

    /// <inheritdoc/>
    public IReadOnlyList<Tensor> Export()
    {
        if (IsEmpty)
            return [];
        using TensorScope scope = new();
        Tensor[] memory = [.. Variables.Select(variable => variable.Value), Tensor.From([(long)_slot, _count])];
        foreach (Tensor tensor in memory)
            scope.Keep(tensor);
        return memory;
    }

    /// <inheritdoc/>
    public void Import(IReadOnlyList<Tensor> memory)
    {
        Clear();
        if (memory.Count == 0)
            return;
        foreach ((Variable variable, Tensor value) in Variables.Zip(memory))
            variable.Assign(value);
        long[] cursor = memory[^1].ToArray<long>();
        (_slot, _count) = ((int)cursor[0], (int)cursor[1]);
    }

    /// <inheritdoc/>
    public void Clear()
    {
        if (IsEmpty)
            return;
        using TensorScope scope = new();
        Tensor filled = Tensor.From([.. Enumerable.Range(0, _count).Select(slot => (long)slot)]);
        Tensor zero = As(Tensor.Scalar(0.0), _dtype);
        RawOps.ResourceScatterUpdate(_steps.Handle, filled, zero);
        RawOps.ResourceScatterUpdate(_changes.Handle, filled, zero);
        _diagonal.Assign(Filled(1, _diagonal.Shape[0]));
        _inverse.Assign(Tensor.Fill([_length, _length], 0, DType.Float64));
        _curvatures.Assign(Tensor.Fill([_length], 0, DType.Float64));
        _slot = -1;
        _count = 0;
    }

    /// <inheritdoc/>
    public Tensor[] Reserve(PairScalars pair)
    {
        _slot = (_slot + 1) % _length;
        _count = Math.Min(_count + 1, _length);
        // The slot is int64: int32 arguments of a function belong to the host.
        return [Tensor.Scalar((long)_slot), Tensor.From([pair.StepDotChange, pair.ChangeSquared, Math.Sqrt(pair.StepSquared) * Math.Sqrt(pair.ChangeSquared)])];
    }

    /// <summary>Everything is on the device.</summary>
    /// <returns>Nothing.</returns>
    public Tensor[] Arguments() => [];

    /// <inheritdoc/>
    public void Store(Tensor step, Tensor change, ReadOnlySpan<Tensor> arguments)
    {
        RawOps.ResourceScatterUpdate(_steps.Handle, arguments[0], step);
        RawOps.ResourceScatterUpdate(_changes.Handle, arguments[0], change);
    }

    /// <inheritdoc/>
    public Tensor Learn(Tensor step, Tensor change, Tensor gradient, ReadOnlySpan<Tensor> arguments)
    {
        Tensor diagonal = Rescale(step, change, arguments[1]);
        _diagonal.Assign(diagonal);
        // One vector at a time: a product with a matrix of two rows takes three times as long as two products with one.
        Tensor steps = _steps.Value;
        Tensor isNew = RawOps.Equal(RawOps.Range(Tensor.Scalar(0L), Tensor.Scalar((long)_length), Tensor.Scalar(1L)), arguments[0]);
        (Tensor inverse, Tensor curvatures) = Extend(Products(steps, change), isNew, arguments[1][0]);
        _inverse.Assign(inverse);
        _curvatures.Assign(curvatures);
        return Apply(gradient, steps, diagonal, inverse, curvatures);
    }

    /// <inheritdoc/>
    public Tensor Apply(Tensor gradient, ReadOnlySpan<Tensor> arguments) => Apply(gradient, _steps.Value, _diagonal.Value, _inverse.Value, _curvatures.Value);

    /// <inheritdoc/>
    public void Dispose()
    {
        _steps.Dispose();
        _changes.Dispose();
        _diagonal.Dispose();
        _inverse.Dispose();
        _curvatures.Dispose();
    }

    /// <summary>The products of the rows with a vector, float64, shape [1, m].</summary>
    private static Tensor Products(Tensor rows, Tensor vector)
    {
        using Tensor axis = Tensor.Scalar(0);
        return As(RawOps.MatMul(RawOps.ExpandDims(vector, axis), rows, transposeB: true), DType.Float64);
    }

    /// <summary>Made on the device: nothing of that size on the host.</summary>
    private Tensor Filled(double value, params long[] shape) => RawOps.Fill(Tensor.From(shape), As(Tensor.Scalar(value), _dtype));

    /// <summary>The next D: the diagonal of the BFGS formula for B = D^-1, then the geometric length; or the scalar of the textbook.</summary>
    private Tensor Rescale(Tensor step, Tensor change, Tensor numbers)
    {
        using Tensor axis = Tensor.Vector([0]);
        Tensor stepDotChange = numbers[0];
        if (_scaling == InverseScaling.Scalar)
            return RawOps.ExpandDims(As(stepDotChange / numbers[1], _dtype), axis);
        Tensor former = _diagonal.Value;
        Tensor squaredChange = change * change;
        Tensor b = RawOps.Reciprocal(former * As(stepDotChange / Total(squaredChange * former), _dtype));
        Tensor bs = b * step;
        Tensor learnt = b + squaredChange * As(1.0 / stepDotChange, _dtype) - bs * bs * As(1.0 / Total(bs * step), _dtype);
        Tensor diagonal = RawOps.Reciprocal(RawOps.Maximum(learnt, RawOps.Max(learnt, axis) * 1e-10));
        return diagonal * As(numbers[2] / Total(squaredChange * diagonal), _dtype);
    }

    /// <summary>W and the diagonal of R with the pair of a slot, whose former pair is dropped.</summary>
    /// <param name="products">S y, shape [1, m].</param>
    /// <param name="isNew">Which slot is the new one, bool, shape [m].</param>
    /// <param name="stepDotChange">s.y</param>
    private (Tensor Inverse, Tensor Curvatures) Extend(Tensor products, Tensor isNew, Tensor stepDotChange)
    {
        using Tensor one = Tensor.Scalar(1);
        Tensor zero = Tensor.Scalar(0.0);
        Tensor former = RawOps.SelectV2(isNew, zero, _inverse.Value);
        Tensor column = RawOps.MatMul(RawOps.SelectV2(isNew, zero, products), former) / -stepDotChange;
        Tensor row = RawOps.SelectV2(isNew, 1.0 / stepDotChange, column);
        return (RawOps.SelectV2(RawOps.ExpandDims(isNew, one), row, former), RawOps.SelectV2(isNew, stepDotChange, _curvatures.Value));
    }

    /// <summary>The direction.</summary>
    private Tensor Apply(Tensor gradient, Tensor steps, Tensor diagonal, Tensor inverse, Tensor curvatures)
    {
        Tensor changes = _changes.Value;
        Tensor al = RawOps.MatMul(Products(steps, gradient), inverse);
        Tensor q = gradient - Combine(al, changes);
        Tensor r = diagonal * q;
        Tensor v = RawOps.MatMul(curvatures * al - Products(changes, r), inverse, transposeB: true);
        return -(r + Combine(v, steps));
    }

    /// <summary>The sum of the rows with coefficients, shape [1, m]; shape [n].</summary>
    private Tensor Combine(Tensor coefficients, Tensor rows) => RawOps.Squeeze(RawOps.MatMul(As(coefficients, _dtype), rows), [0]);
}
