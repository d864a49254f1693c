using TfLbfgs.Tensors;

namespace TfLbfgs.Functions;

/// <summary>The values that a tensor of a loop has in its steps, and where they stand after it.</summary>
/// <param name="Value">The tensor.</param>
/// <param name="List">The list that the loop reads it from; null: it writes it.</param>
internal sealed record StepValues(Tensor Value, Tensor? List);
