using TfLbfgs.Keras.Activations;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>What an LSTM makes of the sums of its gates, whether these are matrix products or convolutions.</summary>
internal static class LstmGates
{
    /// <summary>Computes output and memory.</summary>
    /// <param name="sums">The sums of the gates for input, forgetting, candidate and output, in the last dimension.</param>
    /// <param name="memory">The memory before the step.</param>
    /// <param name="activation">The activation of candidate and output.</param>
    /// <param name="recurrentActivation">The activation of the gates.</param>
    /// <returns>The output, and the states after: the output and the memory.</returns>
    public static (Tensor Output, IReadOnlyList<Tensor> States) Apply(Tensor sums, Tensor memory, ActivationFunction activation,
        ActivationFunction recurrentActivation)
    {
        Tensor[] gates = RawOps.Split(Tensor.Scalar(sums.Rank - 1), sums, 4);
        Tensor kept = recurrentActivation.Compute(gates[1]) * memory;
        Tensor next = kept + (recurrentActivation.Compute(gates[0]) * activation.Compute(gates[2]));
        Tensor output = recurrentActivation.Compute(gates[3]) * activation.Compute(next);
        return (output, [output, next]);
    }
}
