using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>One pass through a model: what the layers are told, and what they tell beside their outputs.</summary>
public sealed class CallContext
{
    private readonly Dictionary<Tensor, Logits> _logits;
    private readonly List<Tensor> _losses;

    internal CallContext(bool training) : this(training, new Dictionary<Tensor, Logits>(ReferenceEqualityComparer.Instance), [])
    {
    }

    private CallContext(bool training, Dictionary<Tensor, Logits> logits, List<Tensor> losses)
    {
        Training = training;
        _logits = logits;
        _losses = losses;
    }

    /// <summary>Whether layers behave as in training: Dropout drops. Python: the argument <c>training</c>.</summary>
    public bool Training { get; }

    /// <summary>The penalties of this pass.</summary>
    internal IReadOnlyList<Tensor> Losses => _losses;

    /// <summary>Adds a penalty that depends on this pass, such as one on a layer's output. Python: <c>layer.add_loss</c>.</summary>
    /// <param name="loss">A scalar; lives as long as the pass.</param>
    public void AddLoss(Tensor loss)
    {
        ArgumentNullException.ThrowIfNull(loss);
        _losses.Add(loss);
    }

    /// <summary>The same pass for a layer that is told otherwise.</summary>
    internal CallContext With(bool training) => new(training, _logits, _losses);

    /// <summary>Notes what went into a softmax or sigmoid, for losses that are more exact on that.</summary>
    internal void NoteLogits(Tensor output, Logits logits) => _logits[output] = logits;

    internal Logits? LogitsOf(Tensor output) => _logits.GetValueOrDefault(output);
}
