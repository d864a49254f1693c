using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;
using static TfLbfgs.Optimization.VectorMath;

namespace TfLbfgs.Optimization;

/// <summary>
/// The last m correction pairs and the product of the inverse Hessian with a gradient, on the device, in the triangular form of the compact
/// inverse (Byrd, Nocedal and Schnabel 1994, Theorem 2.2),
/// which takes any diagonal D and forms no matrix Y'Y:
/// <code>
/// al = W (S g);  q = g - Y' al;  r = D q;  v = W' (diag(R) al - Y r);  d = -(r + S' v)
/// </code>
/// with W = R^-1, R_ij = s_i.y_j for i no younger than j, each entry a dot product of stored vectors. W itself is kept: a new pair gives R
/// a column, hence W one, -W c / s.y with c = S y, and
/// to drop the oldest pair is to drop the first row and column of both. So there is no triangular solve, which XLA does slowly, and no
/// order of age: W stands by slots like S and Y.
/// Memory: 2 m n elements, n for D, m^2 float64. A direction with a new pair reads S three times and Y twice.
/// </summary>
/// <remarks>
/// Pairs are written to slots in turn. What is not filled, zeros or a former pair, meets zeros of W and drops out of every product; so no
/// mask is
/// needed and a function of one signature serves all fill levels.
/// </remarks>
internal sealed class PairHistory : IDirection, IPairs
{
    private readonly int _length;
    private readonly InverseScaling _scaling;
    private readonly DType _dtype;
    private readonly RowMatrix _steps;
    private readonly RowMatrix _changes;
    private readonly Variable _diagonal;

    /// <summary>W transposed, by slots.</summary>
    private readonly Variable _inverse;

    /// <summary>The diagonal of R: s.y of each slot.</summary>
    private readonly Variable _curvatures;

    private readonly PairCursor _cursor;

    /// <summary>Reserves the history on the current device.</summary>
    /// <param name="length">m, the most pairs.</param>
    /// <param name="count">n, the number of parameters.</param>
    /// <param name="dtype">The dtype of the vectors.</param>
    /// <param name="scaling">The matrix that the pairs correct.</param>
    /// <exception cref="TfLbfgsException">The pairs do not fit into the memory of the process.</exception>
    public PairHistory(int length, long count, DType dtype, InverseScaling scaling)
    {
        _length = length;
        _scaling = scaling;
        _dtype = dtype;
        _cursor = new PairCursor(length, count);
        MemoryTable.Require(length, count, dtype);
        using TensorScope scope = new();
        _steps = new RowMatrix(Filled(0, length, count), "lbfgs_steps");
        _changes = new RowMatrix(Filled(0, length, count), "lbfgs_gradient_changes");
        // A scalar scale needs no vector: its D is one number.
        _diagonal = new Variable(Filled(1, scaling == InverseScaling.Diagonal ? count : 1), "lbfgs_diagonal", trainable: false);
        _inverse = new Variable(Tensor.Fill([length, length], 0, DType.Float64), "lbfgs_inverse", trainable: false);
        _curvatures = new Variable(Tensor.Fill([length], 0, DType.Float64), "lbfgs_curvatures", trainable: false);
    }

    /// <inheritdoc/>
    public bool IsEmpty => _cursor.Count == 0;

    /// <inheritdoc/>
    public bool UsesLosses { get; init; }

    /// <inheritdoc/>
    public bool CapsFirstTrial { get; init; }

    /// <summary>
    /// The matrix that is applied, D corrected by the pairs, float64, shape [n, n], in the scope of the caller: with U = W S and Z = Y D it
    /// is D - Z'U - U'Z + U' (diag(R) + Z Y') U, which is what the BFGS
    /// formula makes of D pair after pair, the oldest first. The cost is m n^2.
    /// </summary>
    public Tensor Value
    {
        get
        {
            (Tensor steps, Tensor changes, Tensor diagonal) =
                (As(_steps.Value, DType.Float64), As(_changes.Value, DType.Float64), As(_diagonal.Value, DType.Float64));
            Tensor u = RawOps.MatMul(_inverse.Value, steps, transposeA: true);
            Tensor z = changes * diagonal;
            Tensor middle = RawOps.MatMul(z, changes, transposeB: true) + RawOps.MatrixDiag(_curvatures.Value);
            Tensor half = RawOps.MatMul(u, 0.5 * RawOps.MatMul(middle, u) - z, transposeA: true);
            Tensor d = RawOps.MatrixDiag(RawOps.BroadcastTo(diagonal, Tensor.From([steps.Shape[1]])));
            return half + RawOps.Transpose(half, Tensor.From([1, 0])) + d;
        }
    }

    /// <inheritdoc/>
    public string Description => Describe(_length, _scaling, UsesLosses, CapsFirstTrial);

    /// <summary>Refuses a memory that <see cref="Export"/> did not give, such as that of a damaged file.</summary>
    /// <exception cref="TfLbfgsException">Tensors are missing, or have other shapes or dtypes, or the cursor is out of range.</exception>
    public static void CheckMemory(IReadOnlyList<Tensor> memory, int length, long count, DType dtype, InverseScaling scaling)
    {
        MemoryCheck.Tensors(
            "L-BFGS", memory, (dtype, [length, count]), (dtype, [length, count]), (dtype, [scaling == InverseScaling.Diagonal ? count : 1]),
                (DType.Float64, [length, length]), (DType.Float64, [length]),
            (DType.Int64, [3]));
        long[] cursor = memory[^1].ToArray<long>();
        MemoryCheck.Number("the slot of the youngest pair", cursor[0], cursor[1] > 0 ? 0 : -1, length - 1);
        MemoryCheck.Number("the number of pairs", cursor[1], 0, length);
        MemoryCheck.Number("the share of the length", cursor[2], 0, LengthShare.Whole);
    }

