using TfLbfgs.Keras.Activations;
using TfLbfgs.Keras.Losses;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras;

/// <summary>
/// What one pass through a model gave: its outputs and its penalties. Its holder disposes it. A <see cref="Loss"/> takes it in place of the
/// predictions.
/// </summary>
public sealed class ModelOutput : IDisposable
{
    internal ModelOutput(IReadOnlyList<Tensor> values, IReadOnlyList<Logits?> logits, IReadOnlyList<Tensor?> masks,
        Tensor? regularizationLoss)
    {
        Values = values;
        Predictions = [.. values.Select((value, i) => new Prediction(value, logits[i], masks[i]))];
        RegularizationLoss = regularizationLoss;
    }

    /// <summary>The outputs of the model; borrowed from this object.</summary>
    public IReadOnlyList<Tensor> Values { get; }

    /// <summary>The outputs with their logits and masks, for losses; borrowed from this object.</summary>
    public IReadOnlyList<Prediction> Predictions { get; }

    /// <summary>The output of a model with one.</summary>
    /// <exception cref="TfLbfgsException">The model has several outputs.</exception>
    public Tensor Value => ToPrediction().Value;

    /// <summary>
    /// The penalties on variables and on the outputs of layers together, a scalar; null when there are none. Borrowed. Python:
    /// <c>sum(model.losses)</c>.
    /// </summary>
    public Tensor? RegularizationLoss { get; }

    /// <summary>The output of a model with one, as a loss takes it.</summary>
    /// <param name="output">The output.</param>
    public static implicit operator Prediction(ModelOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        return output.ToPrediction();
    }

    /// <inheritdoc cref="op_Implicit(ModelOutput)"/>
    /// <returns>The output.</returns>
    /// <exception cref="TfLbfgsException">The model has several outputs.</exception>
    public Prediction ToPrediction() =>
        Predictions.Count == 1
            ? Predictions[0]
            : throw new TfLbfgsException(
            $"Expected a model with one output, received one with {Predictions.Count}. Use Values or Predictions.");

    /// <summary>Frees the outputs.</summary>
    public void Dispose()
    {
        foreach (Prediction prediction in Predictions)
        {
            prediction.Value.Dispose();
            prediction.Logits?.Value.Dispose();
            prediction.Mask?.Dispose();
        }

        RegularizationLoss?.Dispose();
    }
}
