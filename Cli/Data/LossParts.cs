using TfLbfgs.Keras;
using TfLbfgs.Tensors;

namespace TfLbfgs.Cli.Data;

/// <summary>A loss, and what it is made of.</summary>
/// <param name="Data">How far predictions are from targets.</param>
/// <param name="Regularization">The penalties on the weights; 0 without any.</param>
internal readonly record struct LossParts(double Data, double Regularization)
{
    /// <summary>What is minimized.</summary>
    public double Total => Data + Regularization;

    /// <summary>Computes the loss of a model as it is now.</summary>
    public static LossParts Of(Model model, Loss loss, Tensor x, Tensor y)
    {
        using TensorScope scope = new();
        using ModelOutput output = model.Forward(x);
        return new LossParts(loss.Call(y, output).ToDouble(), output.RegularizationLoss?.ToDouble() ?? 0);
    }
}
