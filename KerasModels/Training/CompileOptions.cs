using TfLbfgs.Keras.Losses;
using TfLbfgs.Variables;

namespace TfLbfgs.Keras;

/// <summary>
/// What a model is trained for, beyond its optimizer. Every value has a default. Python: the arguments of <c>compile</c>.
/// </summary>
public sealed record CompileOptions
{
    /// <summary>
    /// The loss of each output, by position or name; an output may have none. Null (default): none, as for a step of your own.
    /// </summary>
    public PerOutput<Loss?>? Losses { get; init; }

    /// <summary>The weight of the loss of each output, by position or name; null (default): 1.</summary>
    public PerOutput<double>? LossWeights { get; init; }

    /// <summary>The metrics of each output, by position or name, without weights of samples; null (default): none.</summary>
    public PerOutput<IReadOnlyList<MetricSpec>?>? Metrics { get; init; }

    /// <summary>The metrics of each output that take the weights of samples; null (default): none.</summary>
    public PerOutput<IReadOnlyList<MetricSpec>?>? WeightedMetrics { get; init; }

    /// <summary>Whether XLA compiles the steps; default false. Python: <c>jit_compile</c>.</summary>
    public bool Compile { get; init; }

    /// <summary>Whether steps run op by op instead of as one traced function, to look into them; default false.</summary>
    public bool RunEagerly { get; init; }

    /// <summary>Variables that are trained with the model, such as coefficients that a loss reads; default none. Borrowed.</summary>
    public IReadOnlyList<Variable> ExtraVariables { get; init; } = [];
}
