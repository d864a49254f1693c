using TfLbfgs.Gradients.Forward;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Gradients;

/// <summary>
/// Taylor mode: carries the derivatives of orders 1 to n along one direction through the ops of its thread in one sweep, from its creation
/// until it is disposed, for the u, u_x, u_xx, ... of a network at many points. It takes about n^2/2
/// products for each op, where n nested tapes take 2^n times the ops. It knows the ops that dense networks are made of: sums, products,
/// quotients, powers, matrix products, convolutions, linear ops and the usual activations; another op on the way is
/// refused by name. Works eagerly and inside traced functions; a <see cref="GradientTape"/> that was opened before it differentiates what
/// it computes. Python has none; JAX: <c>jax.experimental.jet</c>.
/// </summary>
public sealed class TaylorAccumulator : IOperationListener, IDisposable
{
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private readonly DispatchFrame _frame = DispatchFrame.Current;
    private readonly Dictionary<long, Tensor?[]> _series = [];
    private bool _disposed;

    /// <summary>Opens an accumulator on the calling thread.</summary>
    /// <param name="primal">The point x of the line x + t d; borrowed.</param>
    /// <param name="direction">The direction d, of its dtype and shape, such as ones for a column of coordinates; borrowed.</param>
    /// <param name="order">The highest derivative, at least 1.</param>
    /// <exception cref="TfLbfgsException">The dtype is none of floating-point numbers, dtype or shape differ, or the order is below
    /// 1.</exception>
    public TaylorAccumulator(Tensor primal, Tensor direction, int order)
    {
        ArgumentNullException.ThrowIfNull(primal);
        ArgumentNullException.ThrowIfNull(direction);
        if (order < 1)
            throw new TfLbfgsException($"TaylorAccumulator: expected an order of at least 1, received {order}.");
        if (!primal.DType.IsDifferentiable || primal.DType.IsComplex || direction.DType != primal.DType
            || !direction.Shape.IsCompatibleWith(primal.Shape))
            throw new TfLbfgsException("TaylorAccumulator: expected a floating-point primal and a direction of its dtype and shape, "
                + $"received {primal.Describe()} and {direction.Describe()}.");
        Order = order;
        Tensor?[] series = new Tensor?[order + 1];
        (series[0], series[1]) = (primal, direction);
        Set(primal.Id, series);
        _frame.Listeners.Add(this);
    }

    /// <summary>The highest derivative.</summary>
    public int Order { get; }

    /// <summary>
    /// The derivatives of a tensor by t, of orders 0 to <see cref="Order"/>: the value, the first derivative, the second, and so on.
    /// </summary>
    /// <param name="target">A tensor that was computed from the primal while the accumulator was open; borrowed.</param>
    /// <returns>The derivatives, each of the target's shape and dtype, owned by the caller.</returns>
    /// <exception cref="TfLbfgsException">The target does not depend on the primal, or the accumulator is disposed.</exception>
    public Tensor[] Derivatives(Tensor target)
    {
        ArgumentNullException.ThrowIfNull(target);
        if (_disposed)
            throw new TfLbfgsException("This TaylorAccumulator was disposed. Take derivatives before its using block ends.");
        if (!_series.TryGetValue(target.Id, out Tensor?[]? series))
            throw new TfLbfgsException($"The target {target.Describe()} does not depend on the primal of this TaylorAccumulator: compute "
                + "it from that while the accumulator is open.");
        Tensor[] derivatives = new Tensor[series.Length];
        double factorial = 1;
        using (_frame.MuteFrom(this))
        {
            for (int k = 0; k < derivatives.Length; k++)
            {
                factorial *= Math.Max(k, 1);
                if (series[k] is not { } coefficient)
                {
                    derivatives[k] = RawOps.ZerosLike(target);
                }
                else if (factorial == 1)
                {
                    derivatives[k] = coefficient.Alias();
                    TensorScope.Register(derivatives[k]);
                }
                else
                {
                    derivatives[k] = coefficient * factorial;
                }
            }
        }

        return derivatives;
    }

    /// <summary>Ends it and frees the coefficients that it holds, on the thread that opened it.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        ThreadAffinity.Check(_thread, "A TaylorAccumulator");
        _disposed = true;
        _frame.Listeners.Remove(this);
        foreach (Tensor?[] series in _series.Values)
            Free(series);
        _series.Clear();
    }

    int IOperationListener.Orders => 0;

    bool IOperationListener.Tracks(Tensor tensor) => _series.ContainsKey(tensor.Id);

    void IOperationListener.Executed(Operation operation, Tensor[] outputs)
    {
        Tensor?[]?[]? inputs = null;
        for (int i = 0; i < operation.Inputs.Count; i++)
        {
            if (_series.TryGetValue(operation.Inputs[i].Id, out Tensor?[]? series))
                (inputs ??= new Tensor?[]?[operation.Inputs.Count])[i] = series;
        }

        if (inputs is null || outputs.Length == 0 || !Array.Exists(outputs, output => output.DType.IsDifferentiable))
            return;
        using IDisposable muted = _frame.MuteFrom(this);
        using TensorScope scope = new();
        Tensor?[]?[] results = TaylorRules.Apply(operation, outputs, inputs, Order);
        for (int i = 0; i < results.Length; i++)
        {
            if (results[i] is not { } series)
                continue;
            series[0] = outputs[i];
            Set(outputs[i].Id, series);
        }
    }

    void IOperationListener.VariableAccessed(Tensor handle)
    {
    }

    private void Set(long id, Tensor?[] series)
    {
        if (_series.Remove(id, out Tensor?[]? former))
            Free(former);
        _series[id] = Array.ConvertAll(series, coefficient => coefficient?.Alias());
    }

    private static void Free(Tensor?[] series)
    {
        foreach (Tensor? coefficient in series)
            coefficient?.Dispose();
    }
}
