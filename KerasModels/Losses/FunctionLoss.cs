using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Losses;

/// <summary>A loss that is C# code.</summary>
[KerasName("function", IsStored = false)]
internal sealed class FunctionLoss(Func<Tensor, Tensor, Tensor> function) : Loss
{
    private readonly Func<Tensor, Tensor, Tensor> _function = function ?? throw new ArgumentNullException(nameof(function));

    protected internal override Tensor PerSample(Tensor yTrue, Tensor yPred) =>
        _function(yTrue, yPred) ?? throw new TfLbfgsException("Loss: expected a tensor from the function, received null.");
}
