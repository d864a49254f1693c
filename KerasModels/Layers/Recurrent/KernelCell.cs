using TfLbfgs.Keras.Activations;
using TfLbfgs.Keras.Constraints;
using TfLbfgs.Keras.Initializers;
using TfLbfgs.Keras.Regularizers;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// A cell with a kernel for its input and one for its first state, each with as many blocks as the cell has gates; what the blocks
/// compute, products of matrices or convolutions, derived classes state.
/// </summary>
public abstract class KernelCell : RecurrentCell
{
    private readonly WeightOptions _kernelOptions = new(new GlorotUniform());
    private readonly WeightOptions _recurrentOptions = new(new Orthogonal());
    private readonly WeightOptions _biasOptions = new(new Zeros());
    private ActivationFunction _activation = "tanh";
    private bool _useBias = true;
    private double _dropout;
    private double _recurrentDropout;
    private long? _seed;
    private SeedGenerator? _random;

    private protected KernelCell()
    {
    }

    private protected KernelCell(ActivationFunction? activation, bool useBias, double dropout, double recurrentDropout, long? seed,
        string? name, DTypePolicy? dtype)
        : base(name, dtype)
    {
        _activation = activation ?? _activation;
        _useBias = useBias;
        _dropout = dropout;
        _recurrentDropout = recurrentDropout;
        _seed = seed;
    }

    /// <summary>The activation.</summary>
    public ActivationFunction Activation => _activation;

    /// <summary>Whether there is a bias.</summary>
    public bool UseBias => _useBias;

    /// <summary>The part of the inputs that is dropped in training, the same in all steps.</summary>
    public double Dropout => _dropout;

    /// <summary>The part of the first state that is dropped in training, the same in all steps.</summary>
    public double RecurrentDropout => _recurrentDropout;

    /// <summary>Makes the first kernel; default <see cref="GlorotUniform"/>.</summary>
    public Initializer KernelInitializer
    {
        get => _kernelOptions.Initializer;
        init => _kernelOptions.Initializer = value;
    }

    /// <summary>Makes the first recurrent kernel; default <see cref="Orthogonal"/>.</summary>
    public Initializer RecurrentInitializer
    {
        get => _recurrentOptions.Initializer;
        init => _recurrentOptions.Initializer = value;
    }

    /// <summary>Makes the first bias; default <see cref="Zeros"/>.</summary>
    public Initializer BiasInitializer
    {
        get => _biasOptions.Initializer;
        init => _biasOptions.Initializer = value;
    }

    /// <summary>A penalty on the kernel; null: none.</summary>
    public Regularizer? KernelRegularizer
    {
        get => _kernelOptions.Regularizer;
        init => _kernelOptions.Regularizer = value;
    }

    /// <summary>A penalty on the recurrent kernel; null: none.</summary>
    public Regularizer? RecurrentRegularizer
    {
        get => _recurrentOptions.Regularizer;
        init => _recurrentOptions.Regularizer = value;
    }

    /// <summary>A penalty on the bias; null: none.</summary>
    public Regularizer? BiasRegularizer
    {
        get => _biasOptions.Regularizer;
        init => _biasOptions.Regularizer = value;
    }

    /// <summary>A constraint on the kernel; null: none.</summary>
    public Constraint? KernelConstraint
    {
        get => _kernelOptions.Constraint;
        init => _kernelOptions.Constraint = value;
    }

    /// <summary>A constraint on the recurrent kernel; null: none.</summary>
    public Constraint? RecurrentConstraint
    {
        get => _recurrentOptions.Constraint;
        init => _recurrentOptions.Constraint = value;
    }

    /// <summary>A constraint on the bias; null: none.</summary>
    public Constraint? BiasConstraint
    {
        get => _biasOptions.Constraint;
        init => _biasOptions.Constraint = value;
    }

    /// <summary>The kernel; null before the cell is built.</summary>
    public Variable? Kernel { get; private set; }

    /// <summary>The recurrent kernel; null before the cell is built.</summary>
    public Variable? RecurrentKernel { get; private set; }

    /// <summary>The bias; null before the cell is built, and without one.</summary>
    public Variable? Bias { get; private set; }

    /// <inheritdoc/>
    protected internal sealed override bool OutputIsFirstState => true;

    /// <summary>The number of blocks of a kernel.</summary>
    private protected abstract int Gates { get; }

    /// <summary>Makes the first bias.</summary>
    private protected virtual Initializer FirstBias => BiasInitializer;

    /// <summary>Makes kernels and bias.</summary>
    private protected void AddKernels(Shape kernel, Shape recurrent, Shape bias)
    {
        Kernel = AddVariable("kernel", kernel, _kernelOptions);
        RecurrentKernel = AddVariable("recurrent_kernel", recurrent, _recurrentOptions);
        if (_useBias)
            Bias = AddVariable("bias", bias, FirstBias, _biasOptions.Regularizer, _biasOptions.Constraint);
    }

    /// <inheritdoc/>
    protected internal sealed override IReadOnlyList<Tensor> BeginSequence(Tensor inputs, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(context);
        if (!context.Training)
            return [];
        List<Tensor> masks = [];
        if (_dropout > 0)
            masks.Add(DropoutMask(inputs, InputShape!.Skip(1), _dropout, context));
        if (_recurrentDropout > 0)
            masks.Add(DropoutMask(inputs, StateShapes(InputShape!)[0], _recurrentDropout, context));
        return masks;
    }

    /// <summary>The inputs without the part that dropout takes in training, the same in all steps.</summary>
    private protected Tensor DropInputs(Tensor inputs, IReadOnlyList<Tensor> constants) =>
        _dropout == 0 || constants.Count == 0 ? inputs : inputs * constants[0];

    /// <summary>The first state without the part that dropout takes in training.</summary>
    private protected Tensor DropState(Tensor state, IReadOnlyList<Tensor> constants) =>
        _recurrentDropout == 0 || constants.Count == 0 ? state : state * constants[^1];

    /// <inheritdoc/>
    protected internal sealed override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        DescribeCell(fields);
    }

    /// <summary>Declares the fields that the cell has in common with the layer made of it.</summary>
    internal virtual void DescribeCell(ConfigFields fields)
    {
        fields.Component("activation", ref _activation);
        fields.Flag("use_bias", ref _useBias);
        WeightOptions.Describe(fields, ("kernel", _kernelOptions), ("recurrent", _recurrentOptions), ("bias", _biasOptions));
        fields.Number("dropout", ref _dropout, minimum: 0, maximum: 1);
        fields.Number("recurrent_dropout", ref _recurrentDropout, minimum: 0, maximum: 1);
        if (fields.Generation == KerasGeneration.Keras3)
            fields.Seed("seed", ref _seed);
        // Two ways to compute the same, and a kernel of cuDNN.
        fields.Ignore("implementation", "use_cudnn");
    }

    // [batch, sample], scaled so that the mean stays.
    private Tensor DropoutMask(Tensor inputs, IEnumerable<long> sample, double rate, CallContext context)
    {
        _random ??= AddSeedGenerator(_seed);
        Tensor shape = Tf.Concat([RawOps.Shape(inputs, DType.Int64)[..1], Tensor.From<long>([.. sample])], 0);
        return _random.DropoutMask(context, shape, rate, ComputeDType);
    }
}
