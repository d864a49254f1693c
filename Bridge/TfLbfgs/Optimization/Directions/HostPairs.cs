using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <summary>
/// <see cref="PairHistory"/> where the vectors lie in the memory of the process: the same algebra by loops that read S twice and Y once for
/// a direction with a new pair, on all processors where that pays, and that skip slots without a pair. To rounding the same directions, and
/// the same memory for a state.
/// Memory: 2 m n elements, n for D, from the first pair on.
/// </summary>
internal abstract class HostPairs : IDirection, IPairs
{
    private readonly InverseScaling _scaling;
    private readonly DType _dtype;
    private readonly int _length;

    /// <summary>S, Y and D, changed in their place; null before the first pair.</summary>
    private Tensor[]? _vectors;

    /// <summary>Whether others may hold S and Y, so that the next change is made in copies.</summary>
    private bool _isShared;

    private protected HostPairs(int length, long count, DType dtype, InverseScaling scaling)
    {
        MemoryTable.Require(length, count, dtype);
        (_length, Count, _dtype, _scaling) = (length, count, dtype, scaling);
        Cursor = new PairCursor(length, count);
        Matrix = new CompactMatrix(length);
    }

    /// <inheritdoc/>
    public bool IsEmpty => Cursor.Count == 0;

    /// <inheritdoc/>
    public bool UsesLosses { get; init; }

    /// <inheritdoc/>
    public bool CapsFirstTrial { get; init; }

    /// <inheritdoc/>
    public string Description => PairHistory.Describe(_length, _scaling, UsesLosses, CapsFirstTrial);

    private protected PairCursor Cursor { get; }

    private protected CompactMatrix Matrix { get; }

    private protected long Count { get; }

    /// <summary>S, Y and D, which change in their place.</summary>
    private protected Tensor[] Vectors => _vectors ??= Reserved();

    private protected DType DType => _dtype;

    private protected bool HasDiagonal => _scaling == InverseScaling.Diagonal;

    /// <summary>Prepares a history; nothing of the size of the vectors is reserved before the first pair.</summary>
    /// <param name="length">m, the most pairs.</param>
    /// <param name="count">n, the number of parameters.</param>
    /// <param name="dtype">The dtype of the vectors.</param>
    /// <param name="scaling">The matrix that the pairs correct.</param>
    /// <param name="capsFirstTrial">See <see cref="IDirection.CapsFirstTrial"/>.</param>
    /// <param name="usesLosses">See <see cref="IDirection.UsesLosses"/>.</param>
    /// <exception cref="TfLbfgsException">The pairs do not fit into the memory of the process.</exception>
    public static HostPairs Create(int length, long count, DType dtype, InverseScaling scaling, bool capsFirstTrial, bool usesLosses) =>
        dtype == DType.Float64
            ? new HostPairs<Float64Lanes>(length, count, dtype, scaling) { CapsFirstTrial = capsFirstTrial, UsesLosses = usesLosses }
            : new HostPairs<Float32Lanes>(length, count, dtype, scaling) { CapsFirstTrial = capsFirstTrial, UsesLosses = usesLosses };

    /// <summary>Learns the pair of a step and computes the next direction.</summary>
    /// <param name="pair">The numbers of the pair.</param>
    /// <param name="factor">That of the change of the gradient.</param>
    /// <param name="direction">The direction of the step, shape [n].</param>
    /// <param name="gradient">The gradient at the new point, shape [n].</param>
    /// <param name="former">The gradient before the step, shape [n].</param>
    /// <returns>The direction, shape [n], owned by the caller and registered with no scope.</returns>
    public Tensor Learn(PairScalars pair, double factor, Tensor direction, Tensor gradient, Tensor former)
    {
        double length = Cursor.Advance(pair);
        using TensorMemory d = TensorMemory.Of(direction), g = TensorMemory.Of(gradient), h = TensorMemory.Of(former);
        return Learn(new PairSource(d, pair.Step, factor, g, h), pair.StepDotChange, pair.ChangeSquared, length);
    }

