using TfLbfgs.Functions;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;
using static TfLbfgs.Optimization.VectorMath;

namespace TfLbfgs.Optimization;

/// <summary>
/// The last m correction pairs and the product of the inverse Hessian with a gradient, on the device, in the compact form of Byrd, Nocedal and Schnabel 1994 (Theorem 2.2):
/// <code>
/// al = R^-1 (S g);  v = R^-T (diag(R) al + gamma (Y Y' al - Y g));  d = -(gamma g + S' v - gamma Y' al)
/// </code>
/// with R_ij = s_i.y_j for i no younger than j, and gamma = s.y / y.y of the youngest pair. Memory: 2 m n elements and 2 m^2 float64.
/// Two passes over the history an iteration; every entry of R and Y Y' is a dot product of stored vectors.
/// </summary>
internal sealed class CompactHistory : IDirection
{
    private readonly int _length;
    private readonly DType _dtype;
    private readonly Variable _pairs;
    private readonly Variable _products;
    private readonly Function _learn;
    private readonly Function _apply;
    private readonly List<int> _order = [];
    private double _gamma = 1;

    /// <summary>Reserves the history on the current device.</summary>
    /// <param name="length">m, the most pairs.</param>
    /// <param name="count">n, the number of parameters.</param>
    /// <param name="dtype">The dtype of the vectors.</param>
    public CompactHistory(int length, long count, DType dtype)
    {
        _length = length;
        _dtype = dtype;
        using TensorScope scope = new();
        // Rows 0 to m-1 are the s, rows m to 2m-1 the y, in slots that are used in turn.
        _pairs = new Variable(Tensor.Zeros([2L * length, count], dtype), "lbfgs_pairs", trainable: false);
        // Row j of the left half is s_i.y_j for all i, of the right half y_i.y_j.
        _products = new Variable(Tensor.Zeros([length, 2L * length], DType.Float64), "lbfgs_products", trainable: false);
        _learn = new Function(Learn, new FunctionOptions { Name = "lbfgs_learn" });
        _apply = new Function(inputs => Apply(inputs[0], inputs[1], inputs[2], Products(inputs[0])[0]), new FunctionOptions { Name = "lbfgs_apply" });
    }

    /// <inheritdoc/>
    public bool IsEmpty => _order.Count == 0;

    /// <inheritdoc/>
    public void Clear() => _order.Clear();

    /// <inheritdoc/>
    public DirectionStep Next(Tensor before, Tensor direction, Trial trial)
    {
        int slot = _order.Count < _length ? FreeSlot() : _order[0];
        _order.Remove(slot);
        _order.Add(slot);
        _gamma = trial.Step * trial.DirectionDotChange / trial.ChangeSquared;
        using TensorScope scope = new();
        Tensor[] outputs = _learn.Call(before, direction, trial.Gradient, Tensor.Scalar(trial.Step), Slots(), Numbers());
        return Read(scope, outputs);
    }

    /// <inheritdoc/>
    public DirectionStep Next(Tensor gradient)
    {
        using TensorScope scope = new();
        return Read(scope, _apply.Call(gradient, Slots(), Numbers()));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _learn.Dispose();
        _apply.Dispose();
        _pairs.Dispose();
        _products.Dispose();
    }

    private static DirectionStep Read(TensorScope scope, Tensor[] outputs)
    {
        double[] scalars = outputs[1].ToArray<double>();
        return new DirectionStep(scope.Keep(outputs[0]), scalars[0], scalars[1]);
    }

    private int FreeSlot() => Enumerable.Range(0, _length).First(slot => !_order.Contains(slot));

    /// <summary>
    /// The slots from the unused ones over the oldest pair to the youngest, then the inverse of that permutation, shape [2m]. int64, because int32 arguments of a function belong to the host.
    /// </summary>
    private Tensor Slots()
    {
        long[] slots = new long[2 * _length];
        int position = 0;
        foreach (int slot in Enumerable.Range(0, _length).Where(slot => !_order.Contains(slot)).Concat(_order))
        {
            slots[position] = slot;
            slots[_length + slot] = position++;
        }

        return Tensor.From(slots);
    }

