using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Optimization;

/// <summary>
/// Any direction, found in the variables z of x = S z with a positive diagonal S: what the minimization would be if the user had scaled the
/// variables, while position and gradient, as observers see them, are those of x.
/// Steps are divided by S and gradients multiplied by it before the inner direction sees them; its result is multiplied by S.
/// </summary>
internal sealed class ScaledDirection : IDirection
{
    private readonly IDirection _inner;
    private readonly Variable _factors;
    private readonly string _name;

    /// <summary>Takes an inner direction over; the factors are ones until they are set.</summary>
    public ScaledDirection(IDirection inner, long count, DType dtype, string name)
    {
        _inner = inner;
        _name = name;
        using TensorScope scope = new();
        using Tensor length = Tensor.Vector([count]);
        _factors = new Variable(RawOps.Fill(length, VectorMath.As(Tensor.Scalar(1.0), dtype)), "lbfgs_scale", trainable: false);
    }

    /// <summary>S, shape [n]: read now, or in the trace.</summary>
    public Tensor Factors => _factors.Value;

    /// <inheritdoc/>
    public bool IsEmpty => _inner.IsEmpty;

    /// <inheritdoc/>
    public string Description => $"{_inner.Description}, in variables scaled {_name}";

    /// <inheritdoc/>
    public bool UsesLosses => _inner.UsesLosses;

    /// <inheritdoc/>
    public bool CapsFirstTrial => _inner.CapsFirstTrial;

    /// <inheritdoc/>
    public int Stage => _inner.Stage;

    /// <inheritdoc/>
    public bool HasInverseHessian => _inner.HasInverseHessian;

    /// <inheritdoc/>
    public Tensor? InverseHessian()
    {
        using Tensor? inner = _inner.InverseHessian();
        if (inner is null)
            return null;
        using TensorScope scope = new();
        Tensor factors = VectorMath.As(Factors, DType.Float64);
        return scope.Keep(RawOps.ExpandDims(factors, Tensor.Scalar(1)) * inner * factors);
    }

    /// <summary>Sets S for a run.</summary>
    public void Set(Tensor factors) => _factors.Assign(factors);

    /// <inheritdoc/>
    public void Clear() => _inner.Clear();

    /// <inheritdoc/>
    public void Reset() => _inner.Reset();

    /// <inheritdoc/>
    public IReadOnlyList<Tensor> Export() => [Factors, .. _inner.Export()];

    /// <inheritdoc/>
    public void Import(IReadOnlyList<Tensor> memory)
    {
        MemoryCheck.Tensors("scaled variables", [.. memory.Take(1)], (_factors.DType, _factors.Shape));
        Set(memory[0]);
        _inner.Import([.. memory.Skip(1)]);
    }

    /// <inheritdoc/>
    public Tensor[] Reserve(PairScalars pair) => _inner.Reserve(pair);

    /// <inheritdoc/>
    public void Store(Tensor step, Tensor change, ReadOnlySpan<Tensor> arguments)
    {
        Tensor factors = Factors;
        _inner.Store(step / factors, change * factors, arguments);
    }

    /// <inheritdoc/>
    public Tensor Learn(Tensor step, Tensor change, Tensor gradient, ReadOnlySpan<Tensor> arguments)
    {
        Tensor factors = Factors;
        return factors * _inner.Learn(step / factors, change * factors, gradient * factors, arguments);
    }

    /// <inheritdoc/>
    public Tensor[] Arguments() => _inner.Arguments();

    /// <inheritdoc/>
    public Tensor Apply(Tensor gradient, ReadOnlySpan<Tensor> arguments)
    {
        Tensor factors = Factors;
        return factors * _inner.Apply(gradient * factors, arguments);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _inner.Dispose();
        _factors.Dispose();
    }
}
