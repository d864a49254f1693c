using TfLbfgs.Keras.Activations;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// What one pass through a model collects: penalties, masks, logits and new values of state. It holds the tensors until it is disposed.
/// </summary>
internal sealed class CallPass : IDisposable
{
    private readonly Dictionary<Tensor, Tensor?> _masks = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Tensor, Logits> _logits = new(ReferenceEqualityComparer.Instance);
    private readonly List<Tensor> _losses = [];
    private readonly Dictionary<Variable, Tensor> _updates = [];
    private readonly List<Tensor> _held = [];

    /// <summary>Whether layers that draw random numbers do so in training. Default true.</summary>
    public bool DrawsRandom { get; init; } = true;

    /// <summary>
    /// Whether other layers behave as in training when it is one: normalizations use the statistics of the batch. Default true.
    /// </summary>
    public bool UsesStatistics { get; init; } = true;

    /// <summary>Whether new values are applied when the pass ends; false in the objective of a minimizer. Default true.</summary>
    public bool AppliesUpdates { get; set; } = true;

    public IReadOnlyList<Tensor> Losses => _losses;

    public void AddLoss(Tensor loss) => _losses.Add(Hold(loss));

    public Tensor? MaskOf(Tensor tensor) => _masks.GetValueOrDefault(tensor);

    public bool HasMaskEntry(Tensor tensor) => _masks.ContainsKey(tensor);

    public void SetMask(Tensor tensor, Tensor? mask) => _masks[tensor] = mask is null ? null : Hold(mask);

    public Logits? LogitsOf(Tensor output) => _logits.GetValueOrDefault(output);

    public void SetLogits(Tensor output, Logits logits) => _logits[output] = logits with { Value = Hold(logits.Value) };

    public void Update(Variable variable, Tensor value) => _updates[variable] = Hold(value);

    public Tensor? UpdateOf(Variable variable) => _updates.GetValueOrDefault(variable);

    /// <summary>Lets a copy of a tensor have its mask and logits.</summary>
    public void Alias(Tensor tensor, Tensor copy)
    {
        if (_masks.TryGetValue(tensor, out Tensor? mask))
            _masks[copy] = mask;
        if (_logits.TryGetValue(tensor, out Logits? logits))
            _logits[copy] = logits;
    }

    /// <summary>Gives state its new values.</summary>
    public void ApplyUpdates()
    {
        foreach ((Variable variable, Tensor value) in _updates)
            variable.Assign(value);
    }

    public void Dispose()
    {
        foreach (Tensor tensor in _held)
            tensor.Dispose();
    }

    // The scope of the layer that made it ends before the pass.
    private Tensor Hold(Tensor tensor)
    {
        Tensor held = tensor.Alias();
        _held.Add(held);
        return held;
    }
}