    /// <summary>The method in a few words.</summary>
    public static string Describe(int length, InverseScaling scaling, bool usesLosses, bool capsFirstTrial = false) =>
        $"L-BFGS, {length} pairs, {(scaling == InverseScaling.Diagonal ? "diagonal" : "scalar")} scaling"
            + (usesLosses ? ", curvature of losses" : "") + (capsFirstTrial ? ", capped first trial" : "");

    private Variable[] Small => [_diagonal, _inverse, _curvatures];

    /// <inheritdoc/>
    public IReadOnlyList<Tensor> Export()
    {
        if (IsEmpty)
            return [];
        using TensorScope scope = new();
        Tensor[] memory =
            [_steps.Share(), _changes.Share(), .. Small.Select(variable => variable.Value), _cursor.Export()];
        foreach (Tensor tensor in memory)
            scope.Keep(tensor);
        return memory;
    }

    /// <inheritdoc/>
    public void Import(IReadOnlyList<Tensor> memory)
    {
        if (memory.Count > 0)
            CheckMemory(memory, _length, _steps.Shape[1], _dtype, _scaling);
        Clear();
        if (memory.Count == 0)
            return;
        _steps.Assign(memory[0]);
        _changes.Assign(memory[1]);
        foreach ((Variable variable, Tensor value) in Small.Zip(memory.Skip(2)))
            variable.Assign(value);
        _cursor.Import(memory[^1]);
    }

    /// <inheritdoc/>
    public void Clear()
    {
        if (IsEmpty)
            return;
        using TensorScope scope = new();
        _diagonal.Assign(Filled(1, _diagonal.Shape[0]));
        _inverse.Assign(Tensor.Fill([_length, _length], 0, DType.Float64));
        _curvatures.Assign(Tensor.Fill([_length], 0, DType.Float64));
        _cursor.Clear();
    }

    /// <inheritdoc/>
    public Tensor[] Reserve(PairScalars pair)
    {
        _steps.Own();
        _changes.Own();
        double length = _cursor.Advance(pair);
        // The slot is int64: int32 arguments of a function belong to the host.
        return [Tensor.Scalar((long)_cursor.Slot), Tensor.From([pair.StepDotChange, pair.ChangeSquared, length])];
    }

    /// <inheritdoc/>
    public void Store(Tensor step, Tensor change, ReadOnlySpan<Tensor> arguments)
    {
        _steps.Put(arguments[0], step);
        _changes.Put(arguments[0], change);
    }

    /// <inheritdoc/>
    public Tensor Learn(Tensor step, Tensor change, Tensor gradient, ReadOnlySpan<Tensor> arguments)
    {
        Tensor numbers = arguments[1];
        Tensor diagonal = TriangularForm.Rescale(_scaling, _diagonal.Value, step, change, numbers[0], numbers[1], numbers[2]);
        _diagonal.Assign(diagonal);
        // One vector at a time: a product with a matrix of two rows takes three times as long as two products with one.
        Tensor steps = _steps.Value;
        Tensor isNew = RawOps.Equal(RawOps.Range(Tensor.Scalar(0L), Tensor.Scalar((long)_length), Tensor.Scalar(1L)), arguments[0]);
        TracedMatrix matrix = new(isNew, _inverse.Value, _curvatures.Value);
        TriangularForm.Extend<Tensor, TracedScalar, TracedTruth>(matrix, TriangularForm.Products(steps, change), numbers[0]);
        _inverse.Assign(matrix.Inverse);
        _curvatures.Assign(matrix.Curvatures);
        return TriangularForm.Direction(gradient, steps, _changes.Value, diagonal, matrix.Inverse, matrix.Curvatures);
    }

    /// <inheritdoc/>
    public Tensor Apply(Tensor gradient, ReadOnlySpan<Tensor> arguments) =>
        TriangularForm.Direction(gradient, _steps.Value, _changes.Value, _diagonal.Value, _inverse.Value, _curvatures.Value);

    /// <inheritdoc/>
    public (Tensor Steps, Tensor Changes) Pairs()
    {
        using TensorScope scope = new();
        return (scope.Keep(_cursor.ByAge(_steps.Value)), scope.Keep(_cursor.ByAge(_changes.Value)));
    }

    /// <summary>The rows with another one at their end, in place of the first.</summary>
    public static Tensor Followed(Tensor rows, Tensor row)
    {
        using TensorScope scope = new();
        Tensor axis = Tensor.Scalar(0);
        return scope.Keep(RawOps.ConcatV2([rows[1..], RawOps.ExpandDims(row, axis)], axis));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _steps.Dispose();
        _changes.Dispose();
        _diagonal.Dispose();
        _inverse.Dispose();
        _curvatures.Dispose();
    }

    /// <summary>Made on the device: nothing of that size on the host.</summary>
    private Tensor Filled(double value, params long[] shape) => RawOps.Fill(Tensor.From(shape), As(Tensor.Scalar(value), _dtype));
}
