using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Activations;

/// <summary>An activation that is C# code.</summary>
[KerasName("function", IsStored = false)]
internal sealed class FunctionActivation(Func<Tensor, Tensor> function) : ActivationFunction
{
    private readonly Func<Tensor, Tensor> _function = function ?? throw new ArgumentNullException(nameof(function));

    public override string Name => "a C# function";

    protected internal override Tensor Compute(Tensor input) =>
        _function(input) ?? throw new TfLbfgsException("Activation: expected a tensor from the function, received null.");
}
