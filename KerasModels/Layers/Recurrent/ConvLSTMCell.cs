using TfLbfgs.Keras.Activations;
using TfLbfgs.Keras.Initializers;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// A step of an LSTM whose products are convolutions (Shi et al. 2015): from [batch, ..., channels], with one to three spatial dimensions,
/// to [batch, ..., filters]. Keras files hold it as a part of <see cref="ConvLSTM1D"/>, <see cref="ConvLSTM2D"/> and
/// <see cref="ConvLSTM3D"/> only. Python: <c>keras.src.layers.rnn.conv_lstm.ConvLSTMCell</c>.
/// </summary>
[KerasName("ConvLSTMCell", IsStored = false)]
public sealed class ConvLSTMCell : KernelCell
{
    private readonly SpatialWindow _window;
    private int _filters = 1;
    private ActivationFunction _recurrentActivation = "sigmoid";
    private bool _unitForgetBias = true;

    /// <summary>Creates a cell.</summary>
    /// <param name="dimensions">The number of spatial dimensions, 1 to 3.</param>
    /// <param name="filters">The number of output channels.</param>
    /// <param name="kernelSize">The size of the window: one number, or one for each dimension.</param>
    /// <param name="strides">The steps of the window over the input: one number, or one for each dimension. Default 1.</param>
    /// <param name="padding"><c>valid</c> (default) or <c>same</c>, for the convolution of the input; that of the state is always
    /// <c>same</c>.</param>
    /// <param name="dataFormat">Where the channels stand. Default: last.</param>
    /// <param name="dilationRate">The distance of the window's elements in the input. Default 1: neighbours.</param>
    /// <param name="activation">The activation of candidate and output; null: tanh.</param>
    /// <param name="recurrentActivation">The activation of the gates; null: sigmoid.</param>
    /// <param name="useBias">Whether there is a bias; default true.</param>
    /// <param name="unitForgetBias">Whether the bias of the forget gate starts at 1; default true.</param>
    /// <param name="dropout">The part of the inputs that is dropped in training; default 0.</param>
    /// <param name="recurrentDropout">The part of the state that is dropped in training; default 0.</param>
    /// <param name="seed">The seed of the masks of dropout; null: follows from the cell's name.</param>
    /// <param name="name">The name; null: the layer names it.</param>
    /// <param name="dtype">The dtype; null: that of the layer.</param>
    /// <exception cref="TfLbfgsException">A size is below 1, or a part is not from 0 to 1.</exception>
    public ConvLSTMCell(
        int dimensions, int filters, Extents kernelSize, Extents? strides = null, string padding = "valid",
            DataFormat dataFormat = DataFormat.ChannelsLast,
        Extents? dilationRate = null, ActivationFunction? activation = null, ActivationFunction? recurrentActivation = null,
            bool useBias = true,
        bool unitForgetBias = true, double dropout = 0, double recurrentDropout = 0, long? seed = null, string? name = null,
            DTypePolicy? dtype = null)
        : base(activation, useBias, dropout, recurrentDropout, seed, name, dtype)
    {
        if (dimensions is < 1 or > 3)
            throw new TfLbfgsException($"ConvLSTMCell: expected 1 to 3 spatial dimensions, received {dimensions}.");
        _window = new SpatialWindow(dimensions, new ConvolutionWindow(kernelSize, strides, padding, dataFormat, dilationRate));
        _filters = filters;
        _recurrentActivation = recurrentActivation ?? _recurrentActivation;
        _unitForgetBias = unitForgetBias;
        CheckFields();
    }

    internal ConvLSTMCell(int dimensions) => _window = new SpatialWindow(dimensions);

    /// <summary>The number of output channels.</summary>
    public int Filters => _filters;

    /// <summary>The size of the window along each spatial dimension.</summary>
    public IReadOnlyList<int> KernelSize => _window.KernelSize;

    /// <summary>The steps of the window over the input along each spatial dimension.</summary>
    public IReadOnlyList<int> Strides => _window.Strides;

    /// <summary>The distance of the window's elements in the input along each spatial dimension.</summary>
    public IReadOnlyList<int> DilationRate => _window.DilationRate;

    /// <summary>How borders of the input are treated: <c>valid</c> or <c>same</c>.</summary>
    public string Padding => _window.Padding;

    /// <summary>Where the channels stand.</summary>
    public DataFormat DataFormat => _window.DataFormat;

