using TfLbfgs.Gradients.Forward;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Gradients;

/// <summary>
/// Forward mode: carries the derivative along a direction through every op of its thread, from its creation until it is disposed: a
/// Jacobian-vector product for the cost of about one more evaluation, for any number of results. Every
/// op with a gradient rule has one. Around a <see cref="GradientTape"/> it differentiates the gradient (forward over reverse, a
/// Hessian-vector product); inside one it is differentiated itself; accumulators nest too: what an inner one
/// computes is carried by those that were opened before it. Works eagerly and inside traced functions. Python:
/// <c>tf.autodiff.ForwardAccumulator</c>.
/// </summary>
public sealed class ForwardAccumulator : IOperationListener, IDisposable
{
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private readonly DispatchFrame _frame = DispatchFrame.Current;
    private readonly Dictionary<long, Tensor> _tangents = [];
    private bool _disposed;

    /// <summary>Opens an accumulator on the calling thread.</summary>
    /// <param name="primal">What is perturbed; borrowed.</param>
    /// <param name="tangent">The direction, of its dtype and shape; borrowed.</param>
    /// <exception cref="TfLbfgsException">The dtype has no derivative, or dtype or shape differ.</exception>
    public ForwardAccumulator(Tensor primal, Tensor tangent) : this([primal], [tangent])
    {
    }

    /// <summary>Opens an accumulator on the calling thread, of several tensors that are perturbed together.</summary>
    /// <param name="primals">What is perturbed; borrowed.</param>
    /// <param name="tangents">The direction of each, of its dtype and shape; borrowed.</param>
    /// <exception cref="TfLbfgsException">The numbers differ, a dtype has no derivative, or a dtype or shape differs.</exception>
    public ForwardAccumulator(IReadOnlyList<Tensor> primals, IReadOnlyList<Tensor> tangents) : this(GradientSource.Of(primals), tangents)
    {
    }

    /// <summary>Opens an accumulator on the calling thread, of a variable.</summary>
    /// <param name="variable">What is perturbed.</param>
    /// <param name="tangent">The direction, of its dtype and shape; borrowed.</param>
    /// <exception cref="TfLbfgsException">The dtype has no derivative, or dtype or shape differ.</exception>
    public ForwardAccumulator(Variable variable, Tensor tangent) : this([variable], [tangent])
    {
    }

    /// <summary>Opens an accumulator on the calling thread, of variables that are perturbed together.</summary>
    /// <param name="variables">What is perturbed.</param>
    /// <param name="tangents">The direction of each, of its dtype and shape; borrowed.</param>
    /// <exception cref="TfLbfgsException">The numbers differ, a dtype has no derivative, or a dtype or shape differs.</exception>
    public ForwardAccumulator(IReadOnlyList<Variable> variables, IReadOnlyList<Tensor> tangents)
        : this(GradientSource.Of(variables), tangents)
    {
    }

    private ForwardAccumulator(GradientSource[] primals, IReadOnlyList<Tensor> tangents)
    {
        ArgumentNullException.ThrowIfNull(tangents);
        if (primals.Length != tangents.Count)
            throw new TfLbfgsException(
                $"ForwardAccumulator: expected one tangent for each of {primals.Length} primals, received {tangents.Count}.");
        for (int i = 0; i < primals.Length; i++)
        {
            DType dtype = primals[i].Variable?.DType ?? primals[i].Tensor.DType;
            if (!dtype.IsDifferentiable || tangents[i].DType != dtype || !tangents[i].Shape.IsCompatibleWith(primals[i].Shape))
                throw new TfLbfgsException("ForwardAccumulator: expected a floating-point or complex primal and a tangent of its dtype "
                    + $"and shape, received {primals[i]} and {tangents[i].Describe()}.");
        }

        for (int i = 0; i < primals.Length; i++)
            Set(primals[i].Id, tangents[i]);
        _frame.Listeners.Add(this);
    }

    /// <summary>The derivative of a tensor along the direction of the primals. Python: <c>acc.jvp</c>.</summary>
    /// <param name="target">A tensor that was computed while the accumulator was open; borrowed.</param>
    /// <param name="unconnected">What to do when it does not depend on a primal; default: throw.</param>
    /// <returns>The Jacobian-vector product, of the target's shape and dtype, owned by the caller.</returns>
    /// <exception cref="TfLbfgsException">The target does not depend on a primal, or the accumulator is disposed.</exception>
    public Tensor Jvp(Tensor target, UnconnectedGradients unconnected = UnconnectedGradients.Throw)
    {
        if (JvpOrNull(target) is { } tangent)
            return tangent;
        return unconnected == UnconnectedGradients.Zero
            ? RawOps.ZerosLike(target)
            : throw new TfLbfgsException(
                $"The target {target.Describe()} does not depend on a primal of this ForwardAccumulator: compute it from one while the "
                    + "accumulator is open. To have null or zeros for it, call JvpOrNull or pass unconnected: UnconnectedGradients.Zero.");
    }

    /// <summary>The derivative of a tensor along the direction of the primals; null where it does not depend on one.</summary>
    /// <param name="target">A tensor; borrowed.</param>
    /// <returns>The Jacobian-vector product, owned by the caller; or null.</returns>
    /// <exception cref="TfLbfgsException">The accumulator is disposed.</exception>
    public Tensor? JvpOrNull(Tensor target)
    {
        ArgumentNullException.ThrowIfNull(target);
        if (_disposed)
            throw new TfLbfgsException("This ForwardAccumulator was disposed. Take products before its using block ends.");
        if (!_tangents.TryGetValue(target.Id, out Tensor? tangent))
            return null;
        Tensor result = tangent.Alias();
        TensorScope.Register(result);
        return result;
    }

    /// <summary>Ends it and frees the tangents that it holds, on the thread that opened it.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        ThreadAffinity.Check(_thread, "A ForwardAccumulator");
        _disposed = true;
        _frame.Listeners.Remove(this);
        foreach (Tensor tangent in _tangents.Values)
            tangent.Dispose();
        _tangents.Clear();
    }

    int IOperationListener.Orders => 1;

    bool IOperationListener.Tracks(Tensor tensor) => _tangents.ContainsKey(tensor.Id);

    void IOperationListener.Executed(Operation operation, Tensor[] outputs)
    {
        Tensor?[]? tangents = null;
        for (int i = 0; i < operation.Inputs.Count; i++)
        {
            if (_tangents.TryGetValue(operation.Inputs[i].Id, out Tensor? tangent))
                (tangents ??= new Tensor?[operation.Inputs.Count])[i] = tangent;
        }

        if (tangents is null || outputs.Length == 0 || !Array.Exists(outputs, output => output.DType.IsDifferentiable)
            || GradientRegistry.IsNotDifferentiable(operation.Name))
            return;
        // What was opened before sees these ops, so that it can differentiate the product; what was opened after has not seen the op itself
        // yet.
        using IDisposable muted = _frame.MuteFrom(this);
        using TensorScope scope = new();
        Tensor?[] results = TangentRules.Apply(operation, outputs, tangents);
        for (int i = 0; i < results.Length; i++)
        {
            if (results[i] is { } result && outputs[i].DType.IsDifferentiable)
                Set(outputs[i].Id, result);
        }
    }

    void IOperationListener.VariableAccessed(Tensor handle)
    {
    }

    private void Set(long id, Tensor tangent)
    {
        if (_tangents.Remove(id, out Tensor? former))
            former.Dispose();
        _tangents[id] = tangent.Alias();
    }
}
