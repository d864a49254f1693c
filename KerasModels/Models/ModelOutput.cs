using TfLbfgs.Tensors;

namespace TfLbfgs.Keras;

/// <summary>What one pass through a model gave: its outputs and its penalties. Whoever holds it disposes it. A <see cref="Loss"/> takes it in place of the predictions.</summary>
public sealed class ModelOutput : IDisposable
{
    private readonly IReadOnlyList<Logits?> _logits;

    internal ModelOutput(IReadOnlyList<Tensor> values, IReadOnlyList<Logits?> logits, Tensor? regularizationLoss)
    {
        Values = values;
        _logits = logits;
        RegularizationLoss = regularizationLoss;
    }

    /// <summary>The outputs of the model; borrowed from this object.</summary>
    public IReadOnlyList<Tensor> Values { get; }

    /// <summary>The output of a model with one.</summary>
    /// <exception cref="TfLbfgsException">The model has several outputs.</exception>
    public Tensor Value => Values.Count == 1 ? Values[0] : throw new TfLbfgsException($"Expected a model with one output, received one with {Values.Count}. Use Values.");

    /// <summary>The penalties on variables and on the outputs of layers together, a scalar; null when there are none. Borrowed. Python: <c>sum(model.losses)</c>.</summary>
    public Tensor? RegularizationLoss { get; }

    /// <summary>Frees the outputs.</summary>
    public void Dispose()
    {
        foreach (Tensor value in Values)
            value.Dispose();
        foreach (Logits? logits in _logits)
            logits?.Value.Dispose();
        RegularizationLoss?.Dispose();
    }

    internal Logits? LogitsOf(int index) => _logits[index];
}
