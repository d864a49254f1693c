using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;
using static TfLbfgs.Optimization.VectorMath;

namespace TfLbfgs.Optimization;

/// <summary>
/// The last m correction pairs and the product of the inverse Hessian with a gradient, on the device, in the triangular form of the compact inverse (Byrd, Nocedal and Schnabel 1994, Theorem 2.2),
/// which takes any diagonal D and forms no matrix Y'Y:
/// <code>
/// al = R^-1 (S g);  q = g - Y' al;  r = D q;  v = R^-T (diag(R) al - Y r);  d = -(r + S' v)
/// </code>
/// with R_ij = s_i.y_j for i no younger than j, each entry a dot product of stored vectors. Memory: 2 m n elements, n for D, m^2 float64. A direction with a new pair reads S three times and Y twice.
/// </summary>
/// <remarks>
/// Pairs are written to slots in turn. What is not filled holds zero vectors and a unit row of R, which drop out of every product; so no mask is needed and a function of one signature serves all fill levels.
/// </remarks>
internal sealed class PairHistory : IDirection
{
    private readonly int _length;
    private readonly InverseScaling _scaling;
    private readonly DType _dtype;
    private readonly Variable _steps;
    private readonly Variable _changes;
    private readonly Variable _diagonal;

    /// <summary>R transposed, by slots: row j holds s_i.y_j for all i.</summary>
    private readonly Variable _products;

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
        _products = new Variable(Identity(), "lbfgs_products", trainable: false);
    }

    /// <inheritdoc/>
    public bool IsEmpty => _count == 0;

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
        _products.Assign(Identity());
        _slot = -1;
        _count = 0;
    }

    /// <inheritdoc/>
    public Tensor[] Reserve(PairScalars pair)
    {
        _slot = (_slot + 1) % _length;
        _count = Math.Min(_count + 1, _length);
        return [.. Arguments(), Tensor.From([pair.StepDotChange, pair.ChangeSquared, Math.Sqrt(pair.StepSquared) * Math.Sqrt(pair.ChangeSquared)])];
    }

    /// <summary>The slot of the youngest pair, and the rolls. int64, because int32 arguments of a function belong to the host.</summary>
    /// <returns>Two tensors, in the scope of the caller.</returns>
    public Tensor[] Arguments() => [Tensor.Scalar((long)_slot), Tensor.From([(long)(_length - 1 - _slot), _slot + 1 - _length])];

    /// <inheritdoc/>
    public void Store(Tensor step, Tensor change, ReadOnlySpan<Tensor> arguments)
    {
        RawOps.ResourceScatterUpdate(_steps.Handle, arguments[0], step);
        RawOps.ResourceScatterUpdate(_changes.Handle, arguments[0], change);
    }

    /// <inheritdoc/>
    public Tensor Learn(Tensor step, Tensor change, Tensor gradient, ReadOnlySpan<Tensor> arguments)
    {
        Tensor diagonal = Rescale(step, change, arguments[2]);
        _diagonal.Assign(diagonal);
        // One vector at a time: a product with a matrix of two rows takes three times as long as two products with one.
        Tensor steps = _steps.Value;
        RawOps.ResourceScatterUpdate(_products.Handle, arguments[0], Products(steps, change));
        return Apply(gradient, arguments[1], steps, diagonal, Products(steps, gradient));
    }

    /// <inheritdoc/>
    public Tensor Apply(Tensor gradient, ReadOnlySpan<Tensor> arguments)
    {
        Tensor steps = _steps.Value;
        return Apply(gradient, arguments[1], steps, _diagonal.Value, Products(steps, gradient));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _steps.Dispose();
        _changes.Dispose();
        _diagonal.Dispose();
        _products.Dispose();
    }

    private static Tensor Products(Tensor rows, Tensor vector)
    {
        using Tensor axis = Tensor.Scalar(0);
        return As(RawOps.Squeeze(RawOps.MatMul(RawOps.ExpandDims(vector, axis), rows, transposeB: true), [0]), DType.Float64);
    }

    /// <summary>Made on the device: nothing of that size on the host.</summary>
    private Tensor Filled(double value, params long[] shape) => RawOps.Fill(Tensor.From(shape), As(Tensor.Scalar(value), _dtype));

    private Tensor Identity() => RawOps.MatrixDiag(Tensor.Fill([_length], 1.0, DType.Float64));

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

    /// <summary>The direction from the products of the steps with the gradient; <c>rolls</c> says how far slots are rolled to stand in the order of age, the youngest last, and back.</summary>
    private Tensor Apply(Tensor gradient, Tensor rolls, Tensor steps, Tensor diagonal, Tensor stepsDotGradient)
    {
        using Tensor zero = Tensor.Scalar(0);
        using Tensor one = Tensor.Scalar(1);
        using Tensor both = Tensor.From([0, 1]);
        Tensor toAge = rolls[0];
        Tensor toSlots = rolls[1];
        Tensor changes = _changes.Value;
        Tensor rightTransposed = RawOps.Roll(_products.Value, RawOps.Pack([toAge, toAge]), both);
        Tensor al = RawOps.MatrixTriangularSolve(rightTransposed, RawOps.ExpandDims(RawOps.Roll(stepsDotGradient, toAge, zero), one), lower: true, adjoint: true);
        Tensor q = gradient - Combine(RawOps.Roll(al, toSlots, zero), changes);
        Tensor r = diagonal * q;
        Tensor right = RawOps.ExpandDims(RawOps.MatrixDiagPart(rightTransposed), one) * al - RawOps.ExpandDims(RawOps.Roll(Products(changes, r), toAge, zero), one);
        Tensor v = RawOps.MatrixTriangularSolve(rightTransposed, right, lower: true);
        return -(r + Combine(RawOps.Roll(v, toSlots, zero), steps));
    }

    /// <summary>The sum of the rows with coefficients, shape [m, 1]; shape [n].</summary>
    private Tensor Combine(Tensor coefficients, Tensor rows) => RawOps.Squeeze(RawOps.MatMul(As(coefficients, _dtype), rows, transposeA: true), [0]);
}