    /// <summary>gamma, then for each position of <see cref="Slots"/> 1 where it holds a pair and 0 elsewhere, shape [1 + m].</summary>
    private Tensor Numbers()
    {
        double[] numbers = new double[1 + _length];
        numbers[0] = _gamma;
        numbers.AsSpan(1 + _length - _order.Count).Fill(1);
        return Tensor.From(numbers);
    }

    /// <summary>Stores the pair in the youngest slot and computes the direction.</summary>
    private Tensor[] Learn(Tensor[] inputs)
    {
        (Tensor before, Tensor direction, Tensor gradient, Tensor step, Tensor slots, Tensor numbers) = (inputs[0], inputs[1], inputs[2], inputs[3], inputs[4], inputs[5]);
        Tensor s = As(step, _dtype) * direction;
        Tensor y = gradient - before;
        Tensor slot = slots[_length - 1];
        Tensor rows = RawOps.Pack([slot, slot + _length]);
        RawOps.ResourceScatterUpdate(_pairs.Handle, rows, RawOps.Pack([s, y]));
        // One pass gives the products with g and with the new y.
        Tensor products = Products(gradient, y);
        RawOps.ResourceScatterUpdate(_products.Handle, slot, products[1]);
        return Apply(gradient, slots, numbers, products[0]);
    }

    /// <summary>The products of all s and y with k vectors, shape [k, 2m], in one pass; as rows they take half the time that they take as columns.</summary>
    private Tensor Products(params Tensor[] vectors) => As(RawOps.MatMul(RawOps.Pack(vectors), _pairs.Value, transposeB: true), DType.Float64);

    /// <summary>The direction from the products of the pairs with the gradient, shape [2m].</summary>
    private Tensor[] Apply(Tensor gradient, Tensor slots, Tensor numbers, Tensor products)
    {
        using Tensor rowAxis = Tensor.Scalar(0);
        using Tensor columnAxis = Tensor.Scalar(1);
        Tensor inverse = slots[_length..];
        slots = slots[.._length];
        Tensor gamma = numbers[0];
        Tensor valid = numbers[1..];
        Tensor validColumn = RawOps.ExpandDims(valid, columnAxis);
        // In the order of age; what is not valid becomes a unit row, with zeros on the right-hand side.
        Tensor table = RawOps.GatherV2(_products.Value, slots, rowAxis);
        Tensor bothValid = validColumn * valid;
        Tensor rightTransposed = RawOps.GatherV2(table, slots, columnAxis) * bothValid + RawOps.MatrixDiag(1 - valid);
        Tensor squares = RawOps.GatherV2(table, slots + _length, columnAxis) * bothValid;
        // Y Y' is written row by row: the entry of an older row with a younger column is not there yet, its mirror image is.
        Tensor lower = RawOps.MatrixBandPart(squares, Tensor.Scalar(-1L), Tensor.Scalar(0L));
        Tensor symmetric = lower + RawOps.Transpose(lower, Tensor.From([1, 0])) - RawOps.MatrixDiag(RawOps.MatrixDiagPart(squares));
        Tensor sg = RawOps.ExpandDims(RawOps.GatherV2(products, slots, rowAxis) * valid, columnAxis);
        Tensor yg = RawOps.ExpandDims(RawOps.GatherV2(products, slots + _length, rowAxis) * valid, columnAxis);
        Tensor al = RawOps.MatrixTriangularSolve(rightTransposed, sg, lower: true, adjoint: true);
        Tensor diagonal = RawOps.ExpandDims(RawOps.MatrixDiagPart(rightTransposed), columnAxis);
        Tensor right = diagonal * al + gamma * (RawOps.MatMul(symmetric, al) - yg);
        Tensor v = RawOps.MatrixTriangularSolve(rightTransposed, right * validColumn, lower: true);
        // Back to the slots: one pass over the history.
        Tensor coefficients = RawOps.ConcatV2([RawOps.GatherV2(v * validColumn, inverse, rowAxis), RawOps.GatherV2(gamma * al * validColumn * -1.0, inverse, rowAxis)], rowAxis);
        Tensor combination = RawOps.Squeeze(RawOps.MatMul(As(coefficients, _dtype), _pairs.Value, transposeA: true), [0]);
        Tensor direction = -(As(gamma, _dtype) * gradient + combination);
        return [direction, RawOps.Pack([Dot(direction, gradient), Dot(direction, direction)])];
    }
}
