using TfLbfgs.Keras.Activations;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// A convolution whose window has other weights at each position. A layer of Keras 2, whose three implementations differ in the form of
/// their kernel: 1, one matrix for each position, [positions, window · channels, filters]; 2, a matrix between all inputs and outputs, of
/// which the part inside windows counts; 3, a vector of that part.
/// </summary>
public abstract class LocallyConnected : KernelLayer
{
    private readonly SpatialWindow _window;
    private int _filters = 1;
    private ActivationFunction _activation = ActivationFunction.Linear;
    private bool _useBias = true;
    private int _implementation = 1;
    private LocalConnections? _connections;
    private int _windowLength;
    private long[] _indices = [];
    private double[] _mask = [];

    private protected LocallyConnected(int dimensions) => _window = new SpatialWindow(dimensions);

    private protected LocallyConnected(
        int dimensions, int filters, ConvolutionWindow window, int implementation, ActivationFunction? activation, bool useBias,
            string? name, DTypePolicy? dtype) : base(name, dtype)
    {
        _window = new SpatialWindow(dimensions, window);
        _filters = filters;
        _implementation = implementation;
        _activation = activation ?? _activation;
        _useBias = useBias;
        CheckFields();
    }

    /// <summary>The number of output channels.</summary>
    public int Filters => _filters;

    /// <summary>The size of the window along each spatial dimension.</summary>
    public IReadOnlyList<int> KernelSize => _window.KernelSize;

    /// <summary>The steps of the window along each spatial dimension.</summary>
    public IReadOnlyList<int> Strides => _window.Strides;

    /// <summary>How borders are treated: <c>valid</c> or, except for implementation 1, <c>same</c>.</summary>
    public string Padding => _window.Padding;

    /// <summary>Where the channels stand.</summary>
    public DataFormat DataFormat => _window.DataFormat;

    /// <summary>The form of the kernel, 1 to 3.</summary>
    public int Implementation => _implementation;

    /// <summary>The activation.</summary>
    public ActivationFunction Activation => _activation;

    /// <summary>Whether there is a bias.</summary>
    public bool UseBias => _useBias;

    /// <summary>The kernel; null before the layer is built.</summary>
    public Variable? Kernel { get; private set; }

    /// <summary>The bias, one for each output; null before the layer is built, and without one.</summary>
    public Variable? Bias { get; private set; }

    /// <inheritdoc/>
    protected override Tensor Call(Tensor input, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(context);
        Tensor samples = Tf.Reshape(input, Tensor.From<long>([-1, _connections!.InputSize]));
        Tensor flat = _implementation switch
        {
            1 => ByPosition(samples),
            2 => Tf.MatMul(samples,
                Tf.Reshape(Kernel!.Value * Tf.Cast(Tensor.From<double>(_mask, Kernel.Shape), ComputeDType),
                Tensor.From<long>([_connections.InputSize, -1]))),
            _ => Tf.Transpose(
                RawOps.SparseTensorDenseMatMul(
                    Tensor.From<long>(_indices, [Kernel!.Shape[0], 2]), Kernel.Value,
                    Tensor.From<long>([_connections.Positions * _filters, _connections.InputSize]), samples, adjointB: true), [1, 0]),
        };
        Shape sample = _window.SampleShape(_connections.OutputSpace, _filters);
        Tensor output = Tf.Reshape(flat, Tensor.From<long>([-1, .. sample]));
        // Where the channels come first, Keras reads the bias, which is stored with the filters last, as if they came first, too.
        if (Bias is not null)
            output += Tf.Reshape(Bias.Value, Tensor.From<long>([1, .. sample]));
        return context.Activate(_activation, output);
    }

    /// <inheritdoc/>
    protected override void CheckInputShape(Shape inputShape)
    {
        ArgumentNullException.ThrowIfNull(inputShape);
        _window.CheckInput(this, inputShape);
        long[] space = _window.SpaceOf(inputShape);
        if (space.Select(_window.OutputSize).Any(size => size <= 0))
            throw new TfLbfgsException($"{this}: expected known spatial sizes that the window [{string.Join(", ", KernelSize)}] fits "
                + $"into, received {inputShape}.");
        if (InputShape is { } built && !space.SequenceEqual(_window.SpaceOf(built)))
            throw new TfLbfgsException($"{this}: expected an input like {built}, for which it was built, received {inputShape}.");
    }

    /// <inheritdoc/>
    protected override void CreateVariables(Shape inputShape)
    {
        ArgumentNullException.ThrowIfNull(inputShape);
        _connections = new LocalConnections(_window, inputShape);
        Kernel = AddVariable("kernel", PrepareKernel(inputShape, [.. _connections.Covered()]), KernelOptions);
        if (_useBias)
            Bias = AddVariable("bias", Shape.Create([.. _connections.OutputSpace, _filters]), BiasOptions);
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.Integer("filters", ref _filters, minimum: 1, required: true);
        _window.Describe(fields, ["valid", "same"], dilates: false);
        fields.Component("activation", ref _activation);
        fields.Flag("use_bias", ref _useBias);
        DescribeWeights(fields);
        fields.Integer("implementation", ref _implementation, minimum: 1);
        if (_implementation > 3)
            throw fields.Fail($"an implementation from 1 to 3, received {_implementation}");
        if (_implementation == 1 && Padding == "same")
            throw fields.Fail("padding 'valid' with implementation 1, received 'same', which implementations 2 and 3 have");
    }

    private Tensor ByPosition(Tensor samples)
    {
        Tensor windows = Tf.Gather(samples, Tensor.From<long>(_indices, [_connections!.Positions, _windowLength]), 1);
        return Tf.Einsum(DataFormat == DataFormat.ChannelsLast ? "bpw,pwf->bpf" : "bpw,pwf->bfp", windows, Kernel!.Value);
    }

    /// <summary>Gives the shape of the kernel, and keeps which of its elements connect what.</summary>
    private Shape PrepareKernel(Shape inputShape, long[][] covered)
    {
        if (_implementation == 1)
        {
            _indices = [.. covered.SelectMany(elements => elements)];
            _windowLength = covered[0].Length;
            return [covered.Length, _windowLength, _filters];
        }

        // Keras sorts the weights of implementation 3 by output, then by input.
        (long Output, long Input)[] pairs =
        [
            .. from position in Enumerable.Range(0, covered.Length)
               from filter in Enumerable.Range(0, _filters)
               let output = _connections!.OutputIndex(position, filter, _filters)
               orderby output
               from input in covered[position]
               select (output, input),
        ];
        if (_implementation == 3)
        {
            _indices = [.. pairs.SelectMany(pair => new[] { pair.Output, pair.Input })];
            return [pairs.Length];
        }

        long outputs = _connections!.Positions * _filters;
        _mask = new double[_connections.InputSize * outputs];
        foreach ((long output, long input) in pairs)
            _mask[(input * outputs) + output] = 1;
        return Shape.Create([.. inputShape.Skip(1), .. _window.SampleShape(_connections.OutputSpace, _filters)]);
    }
}
