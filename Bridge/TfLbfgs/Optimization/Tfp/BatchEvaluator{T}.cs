using System.Numerics;
using TfLbfgs.Functions;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <summary>
/// Evaluates all members at their own steps: one function call and one read of the scalars, packed in the dtype of the vectors, since tfp
/// decides in that.
/// </summary>
internal sealed class BatchEvaluator<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly BatchFunction _objective;
    private readonly Function? _function;

    public BatchEvaluator(BatchFunction objective, Execution execution)
    {
        _objective = objective;
        _function = ExecutionPlan.ForCalls(execution).Function(Body, "lbfgs_batch_evaluate");
    }

    /// <summary>Makes it possible to repeat an evaluation that failed; null: never.</summary>
    public Func<TfStatusException, int, bool>? Recover { get; set; }

    /// <summary>Abandons a call that compiles.</summary>
    public CancellationToken Cancellation { get; set; }

    /// <summary>Reads so far.</summary>
    public int Reads { get; private set; }

    /// <summary>Evaluates at <c>position + step * direction</c>.</summary>
    /// <param name="position">Shape [..., n].</param>
    /// <param name="direction">Shape [..., n].</param>
    /// <param name="steps">One per member.</param>
    public BatchTrial<T> Evaluate(Tensor position, Tensor direction, T[] steps)
    {
        using TensorScope scope = new();
        Tensor[] own = [position, direction, Tensor.From<T>(steps, _objective.BatchShape)];
        Tensor[] outputs = Repetition.Run(() => Call([.. own, .. _objective.Data()]), Recover, () => _function?.Forget());
        T[] scalars = outputs[2].ToArray<T>();
        Reads++;
        return new BatchTrial<T>(scope.Keep(outputs[0]), scope.Keep(outputs[1]), steps, scalars);
    }

    /// <inheritdoc/>
    public void Dispose() => _function?.Dispose();

    private Tensor[] Call(Tensor[] inputs) =>
        CancellableCall.Run(_function, Body, inputs, _objective.WritesVariables ? CancellationToken.None : Cancellation);

    private Tensor[] Body(Tensor[] inputs)
    {
        (Tensor position, Tensor direction, Tensor step) = (inputs[0], inputs[1], inputs[2]);
        using Tensor last = Tensor.Scalar(-1);
        Tensor next = position + RawOps.ExpandDims(step, last) * direction;
        (Tensor losses, Tensor gradients) = _objective.Call(next, inputs[3..]);
        using Tensor axis = Tensor.From([-1]);
        Tensor[] scalars =
        [
            losses,
            RawOps.Sum(gradients * direction, axis),
            RawOps.Max(RawOps.Abs(gradients), axis),
            RawOps.Cast(RawOps.All(RawOps.IsFinite(gradients), axis), _objective.DType),
            RawOps.Max(RawOps.Abs(next - position), axis),
            RawOps.Sum(gradients * gradients, axis),
        ];
        // A function may hand back its argument or a tensor of its own: what the trial owns must be its own.
        return [next, gradients.IsSymbolic ? gradients : RawOps.Identity(gradients), RawOps.Pack(scalars, -1)];
    }
}
