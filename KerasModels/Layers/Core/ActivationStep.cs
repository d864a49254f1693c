using TfLbfgs.Keras.Activations;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>The activation at the end of a layer.</summary>
internal static class ActivationStep
{
    /// <summary>Applies it, and notes the logits behind probabilities.</summary>
    public static Tensor Apply(ActivationFunction activation, Tensor input, CallContext context)
    {
        Tensor output = activation.Compute(input);
        if (activation.Name is "softmax" or "sigmoid")
            context.NoteLogits(output, new Logits(input, activation.Name));
        return output;
    }
}
