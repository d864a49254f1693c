using TfLbfgs.Keras.Activations;
using TfLbfgs.Keras.Saving.Config;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>An activation as a layer. Python: <c>tf.keras.layers.Activation</c>.</summary>
/// <param name="function">The activation.</param>
/// <param name="name">The name; null: the model names it.</param>
/// <param name="dtype">The dtype; null: that of the model.</param>
public sealed class Activation(ActivationFunction function, string? name = null, DType? dtype = null) : Layer(name, dtype)
{
    /// <summary>The activation.</summary>
    public ActivationFunction Function { get; } = function ?? throw new ArgumentNullException(nameof(function));

    /// <inheritdoc/>
    protected internal override Tensor Compute(Tensor input, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return ActivationStep.Apply(Function, input, context);
    }

    /// <inheritdoc/>
    protected internal override Shape ComputeOutputShape(Shape inputShape)
    {
        ArgumentNullException.ThrowIfNull(inputShape);
        return Function.OutputShape(inputShape);
    }

    internal override void WriteConfig(LayerConfigWriter config)
    {
        config.Activation("activation", Function);
        if (ActivityRegularizer is not null)
            config.Regularizer("activity_regularizer", ActivityRegularizer);
    }
}
