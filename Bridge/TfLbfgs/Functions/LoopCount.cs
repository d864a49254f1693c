using TfLbfgs.Tensors;

namespace TfLbfgs.Functions;

/// <summary>How often a loop runs, as far as that is known while it is traced.</summary>
/// <param name="Exact">The number of its steps; null: not known now.</param>
/// <param name="Maximum">The number of steps after which it ends in any case; null: none.</param>
/// <param name="Limit">Where the steps are counted in the graph, their number as int32, shape []; null: a condition ends the loop.</param>
/// <param name="IsMeasured">Whether the limit is the counter of another loop, which XLA does not know when it compiles.</param>
internal sealed record LoopCount(long? Exact = null, long? Maximum = null, Tensor? Limit = null, bool IsMeasured = false)
{
    /// <summary>Whether the condition is that of the counter alone.</summary>
    public bool IsCounted => Exact is not null || Limit is not null;

    /// <summary>The number of steps as a tensor of the current trace.</summary>
    public Tensor Total => Exact is { } exact ? Tensor.Scalar(checked((int)exact)) : Limit!;

    /// <summary>Whether the loop goes on after a number of steps; null where steps do not matter.</summary>
    public Tensor? GoesOn(Tensor counter)
    {
        if (IsCounted)
            return RawOps.Less(counter, Total);
        return Maximum is { } maximum ? RawOps.Less(counter, Tensor.Scalar(checked((int)Math.Min(maximum, int.MaxValue)))) : null;
    }

    /// <summary>That of the loop which goes back through the steps of this one.</summary>
    /// <param name="counted">Stands for the number of steps that this one made.</param>
    public LoopCount Backward(Tensor counted) => Exact is not null ? this : new LoopCount(null, Maximum, counted, IsMeasured: true);
}
