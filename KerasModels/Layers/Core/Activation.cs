using TfLbfgs.Keras.Activations;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>An activation as a layer. Python: <c>tf.keras.layers.Activation</c>.</summary>
public sealed class Activation : Layer
{
    private ActivationFunction _function = ActivationFunction.Linear;

    /// <summary>Creates a layer.</summary>
    /// <param name="function">The activation.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    public Activation(ActivationFunction function, string? name = null, DTypePolicy? dtype = null) : base(name, dtype)
    {
        ArgumentNullException.ThrowIfNull(function);
        _function = function;
    }

    /// <summary>Creates a layer of a C# function.</summary>
    /// <param name="function">From the input to a tensor of its shape, written with tensor operations.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    public Activation(Func<Tensor, Tensor> function, string? name = null, DTypePolicy? dtype = null)
        : this(ActivationFunction.FromFunction(function), name, dtype)
    {
    }

    internal Activation()
    {
    }

    /// <summary>The activation.</summary>
    public ActivationFunction Function => _function;

    /// <inheritdoc/>
    public override bool SupportsMasking => true;

    /// <inheritdoc/>
    protected override Tensor Call(Tensor input, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.Activate(_function, input);
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        base.Describe(fields);
        fields.Component("activation", ref _function, required: true);
    }
}
