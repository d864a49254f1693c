using TfLbfgs.Tensors;

namespace TfLbfgs.Keras;

/// <summary>What went into the activation that made an output.</summary>
/// <param name="Value">The activation's input.</param>
/// <param name="Activation">Its name: <c>softmax</c> or <c>sigmoid</c>.</param>
internal sealed record Logits(Tensor Value, string Activation);
