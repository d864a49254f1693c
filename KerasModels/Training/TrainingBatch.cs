using TfLbfgs.Tensors;

namespace TfLbfgs.Keras;

/// <summary>
/// The data of one step: inputs, targets and weights of samples. Its maker owns the tensors; a source of batches hands them over
/// with it. Python: what <c>train_step(data)</c> receives.
/// </summary>
public sealed class TrainingBatch : IDisposable
{
    /// <summary>Creates a batch for a model of one input and one output.</summary>
    /// <param name="x">The inputs, [batch, ...].</param>
    /// <param name="y">The targets, [batch, ...].</param>
    /// <param name="sampleWeight">The weights of the samples, [batch], or in a shape that can be broadcast to the losses; null: 1.</param>
    public TrainingBatch(Tensor x, Tensor y, Tensor? sampleWeight = null) : this([x], [y], sampleWeight is null ? null : [sampleWeight])
    {
    }

    /// <summary>Creates a batch.</summary>
    /// <param name="inputs">The inputs, [batch, ...] each.</param>
    /// <param name="targets">The targets of each output, [batch, ...].</param>
    /// <param name="sampleWeights">The weights of the samples of each output, null where they are 1; null: all 1.</param>
    public TrainingBatch(IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor> targets, IReadOnlyList<Tensor?>? sampleWeights = null)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(targets);
        Inputs = inputs;
        Targets = targets;
        SampleWeights = sampleWeights ?? [];
    }

    /// <summary>The inputs, [batch, ...] each.</summary>
    public IReadOnlyList<Tensor> Inputs { get; }

    /// <summary>The targets of each output, [batch, ...].</summary>
    public IReadOnlyList<Tensor> Targets { get; }

    /// <summary>The weights of the samples of each output, null where they are 1; empty where none are given.</summary>
    public IReadOnlyList<Tensor?> SampleWeights { get; }

    /// <summary>The first input.</summary>
    public Tensor X => Inputs[0];

    /// <summary>The first target.</summary>
    public Tensor Y => Targets[0];

    /// <summary>The weights of the samples of an output; null: 1. One list serves all outputs.</summary>
    /// <param name="output">Which output.</param>
    /// <returns>The weights; borrowed.</returns>
    public Tensor? WeightsOf(int output) => SampleWeights.Count == 1 ? SampleWeights[0] : SampleWeights.ElementAtOrDefault(output);

    /// <summary>Frees the tensors.</summary>
    public void Dispose()
    {
        foreach (Tensor? tensor in Inputs.Concat(Targets).Concat(SampleWeights))
            tensor?.Dispose();
    }
}
