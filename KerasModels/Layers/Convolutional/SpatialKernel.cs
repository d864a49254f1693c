using TfLbfgs.Keras.Activations;
using TfLbfgs.Keras.Constraints;
using TfLbfgs.Keras.Initializers;
using TfLbfgs.Keras.Regularizers;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// What all convolutions have in common: a window that moves over one to three spatial dimensions, a bias, and an activation. Derived
/// classes compute with the channels last, whichever way the data stand.
/// </summary>
public abstract class SpatialKernel : Layer
{
    private int[] _kernelSize;
    private int[] _strides;
    private int[] _dilationRate;
    private string _padding = "valid";
    private DataFormat _dataFormat;
    private ActivationFunction _activation = ActivationFunction.Linear;
    private bool _useBias = true;
    private Initializer _biasInitializer = new Zeros();
    private Regularizer? _biasRegularizer;
    private Constraint? _biasConstraint;
    private KerasGeneration _origin = KerasGeneration.Keras3;
    private Variable? _bias;

    private protected SpatialKernel(int dimensions)
    {
        _kernelSize = [.. Enumerable.Repeat(1, dimensions)];
        _strides = [.. Enumerable.Repeat(1, dimensions)];
        _dilationRate = [.. Enumerable.Repeat(1, dimensions)];
    }

    private protected SpatialKernel(int dimensions, ConvolutionWindow window, ActivationFunction? activation, bool useBias, string? name, DTypePolicy? dtype) : base(name, dtype)
    {
        _kernelSize = window.KernelSize.For(dimensions, "kernelSize");
        _strides = (window.Strides ?? 1).For(dimensions, "strides");
        _dilationRate = (window.DilationRate ?? 1).For(dimensions, "dilationRate");
        _padding = window.Padding;
        _dataFormat = window.DataFormat;
        _activation = activation ?? ActivationFunction.Linear;
        _useBias = useBias;
    }

    /// <summary>The size of the window along each spatial dimension.</summary>
    public IReadOnlyList<int> KernelSize => _kernelSize;

    /// <summary>The steps of the window along each spatial dimension.</summary>
    public IReadOnlyList<int> Strides => _strides;

    /// <summary>The distance of the window's elements along each spatial dimension; 1: neighbours.</summary>
    public IReadOnlyList<int> DilationRate => _dilationRate;

    /// <summary>How borders are treated: <c>valid</c>, <c>same</c>, or <c>causal</c> where the layer has it.</summary>
    public string Padding => _padding;

    /// <summary>Where the channels stand.</summary>
    public DataFormat DataFormat => _dataFormat;

    /// <summary>The activation.</summary>
    public ActivationFunction Activation => _activation;

    /// <summary>Whether there is a bias.</summary>
    public bool UseBias => _useBias;

    /// <summary>Makes the first bias; default <see cref="Zeros"/>.</summary>
    public Initializer BiasInitializer
    {
        get => _biasInitializer;
        init => _biasInitializer = value;
    }

    /// <summary>A penalty on the bias; null: none.</summary>
    public Regularizer? BiasRegularizer
    {
        get => _biasRegularizer;
        init => _biasRegularizer = value;
    }

    /// <summary>A constraint on the bias; null: none.</summary>
    public Constraint? BiasConstraint
    {
        get => _biasConstraint;
        init => _biasConstraint = value;
    }

    /// <summary>The bias, [outputs]; null before the layer is built, and without one.</summary>
    public Variable? Bias => _bias;

    /// <summary>The number of spatial dimensions.</summary>
    private protected int Dimensions => _kernelSize.Length;

    /// <summary>The generation of Keras whose names of variables hold.</summary>
    private protected KerasGeneration Origin => _origin;

    /// <summary>The paddings that the layer has.</summary>
    private protected virtual IReadOnlyList<string> Paddings => ["valid", "same"];

    /// <summary>The padding as TensorFlow's ops name it.</summary>
    private protected string OpPadding => _padding == "same" ? "SAME" : "VALID";

    /// <summary>Computes without bias and activation.</summary>
    /// <param name="input">The input, channels last; already padded where the padding is causal.</param>
    /// <returns>The output, channels last.</returns>
    private protected abstract Tensor Convolve(Tensor input);

