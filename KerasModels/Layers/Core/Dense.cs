using TfLbfgs.Keras.Activations;
using TfLbfgs.Keras.Initializers;
using TfLbfgs.Keras.Regularizers;
using TfLbfgs.Keras.Saving.Config;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Keras.Layers;

/// <summary>activation(input · kernel + bias), over the last dimension. Python: <c>tf.keras.layers.Dense</c>.</summary>
/// <param name="units">The number of outputs; positive.</param>
/// <param name="activation">The activation; null: none.</param>
/// <param name="useBias">Whether there is a bias.</param>
/// <param name="name">The name; null: the model names it.</param>
/// <param name="dtype">The dtype; null: that of the model.</param>
public sealed class Dense(long units, ActivationFunction? activation = null, bool useBias = true, string? name = null, DType? dtype = null) : Layer(name, dtype)
{
    private Variable? _kernel;
    private Variable? _bias;

    /// <summary>The number of outputs.</summary>
    public long Units { get; } = units > 0 ? units : throw new TfLbfgsException($"Dense: expected a positive number of units, received {units}.");

    /// <summary>The activation.</summary>
    public ActivationFunction Activation { get; } = activation ?? ActivationFunction.Linear;

    /// <summary>Whether there is a bias.</summary>
    public bool UseBias { get; } = useBias;

    /// <summary>Makes the first kernel; default <see cref="GlorotUniform"/>.</summary>
    public Initializer KernelInitializer { get; init; } = new GlorotUniform();

    /// <summary>Makes the first bias; default <see cref="Zeros"/>.</summary>
    public Initializer BiasInitializer { get; init; } = new Zeros();

    /// <summary>A penalty on the kernel.</summary>
    public Regularizer? KernelRegularizer { get; init; }

    /// <summary>A penalty on the bias.</summary>
    public Regularizer? BiasRegularizer { get; init; }

    /// <summary>The kernel, [inputs, units]; null before the layer is built.</summary>
    public Variable? Kernel => _kernel;

    /// <summary>The bias, [units]; null before the layer is built, and without one.</summary>
    public Variable? Bias => _bias;

    /// <summary>Constraints as they stand in the file: kept, not applied.</summary>
    internal KeptConstraints Constraints { get; init; } = KeptConstraints.None;

    /// <inheritdoc/>
    protected internal override Tensor Compute(Tensor input, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(context);
        Tensor kernel = _kernel!.Value;
        Tensor result = input.Rank == 2 ? RawOps.MatMul(input, kernel) : OverLastDimension(input, kernel);
        if (_bias is not null)
            result = RawOps.BiasAdd(result, _bias.Value);
        return ActivationStep.Apply(Activation, result, context);
    }

    /// <inheritdoc/>
    protected internal override Shape ComputeOutputShape(Shape inputShape)
    {
        ArgumentNullException.ThrowIfNull(inputShape);
        return Activation.OutputShape(Shape.Create([.. inputShape.ToArray().AsSpan()[..^1], Units]));
    }

    /// <inheritdoc/>
    protected override void CheckInputShape(Shape inputShape)
    {
        ArgumentNullException.ThrowIfNull(inputShape);
        if (!inputShape.HasRank || inputShape.Rank < 2 || inputShape[-1] < 0)
            throw new TfLbfgsException($"{this}: expected an input of at least 2 dimensions, [batch, ..., features], with a known number of features, received {inputShape}.");
        if (_kernel is not null && _kernel.Shape[0] != inputShape[-1])
            throw new TfLbfgsException($"{this}: expected {_kernel.Shape[0]} features in the last dimension, for which it was built, received {inputShape}.");
    }

    /// <inheritdoc/>
    protected override void CreateVariables(Shape inputShape)
    {
        ArgumentNullException.ThrowIfNull(inputShape);
        _kernel = AddVariable("kernel", [inputShape[-1], Units], KernelInitializer, KernelRegularizer);
        if (UseBias)
            _bias = AddVariable("bias", [Units], BiasInitializer, BiasRegularizer);
    }

    internal override void WriteConfig(LayerConfigWriter config)
    {
        config.Integer("units", Units);
        config.Activation("activation", Activation);
        config.Flag("use_bias", UseBias);
        config.Initializer("kernel_initializer", KernelInitializer);
        config.Initializer("bias_initializer", BiasInitializer);
        config.Regularizer("kernel_regularizer", KernelRegularizer);
        config.Regularizer("bias_regularizer", BiasRegularizer);
        config.Regularizer("activity_regularizer", ActivityRegularizer);
        config.Constraints(Constraints, "kernel_constraint", "bias_constraint");
    }

    // One matrix product over all leading dimensions together.
    private Tensor OverLastDimension(Tensor input, Tensor kernel)
    {
        Tensor rows = RawOps.Reshape(input, Tensor.From<long>([-1, kernel.Shape[0]]));
        Shape output = Shape.Create([.. input.Shape.ToArray().AsSpan()[..^1], Units]);
        Tensor dims = output.Count(d => d < 0) <= 1
            ? Tensor.From<long>(output.ToArray())
            : RawOps.ConcatV2([RawOps.Shape(input, DType.Int64)[..^1], Tensor.From<long>([Units])], Tensor.Scalar(0));
        return RawOps.Reshape(RawOps.MatMul(rows, kernel), dims);
    }
}
