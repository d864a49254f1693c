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
    private readonly SpatialWindow _window;
    private ActivationFunction _activation = ActivationFunction.Linear;
    private bool _useBias = true;
    private readonly WeightOptions _biasOptions = new(new Zeros());
    private KerasGeneration _origin = KerasGeneration.Keras3;
    private Variable? _bias;

    private protected SpatialKernel(int dimensions) => _window = new SpatialWindow(dimensions);

    private protected SpatialKernel(int dimensions, ConvolutionWindow window, ActivationFunction? activation, bool useBias, string? name,
        DTypePolicy? dtype) : base(name, dtype)
    {
        _window = new SpatialWindow(dimensions, window);
        _activation = activation ?? ActivationFunction.Linear;
        _useBias = useBias;
    }

    /// <summary>The size of the window along each spatial dimension.</summary>
    public IReadOnlyList<int> KernelSize => _window.KernelSize;

    /// <summary>The steps of the window along each spatial dimension.</summary>
    public IReadOnlyList<int> Strides => _window.Strides;

    /// <summary>The distance of the window's elements along each spatial dimension; 1: neighbours.</summary>
    public IReadOnlyList<int> DilationRate => _window.DilationRate;

    /// <summary>How borders are treated: <c>valid</c>, <c>same</c>, or <c>causal</c> where the layer has it.</summary>
    public string Padding => _window.Padding;

    /// <summary>Where the channels stand.</summary>
    public DataFormat DataFormat => _window.DataFormat;

    /// <summary>The activation.</summary>
    public ActivationFunction Activation => _activation;

    /// <summary>Whether there is a bias.</summary>
    public bool UseBias => _useBias;

    /// <summary>Makes the first bias; default <see cref="Zeros"/>.</summary>
    public Initializer BiasInitializer
    {
        get => _biasOptions.Initializer;
        init => _biasOptions.Initializer = value;
    }

    /// <summary>A penalty on the bias; null: none.</summary>
    public Regularizer? BiasRegularizer
    {
        get => _biasOptions.Regularizer;
        init => _biasOptions.Regularizer = value;
    }

    /// <summary>A constraint on the bias; null: none.</summary>
    public Constraint? BiasConstraint
    {
        get => _biasOptions.Constraint;
        init => _biasOptions.Constraint = value;
    }

    /// <summary>The bias, [outputs]; null before the layer is built, and without one.</summary>
    public Variable? Bias => _bias;

    /// <summary>The window.</summary>
    private protected SpatialWindow Window => _window;

    /// <summary>The number of spatial dimensions.</summary>
    private protected int Dimensions => _window.Dimensions;

    /// <summary>The generation of Keras whose names of variables hold.</summary>
    private protected KerasGeneration Origin => _origin;

    /// <summary>The paddings that the layer has.</summary>
    private protected virtual IReadOnlyList<string> Paddings => ["valid", "same"];

    /// <summary>The padding as TensorFlow's ops name it.</summary>
    private protected string OpPadding => _window.OpPadding;

    /// <summary>Computes without bias and activation.</summary>
    /// <param name="input">The input, channels last; already padded where the padding is causal.</param>
    /// <returns>The output, channels last.</returns>
    private protected abstract Tensor Convolve(Tensor input);

    /// <inheritdoc/>
    protected sealed override Tensor Call(Tensor input, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(context);
        Tensor x = _window.ChannelsLast(input);
        if (_window.Padding == "causal")
            x = Tf.Pad(x, new int[,] { { 0, 0 }, { (KernelSize[0] - 1) * DilationRate[0], 0 }, { 0, 0 } });
        Tensor output = Convolve(x);
        if (_bias is not null)
            output = Tf.NN.BiasAdd(output, _bias.Value);
        output = _window.AsGiven(output);
        return context.Activate(_activation, output);
    }

    /// <inheritdoc/>
    protected override void CheckInputShape(Shape inputShape)
    {
        ArgumentNullException.ThrowIfNull(inputShape);
        _window.CheckInput(this, inputShape);
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.Origin(ref _origin);
        DescribeFilters(fields);
        _window.Describe(fields, Paddings);
        fields.Component("activation", ref _activation);
        fields.Flag("use_bias", ref _useBias);
        WeightOptions.Describe(fields, ("bias", _biasOptions));
    }

    /// <summary>Declares the fields that say what is computed in a window.</summary>
    private protected abstract void DescribeFilters(ConfigFields fields);

    /// <summary>The number of channels of an input.</summary>
    private protected long ChannelsOf(Shape inputShape) => _window.ChannelsOf(inputShape);

    /// <summary>Makes the bias.</summary>
    private protected void AddBias(long outputs)
    {
        if (_useBias)
            _bias = AddVariable("bias", [outputs], _biasOptions);
    }
}
