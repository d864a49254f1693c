using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Activations;

/// <summary>
/// What went into the activation that made probabilities. Losses are more exact on it, and Keras computes them from it too.
/// </summary>
/// <param name="Value">The activation's input.</param>
/// <param name="Activation">Its name: <c>softmax</c> or <c>sigmoid</c>.</param>
public sealed record Logits(Tensor Value, string Activation);
