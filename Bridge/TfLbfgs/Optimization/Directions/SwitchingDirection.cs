using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <summary>
/// Pairs first, then a dense matrix. The pair that is learnt at the switch is the first that the dense matrix learns by its own formula: up
/// to there it is the matrix from which the direction of that step came.
/// </summary>
/// <param name="pairs">The first stage; taken over.</param>
/// <param name="createMatrix">Makes the second one, at the first switch.</param>
/// <param name="switchAfter">After how many pairs.</param>
/// <param name="description">What the second stage is.</param>
internal sealed class SwitchingDirection(PairHistory pairs, Func<DenseMatrix> createMatrix, int switchAfter, string description)
    : IDirection
{
    private DenseMatrix? _matrix;
    private bool _isDense;
    private int _learnt;

    /// <inheritdoc/>
    public bool IsEmpty => Current.IsEmpty;

    /// <inheritdoc/>
    public bool CapsFirstTrial => Current.CapsFirstTrial;

    /// <inheritdoc/>
    public int Stage => _isDense ? 1 : 0;

    /// <inheritdoc/>
    public string Description { get; } = $"{pairs.Description}; after {switchAfter} pairs {description}";

    private IDirection Current => _isDense ? _matrix! : pairs;

    /// <inheritdoc/>
    public bool HasInverseHessian => Current.HasInverseHessian;

    /// <inheritdoc/>
    public Tensor? InverseHessian() => Current.InverseHessian();

    /// <inheritdoc/>
    public void Clear() => Current.Clear();

    /// <inheritdoc/>
    public void Reset()
    {
        _isDense = false;
        _learnt = 0;
        pairs.Clear();
    }

    /// <inheritdoc/>
    public IReadOnlyList<Tensor> Export()
    {
        using TensorScope scope = new();
        Tensor[] memory = [Tensor.From([(long)Stage, _learnt]), .. Current.Export()];
        foreach (Tensor tensor in memory)
            scope.Keep(tensor);
        return memory;
    }

    /// <inheritdoc/>
    public void Import(IReadOnlyList<Tensor> memory)
    {
        Reset();
        if (memory.Count == 0)
            return;
        MemoryCheck.Tensors("a direction that switches", [memory[0]], (DType.Int64, [2]));
        long[] stage = memory[0].ToArray<long>();
        MemoryCheck.Number("the stage", stage[0], 0, 1);
        MemoryCheck.Number("the number of pairs", stage[1], 0, int.MaxValue);
        (_isDense, _learnt) = (stage[0] == 1, (int)stage[1]);
        if (_isDense)
            _matrix ??= createMatrix();
        Current.Import([.. memory.Skip(1)]);
    }

    /// <inheritdoc/>
    public Tensor[] Reserve(PairScalars pair)
    {
        if (!_isDense && _learnt >= switchAfter && !pairs.IsEmpty)
            Switch();
        _learnt++;
        return Current.Reserve(pair);
    }

    /// <inheritdoc/>
    public void Store(Tensor step, Tensor change, ReadOnlySpan<Tensor> arguments) => Current.Store(step, change, arguments);

    /// <inheritdoc/>
    public Tensor Learn(Tensor step, Tensor change, Tensor gradient, ReadOnlySpan<Tensor> arguments) =>
        Current.Learn(step, change, gradient, arguments);

    /// <inheritdoc/>
    public Tensor[] Arguments() => Current.Arguments();

    /// <inheritdoc/>
    public Tensor Apply(Tensor gradient, ReadOnlySpan<Tensor> arguments) => Current.Apply(gradient, arguments);

    /// <inheritdoc/>
    public void Dispose()
    {
        pairs.Dispose();
        _matrix?.Dispose();
    }

    private void Switch()
    {
        _matrix ??= createMatrix();
        using (TensorScope scope = new())
            _matrix.Seed(pairs.Value);
        _isDense = true;
        pairs.Clear();
    }
}
