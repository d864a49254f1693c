using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;
using static TfLbfgs.Optimization.VectorMath;

namespace TfLbfgs.Optimization;

/// <summary>
/// A dense approximation of the inverse Hessian, H = scale * M, on the device: n^2 float64 in one variable that is added to in place. The
/// factor stands apart so that self-scaling, H / tau, does not cost a
/// pass over n^2 numbers. A pair takes four passes: one product, the sum of outer products and its addition, and the product with the next
/// gradient.
/// </summary>
internal sealed class DenseMatrix : IDirection
{
    /// <summary>After this many pairs the factor is multiplied into M: a tau of 1e-12 each time leaves it far from overflow.</summary>
    private const int PairsPerNormalization = 16;

    private readonly DenseFormula _formula;
    private readonly long _count;
    private readonly DType _dtype;
    private readonly Variable _matrix;
    private readonly Variable _scale;
    private int _pairs;

    /// <summary>Reserves the matrix on the current device.</summary>
    /// <param name="formula">How it learns.</param>
    /// <param name="count">n, the number of parameters.</param>
    /// <param name="dtype">The dtype of the vectors.</param>
    /// <param name="capsFirstTrial">Whether the first trial is capped.</param>
    public DenseMatrix(DenseFormula formula, long count, DType dtype, bool capsFirstTrial)
    {
        _formula = formula;
        _count = count;
        _dtype = dtype;
        CapsFirstTrial = capsFirstTrial;
        using TensorScope scope = new();
        _matrix = new Variable(Filled(0, count, count), "dense_inverse_hessian", trainable: false);
        _scale = new Variable(Tensor.Scalar(1.0), "dense_scale", trainable: false);
    }

    /// <inheritdoc/>
    public bool IsEmpty { get; private set; } = true;

    /// <inheritdoc/>
    public bool CapsFirstTrial { get; }

    /// <inheritdoc/>
    public string Description => $"dense {_formula}{(CapsFirstTrial ? ", capped first trial" : "")}";

    /// <summary>H, float64, shape [n, n], in the scope of the caller.</summary>
    public Tensor Value => _matrix.Value * _scale.Value;

    /// <inheritdoc/>
    public bool HasInverseHessian => true;

    /// <inheritdoc/>
    public Tensor? InverseHessian()
    {
        if (IsEmpty)
            return null;
        using TensorScope scope = new();
        return scope.Keep(Value);
    }

    /// <inheritdoc/>
    public void Clear() => IsEmpty = true;

    /// <summary>Takes over an approximation.</summary>
    /// <param name="matrix">H, float64, shape [n, n], symmetric and positive definite; borrowed.</param>
    public void Seed(Tensor matrix)
    {
        using TensorScope scope = new();
        _matrix.Assign(matrix);
        _scale.Assign(Tensor.Scalar(1.0));
        _pairs = 0;
        IsEmpty = false;
    }

    /// <inheritdoc/>
    public IReadOnlyList<Tensor> Export()
    {
        if (IsEmpty)
            return [];
        using TensorScope scope = new();
        return [scope.Keep(_matrix.Value), scope.Keep(_scale.Value), scope.Keep(Tensor.Scalar((long)_pairs))];
    }

    /// <inheritdoc/>
    public void Import(IReadOnlyList<Tensor> memory)
    {
        if (memory.Count > 0)
        {
            MemoryCheck.Tensors(
                "a dense matrix", memory, (DType.Float64, [_count, _count]), (DType.Float64, Shape.Scalar), (DType.Int64, Shape.Scalar));
            MemoryCheck.Number("the number of pairs", memory[2].ToScalar<long>(), 0, int.MaxValue);
        }

        IsEmpty = memory.Count == 0;
        if (IsEmpty)
            return;
        _matrix.Assign(memory[0]);
        _scale.Assign(memory[1]);
        _pairs = (int)memory[2].ToScalar<long>();
    }

    /// <inheritdoc/>
    public Tensor[] Reserve(PairScalars pair)
    {
        bool isFirst = IsEmpty;
        if (isFirst)
            Seed(RawOps.MatrixDiag(Filled(pair.StepDotChange / pair.ChangeSquared, _count)));
        else if (_formula != DenseFormula.Bfgs && ++_pairs % PairsPerNormalization == 0)
            Seed(Value);
        double b = -pair.Step * pair.StepDotGradient / pair.StepDotChange;
        return [Tensor.From([pair.StepDotChange, b, isFirst ? 1.0 : 0.0])];
    }

    /// <inheritdoc/>
    public void Store(Tensor step, Tensor change, ReadOnlySpan<Tensor> arguments)
    {
        Tensor numbers = arguments[0];
        Tensor stepDotChange = numbers[0];
        (Tensor s, Tensor y) = (As(step, DType.Float64), As(change, DType.Float64));
        Tensor scale = _scale.Value;
        // p = M y
        Tensor p = Product(y);
        Tensor yp = Total(y * p);
        (Tensor tau, Tensor phi) = DenseScales.Of(_formula, _count, numbers[1], scale * yp / stepDotChange, numbers[2]);
        Tensor v = s / stepDotChange - p / yp;
        // Both factors of a term are the same numbers, so that M stays symmetric.
        Tensor[] columns = [p / RawOps.Sqrt(yp), v * RawOps.Sqrt(RawOps.Abs(phi) * yp), s * RawOps.Sqrt(tau / (scale * stepDotChange))];
        Tensor sum = RawOps.MatMul(RawOps.Pack(columns, 1), RawOps.Pack([-columns[0], columns[1] * RawOps.Sign(phi), columns[2]], 0));
        _matrix.AssignAdd(sum);
        if (_formula != DenseFormula.Bfgs)
            _scale.Assign(scale / tau);
    }

    /// <inheritdoc/>
    public Tensor Learn(Tensor step, Tensor change, Tensor gradient, ReadOnlySpan<Tensor> arguments) => Apply(gradient, []);

    /// <inheritdoc/>
    public Tensor Apply(Tensor gradient, ReadOnlySpan<Tensor> arguments) =>
        As(-_scale.Value * Product(As(gradient, DType.Float64)), _dtype);

    /// <inheritdoc/>
    public void Dispose()
    {
        _matrix.Dispose();
        _scale.Dispose();
    }

    /// <summary>Made on the device: nothing of that size on the host.</summary>
    private static Tensor Filled(double value, params long[] shape) => RawOps.Fill(Tensor.From(shape), Tensor.Scalar(value));

    /// <summary>M times a vector. The value is let go at once: an addition to a matrix that is still referenced copies it.</summary>
    private Tensor Product(Tensor vector)
    {
        using Tensor matrix = _matrix.Value;
        return RawOps.Squeeze(RawOps.MatMul(matrix, RawOps.ExpandDims(vector, Tensor.Scalar(1))), [1]);
    }
}