    /// <inheritdoc/>
    public void Clear()
    {
        Cursor.Clear();
        Matrix.Clear();
        if (_vectors is not null)
            Replace(2, InitialDiagonal());
    }

    /// <inheritdoc/>
    public IReadOnlyList<Tensor> Export()
    {
        if (IsEmpty)
            return [];
        _isShared = true;
        Tensor[] own = Vectors;
        using TensorScope scope = new();
        return
        [
            own[0].Alias(), own[1].Alias(), HostVectors.Copy(own[2]),
            scope.Keep(Tensor.From(Matrix.Inverse, [_length, _length])), scope.Keep(Tensor.From(Matrix.Curvatures)),
                scope.Keep(Cursor.Export()),
        ];
    }

    /// <inheritdoc/>
    public void Import(IReadOnlyList<Tensor> memory)
    {
        if (memory.Count > 0)
            PairHistory.CheckMemory(memory, _length, Count, _dtype, _scaling);
        Clear();
        if (memory.Count == 0)
            return;
        Dispose();
        _vectors = [memory[0].Alias(), memory[1].Alias(), HostVectors.Copy(memory[2])];
        _isShared = true;
        Matrix.Assign(memory[3].ToArray<double>(), memory[4].ToArray<double>());
        Cursor.Import(memory[5]);
    }

    /// <inheritdoc/>
    public (Tensor Steps, Tensor Changes) Pairs()
    {
        using TensorScope scope = new();
        return (scope.Keep(Cursor.ByAge(Vectors[0])), scope.Keep(Cursor.ByAge(Vectors[1])));
    }

    /// <inheritdoc/>
    public Tensor[] Reserve(PairScalars pair)
    {
        double length = Cursor.Advance(pair);
        return [Tensor.From([pair.StepDotChange, pair.ChangeSquared, length])];
    }

    /// <inheritdoc/>
    public Tensor Learn(Tensor step, Tensor change, Tensor gradient, ReadOnlySpan<Tensor> arguments)
    {
        double[] numbers = arguments[0].ToArray<double>();
        using TensorMemory s = TensorMemory.Of(step), y = TensorMemory.Of(change), g = TensorMemory.Of(gradient);
        return Learn(new PairSource(s, 1, 1, g, null) { Change = y }, numbers[0], numbers[1], numbers[2]);
    }

    /// <inheritdoc/>
    public Tensor Apply(Tensor gradient, ReadOnlySpan<Tensor> arguments)
    {
        using TensorMemory g = TensorMemory.Of(gradient);
        return Apply(g);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Tensor tensor in _vectors ?? [])
            tensor.Dispose();
        _vectors = null;
    }

    /// <summary>Learns the pair for which the cursor has made room.</summary>
    /// <param name="source">The pair.</param>
    /// <param name="stepDotChange">s.y</param>
    /// <param name="changeSquared">y.y</param>
    /// <param name="length">The length of D, times y.Dy.</param>
    private protected abstract Tensor Learn(PairSource source, double stepDotChange, double changeSquared, double length);

    /// <summary>A direction from what is known.</summary>
    private protected abstract Tensor Apply(TensorMemory gradient);

    /// <summary>Copies what others may hold, before a change.</summary>
    private protected void Own()
    {
        if (!_isShared)
            return;
        Replace(0, HostVectors.Copy(Vectors[0]));
        Replace(1, HostVectors.Copy(Vectors[1]));
        _isShared = false;
    }

    /// <summary>Replaces S, Y or D by another tensor.</summary>
    private protected void Replace(int index, Tensor tensor)
    {
        Vectors[index].Dispose();
        Vectors[index] = tensor;
    }

    private Tensor[] Reserved() =>
        [HostVectors.Filled(0, _dtype, [_length, Count]), HostVectors.Filled(0, _dtype, [_length, Count]), InitialDiagonal()];

    private Tensor InitialDiagonal() => HostVectors.Filled(1, _dtype, [HasDiagonal ? Count : 1]);
}
