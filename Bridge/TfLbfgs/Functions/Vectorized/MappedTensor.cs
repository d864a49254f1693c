using TfLbfgs.Tensors;

namespace TfLbfgs.Functions.Vectorized;

/// <summary>
/// An element inside <c>Tf.VectorizedMap</c>: shape and dtype are those of one element, and an op on it is executed for all of them, which
/// <see cref="Stacked"/> holds along its first axis.
/// </summary>
internal sealed class MappedTensor : DeferredTensor
{
    public MappedTensor(VectorizedCall call, Tensor stacked)
        : base(stacked.DType, stacked.Shape.HasRank ? Shape.Create(stacked.Shape.ToArray().AsSpan(1)) : Shape.Unknown)
    {
        Call = call;
        Stacked = stacked;
    }

    /// <summary>The call that it belongs to.</summary>
    public VectorizedCall Call { get; }

    /// <summary>All elements [count, ...]; owned by the call.</summary>
    public Tensor Stacked { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{DType}{Shape}, an element inside Tf.VectorizedMap";

    /// <inheritdoc/>
    protected internal override IReadOnlyList<Tensor> Record(Operation operation)
    {
        // Elements of an outer call are what those of an inner one are stacked of.
        VectorizedCall innermost = Call;
        foreach (Tensor input in operation.Inputs)
        {
            if (input is MappedTensor { Call: { } call } && call.Depth > innermost.Depth)
                innermost = call;
        }

        return innermost.Execute(operation);
    }
}
