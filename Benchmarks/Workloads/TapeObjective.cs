using TfLbfgs.Gradients;
using TfLbfgs.Optimization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Benchmarks.Workloads;

/// <summary>
/// An objective as a user writes it: a loss in tensor operations, its data as inputs of the traced function, the gradient by a tape.
/// </summary>
internal sealed class TapeObjective : Objective, IDisposable
{
    private readonly Tensor _start;
    private readonly Tensor[] _data;
    private readonly Func<Tensor, IReadOnlyList<Tensor>, Tensor> _loss;
    private readonly IDisposable? _owned;

    /// <summary>Takes over start, data and all that the loss uses.</summary>
    /// <param name="start">Shape [n].</param>
    /// <param name="data">What each evaluation takes as inputs.</param>
    /// <param name="loss">From position and data to the loss, shape [].</param>
    /// <param name="owned">Disposed with the objective.</param>
    public TapeObjective(Tensor start, Tensor[] data, Func<Tensor, IReadOnlyList<Tensor>, Tensor> loss, IDisposable? owned = null)
    {
        _start = start;
        _data = data;
        _loss = loss;
        _owned = owned;
    }

    /// <inheritdoc/>
    public override long Count => _start.Shape[0];

    /// <inheritdoc/>
    public override DType DType => _start.DType;

    /// <inheritdoc/>
    public override IReadOnlyList<Tensor> Data => _data;

    /// <inheritdoc/>
    public override Tensor InitialPosition() => RawOps.Identity(_start);

    /// <inheritdoc/>
    public override (Tensor Loss, Tensor Gradient) Evaluate(Tensor position, IReadOnlyList<Tensor> data)
    {
        using TensorScope scope = new();
        using GradientTape tape = new(persistent: false, watchAccessedVariables: false);
        tape.Watch(position);
        Tensor loss = _loss(position, data);
        return (scope.Keep(loss), scope.Keep(tape.Gradient(loss, position)));
    }

    public void Dispose()
    {
        _start.Dispose();
        foreach (Tensor tensor in _data)
            tensor.Dispose();
        _owned?.Dispose();
    }
}
