using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.SavedModels;

/// <summary>What is known of a function before it runs.</summary>
/// <param name="Inputs">The inputs.</param>
/// <param name="Outputs">The outputs.</param>
/// <param name="Variables">The variables that it uses.</param>
internal sealed record FunctionForm(IReadOnlyList<TensorSpec> Inputs, IReadOnlyList<TensorSpec> Outputs, IReadOnlyList<Variable> Variables)
{
    /// <summary>Values of inputs that may be left out.</summary>
    public IReadOnlyDictionary<string, Func<Tensor>> Defaults { get; init; } = new Dictionary<string, Func<Tensor>>();
}
