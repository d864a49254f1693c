using TfLbfgs.Functions;

namespace TfLbfgs.SavedModels;

/// <summary>A signature or function to be written.</summary>
/// <param name="Function">Its trace, owned by the writer.</param>
/// <param name="Inputs">The inputs in the order of its arguments; for a signature that of their names.</param>
/// <param name="Outputs">The outputs in the order of its results.</param>
/// <param name="Captures">For each tensor that it captured the place of the variable; -1 for a constant.</param>
internal sealed record SavedSignature(
    ConcreteFunction Function, IReadOnlyList<TensorSpec> Inputs, IReadOnlyList<TensorSpec> Outputs, IReadOnlyList<int> Captures);