    /// <inheritdoc/>
    protected sealed override Tensor Call(Tensor input, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(context);
        bool isFirst = _dataFormat == DataFormat.ChannelsFirst;
        Tensor x = isFirst ? Tf.Transpose(input, [0, .. Enumerable.Range(2, Dimensions), 1]) : input;
        if (_padding == "causal")
            x = Tf.Pad(x, new int[,] { { 0, 0 }, { (_kernelSize[0] - 1) * _dilationRate[0], 0 }, { 0, 0 } });
        Tensor output = Convolve(x);
        if (_bias is not null)
            output = Tf.Add(output, _bias.Value);
        if (isFirst)
            output = Tf.Transpose(output, [0, Dimensions + 1, .. Enumerable.Range(1, Dimensions)]);
        return context.Activate(_activation, output);
    }

    /// <inheritdoc/>
    protected override void CheckInputShape(Shape inputShape)
    {
        BatchReshape.CheckRank(this, inputShape, Dimensions + 2, Dimensions + 2);
        long channels = ChannelsOf(inputShape);
        if (channels <= 0)
            throw new TfLbfgsException($"{this}: expected an input with a known number of channels, received {inputShape}.");
        if (InputShape is not null && ChannelsOf(InputShape) != channels)
            throw new TfLbfgsException($"{this}: expected {ChannelsOf(InputShape)} channels, for which it was built, received {inputShape}.");
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.Origin(ref _origin);
        DescribeFilters(fields);
        fields.Integers("kernel_size", ref _kernelSize, count: Dimensions, minimum: 1, required: true);
        fields.Integers("strides", ref _strides, count: Dimensions, minimum: 1);
        fields.Choice("padding", ref _padding, Paddings);
        fields.DataFormat(ref _dataFormat);
        fields.Integers("dilation_rate", ref _dilationRate, count: Dimensions, minimum: 1);
        fields.Component("activation", ref _activation);
        fields.Flag("use_bias", ref _useBias);
        fields.Component("bias_initializer", ref _biasInitializer);
        fields.OptionalComponent("bias_regularizer", ref _biasRegularizer);
        fields.OptionalComponent("bias_constraint", ref _biasConstraint);
        if (_strides.Any(step => step > 1) && _dilationRate.Any(rate => rate > 1))
            throw fields.Fail($"strides or a dilation rate above 1, received both: [{string.Join(", ", _strides)}] and [{string.Join(", ", _dilationRate)}]");
        if (_padding == "causal" && _dataFormat == DataFormat.ChannelsFirst)
            throw fields.Fail("channels last with causal padding, received channels first");
    }

    /// <summary>Declares the fields that say what is computed in a window.</summary>
    private protected abstract void DescribeFilters(ConfigFields fields);

    /// <summary>The number of channels of an input.</summary>
    private protected long ChannelsOf(Shape inputShape) => inputShape[_dataFormat == DataFormat.ChannelsLast ? -1 : 1];

    /// <summary>Makes the bias.</summary>
    private protected void AddBias(long outputs)
    {
        if (_useBias)
            _bias = AddVariable("bias", [outputs], _biasInitializer, _biasRegularizer, _biasConstraint);
    }

    /// <summary>Moves the elements of a kernel apart by zeros, which has the effect of a dilation where the op has none.</summary>
    private protected Tensor Dilate(Tensor kernel)
    {
        for (int i = 0; i < Dimensions; i++)
        {
            int rate = _dilationRate[i];
            if (rate == 1)
                continue;
            // [..., k, ...] -> [..., k, 1, ...] -> [..., k, rate, ...] -> [..., k * rate, ...] without the last zeros.
            int[,] paddings = new int[kernel.Rank + 1, 2];
            paddings[i + 1, 1] = rate - 1;
            long[] shape = kernel.Shape.ToArray();
            shape[i] *= rate;
            Tensor spread = Tf.Reshape(Tf.Pad(Tf.ExpandDims(kernel, i + 1), paddings), Tensor.From<long>(shape));
            TensorIndex[] index = [.. Enumerable.Repeat<TensorIndex>(.., kernel.Rank)];
            index[i] = ..(int)(shape[i] - (rate - 1));
            kernel = spread[index];
        }

        return kernel;
    }
}
