using TfLbfgs.Tensors;

namespace TfLbfgs.Functions;

/// <summary>A value that the body of a loop takes from a list, at the index of its step.</summary>
/// <param name="Value">The value by whose identity the ops of the body know it.</param>
/// <param name="Item">The value as it is within the body.</param>
/// <param name="List">The list, from outside the body.</param>
internal sealed record LoopRead(Tensor Value, Tensor Item, Tensor List);
