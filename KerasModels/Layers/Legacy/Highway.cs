using TfLbfgs.Keras.Activations;
using TfLbfgs.Keras.Initializers;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// A dense layer with a gate that decides how much of the input passes by it: t · activation(x · W + b) + (1 - t) · x, where
/// t = sigmoid(x · W_carry + b_carry). Python: <c>keras.layers.Highway</c> of Keras 1.
/// </summary>
public sealed class Highway : KernelLayer
{
    private ActivationFunction _activation = ActivationFunction.Linear;
    private bool _useBias = true;
    private Variable? _kernel;
    private Variable? _carry;
    private Variable? _bias;
    private Variable? _carryBias;

    /// <summary>Creates a layer.</summary>
    /// <param name="activation">The activation; null: none.</param>
    /// <param name="useBias">Whether there are biases; default true.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    public Highway(ActivationFunction? activation = null, bool useBias = true, string? name = null, DTypePolicy? dtype = null)
        : base(name, dtype)
    {
        _activation = activation ?? ActivationFunction.Linear;
        _useBias = useBias;
        CheckFields();
    }

    internal Highway()
    {
    }

    /// <summary>The activation.</summary>
    public ActivationFunction Activation => _activation;

    /// <summary>The kernel, [features, features]; null before the layer is built.</summary>
    public Variable? Kernel => _kernel;

    /// <summary>The kernel of the gate, [features, features]; null before the layer is built.</summary>
    public Variable? CarryKernel => _carry;

    /// <inheritdoc/>
    protected override Tensor Call(Tensor input, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        Tensor sums = RawOps.MatMul(input, _kernel!.Value), gate = RawOps.MatMul(input, _carry!.Value);
        if (_useBias)
            (sums, gate) = (sums + _bias!.Value, gate + _carryBias!.Value);
        gate = Tf.Sigmoid(gate);
        return (gate * context.Activate(_activation, sums)) + ((1 - gate) * input);
    }

    /// <inheritdoc/>
    protected override void CheckInputShape(Shape inputShape)
    {
        BatchReshape.CheckRank(this, inputShape, 2, 2);
        if (inputShape[1] < 0 || (_kernel is not null && _kernel.Shape[0] != inputShape[1]))
            throw new TfLbfgsException($"{this}: expected an input [batch, features] with "
                + $"{(_kernel is null ? "a known number of" : _kernel.Shape[0])} features, received {inputShape}.");
    }

    /// <inheritdoc/>
    protected override void CreateVariables(Shape inputShape)
    {
        ArgumentNullException.ThrowIfNull(inputShape);
        _kernel = AddVariable("W", [inputShape[1], inputShape[1]], KernelOptions);
        _carry = AddVariable("W_carry", [inputShape[1], inputShape[1]], KernelOptions.Initializer);
        if (!_useBias)
            return;
        _bias = AddVariable("b", [inputShape[1]], BiasOptions);
        _carryBias = AddVariable("b_carry", [inputShape[1]], new Ones());
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.Component("activation", ref _activation);
        fields.Flag("use_bias", ref _useBias);
        DescribeWeights(fields);
    }
}