    /// <summary>The activation of the gates.</summary>
    public ActivationFunction RecurrentActivation => _recurrentActivation;

    /// <summary>Whether the bias of the forget gate starts at 1.</summary>
    public bool UnitForgetBias => _unitForgetBias;

    private protected override int Gates => 4;

    private protected override Initializer FirstBias => _unitForgetBias ? new ForgetBias(BiasInitializer, _filters) : BiasInitializer;

    /// <inheritdoc/>
    protected internal override IReadOnlyList<Shape> StateShapes(Shape inputShape)
    {
        ArgumentNullException.ThrowIfNull(inputShape);
        Shape state = _window.SampleShape([.. _window.SpaceOf(inputShape).Select(_window.OutputSize)], _filters);
        return [state, state];
    }

    /// <inheritdoc/>
    protected internal override Tensor PrepareInputs(Tensor inputs, IReadOnlyList<Tensor> constants, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(constants);
        inputs = DropInputs(inputs, constants);
        bool isStep = inputs.Rank == InputShape!.Rank;
        // All steps are one batch: [steps * batch, ...].
        Tensor x = isStep ? inputs : Tf.Reshape(inputs, Tensor.From<long>([-1, .. inputs.Shape.Skip(2)]));
        Tensor sums = _window.Convolve(_window.ChannelsLast(x), Kernel!.Value);
        if (Bias is not null)
            sums = Tf.NN.BiasAdd(sums, Bias.Value);
        if (isStep)
            return sums;
        long[] sample = [.. sums.Shape.Skip(1)];
        bool isKnown = inputs.Shape[0] >= 0 || inputs.Shape[1] >= 0;
        return Tf.Reshape(sums, isKnown
            ? Tensor.From<long>([inputs.Shape[0], inputs.Shape[1], .. sample])
            : Tf.Concat([RawOps.Shape(inputs, Runtime.DType.Int64)[..2], Tensor.From<long>(sample)], 0));
    }

    /// <inheritdoc/>
    protected internal override (Tensor Output, IReadOnlyList<Tensor> States) Step(
        Tensor input, IReadOnlyList<Tensor> states, IReadOnlyList<Tensor> constants, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(states);
        ArgumentNullException.ThrowIfNull(constants);
        Tensor state = _window.ChannelsLast(DropState(states[0], constants)), memory = _window.ChannelsLast(states[1]);
        Tensor sums = input + _window.ConvolveSame(state, RecurrentKernel!.Value);
        (Tensor output, IReadOnlyList<Tensor> next) = LstmGates.Apply(sums, memory, Activation, _recurrentActivation);
        output = _window.AsGiven(output);
        return (output, [output, _window.AsGiven(next[1])]);
    }

    /// <inheritdoc/>
    protected override void CheckInputShapes(IReadOnlyList<Shape> inputShapes)
    {
        ArgumentNullException.ThrowIfNull(inputShapes);
        if (inputShapes.Count == 0)
            throw new TfLbfgsException($"{this}: expected an input of a step, received none.");
        _window.CheckInput(this, inputShapes[0]);
        if (_window.SpaceOf(inputShapes[0]).Any(size => size < 0))
            throw new TfLbfgsException($"{this}: expected known sizes of the spatial dimensions, which those of the state follow from, "
                + $"received {inputShapes[0]}.");
    }

    /// <inheritdoc/>
    protected override void CreateVariables(Shape inputShape)
    {
        ArgumentNullException.ThrowIfNull(inputShape);
        long[] window = [.. _window.KernelSize.Select(size => (long)size)];
        AddKernels([.. window, _window.ChannelsOf(inputShape), Gates * _filters], [.. window, _filters, Gates * _filters],
            [Gates * _filters]);
    }

    internal override void DescribeCell(ConfigFields fields)
    {
        fields.Integer("filters", ref _filters, minimum: 1, required: true);
        _window.Describe(fields, ["valid", "same"]);
        // What Keras 2 takes where a configuration does not say.
        if (fields is { IsReading: true, Generation: KerasGeneration.Keras2 })
            _recurrentActivation = new HardSigmoidOfKeras2Activation();
        fields.Component("recurrent_activation", ref _recurrentActivation);
        fields.Flag("unit_forget_bias", ref _unitForgetBias);
        base.DescribeCell(fields);
    }
}
