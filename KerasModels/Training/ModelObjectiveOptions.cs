using TfLbfgs.Optimization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras;

/// <summary>
/// What a <see cref="ModelObjective"/> minimizes, beyond <see cref="ObjectiveOptions"/>. Immutable; every value has a default.
/// </summary>
public sealed record ModelObjectiveOptions : ObjectiveOptions
{
    /// <summary>
    /// The weight of each loss in the sum that is minimized, one for each output; null (default): 1. Python: <c>loss_weights</c> of
    /// <c>compile</c>.
    /// </summary>
    public IReadOnlyList<double>? LossWeights { get; init; }

    /// <summary>
    /// The weights of the samples, one tensor for each output, [rows] or in a shape that can be broadcast to the losses; null (default),
    /// also for one of them: 1. Borrowed. Python: <c>sample_weight</c>.
    /// </summary>
    public IReadOnlyList<Tensor?>? SampleWeights { get; init; }

    /// <summary>
    /// Whether normalizations use the statistics of the data instead of their moving ones, as in training; these are not changed. Default
    /// false: frozen.
    /// </summary>
    public bool BatchStatistics { get; init; }

    /// <summary>
    /// Whether layers that draw random numbers do so, as in training: all evaluations of a run have one mask, so that the loss stays a
    /// function. Default false: Dropout is off.
    /// </summary>
    public bool Dropout { get; init; }
}
