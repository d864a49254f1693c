using TfLbfgs.Keras.Activations;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Keras.Layers;

/// <summary>activation(input · kernel + bias), over the last dimension. Python: <c>tf.keras.layers.Dense</c>.</summary>
public sealed class Dense : KernelLayer
{
    private long _units;
    private ActivationFunction _activation = ActivationFunction.Linear;
    private bool _useBias = true;
    private Variable? _kernel;
    private Variable? _bias;

    /// <summary>Creates a layer.</summary>
    /// <param name="units">The number of outputs, at least 1.</param>
    /// <param name="activation">The activation; null: none.</param>
    /// <param name="useBias">Whether there is a bias; default true.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">The number of units is below 1.</exception>
    public Dense(long units, ActivationFunction? activation = null, bool useBias = true, string? name = null, DTypePolicy? dtype = null)
        : base(name, dtype)
    {
        _units = units;
        _activation = activation ?? ActivationFunction.Linear;
        _useBias = useBias;
        CheckFields();
    }

    /// <summary>Creates a layer with a C# function as its activation.</summary>
    /// <param name="units">The number of outputs, at least 1.</param>
    /// <param name="activation">From the layer's sums to a tensor of their shape, written with tensor operations.</param>
    /// <param name="useBias">Whether there is a bias; default true.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">The number of units is below 1.</exception>
    public Dense(long units, Func<Tensor, Tensor> activation, bool useBias = true, string? name = null, DTypePolicy? dtype = null)
        : this(units, ActivationFunction.FromFunction(activation), useBias, name, dtype)
    {
    }

    internal Dense()
    {
    }

    /// <summary>The number of outputs.</summary>
    public long Units => _units;

    /// <summary>The activation.</summary>
    public ActivationFunction Activation => _activation;

    /// <summary>Whether there is a bias.</summary>
    public bool UseBias => _useBias;

    /// <summary>The kernel, [inputs, units]; null before the layer is built.</summary>
    public Variable? Kernel => _kernel;

    /// <summary>The bias, [units]; null before the layer is built, and without one.</summary>
    public Variable? Bias => _bias;

    /// <inheritdoc/>
    protected override Tensor Call(Tensor input, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(context);
        Tensor kernel = _kernel!.Value;
        Tensor result = input.Rank == 2 ? RawOps.MatMul(input, kernel) : OverLastDimension(input, kernel);
        if (_bias is not null)
            result = RawOps.BiasAdd(result, _bias.Value);
        return context.Activate(_activation, result);
    }

    /// <inheritdoc/>
    protected override void CheckInputShape(Shape inputShape)
    {
        ArgumentNullException.ThrowIfNull(inputShape);
        if (!inputShape.HasRank || inputShape.Rank < 2 || inputShape[-1] < 0)
            throw new TfLbfgsException($"{this}: expected an input of at least 2 dimensions, [batch, ..., features], with a known number "
                + $"of features, received {inputShape}.");
        if (_kernel is not null && _kernel.Shape[0] != inputShape[-1])
            throw new TfLbfgsException(
                $"{this}: expected {_kernel.Shape[0]} features in the last dimension, for which it was built, received {inputShape}.");
    }

    /// <inheritdoc/>
    protected override void CreateVariables(Shape inputShape)
    {
        ArgumentNullException.ThrowIfNull(inputShape);
        _kernel = AddVariable("kernel", [inputShape[-1], _units], KernelOptions);
        if (_useBias)
            _bias = AddVariable("bias", [_units], BiasOptions);
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        base.Describe(fields);
        fields.Integer("units", ref _units, minimum: 1, required: true);
        fields.Component("activation", ref _activation);
        fields.Flag("use_bias", ref _useBias);
        DescribeWeights(fields);
    }

    // One matrix product over all leading dimensions together.
    private Tensor OverLastDimension(Tensor input, Tensor kernel)
    {
        Tensor rows = RawOps.Reshape(input, Tensor.From<long>([-1, kernel.Shape[0]]));
        Shape output = Shape.Create([.. input.Shape.ToArray().AsSpan()[..^1], _units]);
        Tensor dims = output.Count(d => d < 0) <= 1
            ? Tensor.From<long>(output.ToArray())
            : RawOps.ConcatV2([RawOps.Shape(input, Runtime.DType.Int64)[..^1], Tensor.From<long>([_units])], Tensor.Scalar(0));
        return RawOps.Reshape(RawOps.MatMul(rows, kernel), dims);
    }
}
