using TfLbfgs.Keras.Activations;
using TfLbfgs.Keras.Constraints;
using TfLbfgs.Keras.Initializers;
using TfLbfgs.Keras.Regularizers;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Keras.Layers;

/// <summary>A cell with one kernel for its input and one for its first state, each with as many blocks as it has gates.</summary>
public abstract class DenseCell : RecurrentCell
{
    private int _units = 1;
    private ActivationFunction _activation = "tanh";
    private bool _useBias = true;
    private Initializer _kernelInitializer = new GlorotUniform();
    private Initializer _recurrentInitializer = new Orthogonal();
    private Initializer _biasInitializer = new Zeros();
    private Regularizer? _kernelRegularizer;
    private Regularizer? _recurrentRegularizer;
    private Regularizer? _biasRegularizer;
    private Constraint? _kernelConstraint;
    private Constraint? _recurrentConstraint;
    private Constraint? _biasConstraint;
    private double _dropout;
    private double _recurrentDropout;
    private long? _seed;
    private SeedGenerator? _random;

    private protected DenseCell()
    {
    }

    private protected DenseCell(int units, ActivationFunction? activation, bool useBias, double dropout, double recurrentDropout, long? seed, string? name, DTypePolicy? dtype)
        : base(name, dtype)
    {
        _units = units;
        _activation = activation ?? _activation;
        _useBias = useBias;
        _dropout = dropout;
        _recurrentDropout = recurrentDropout;
        _seed = seed;
    }

    /// <summary>The size of the output and of each state.</summary>
    public int Units => _units;

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
        get => _kernelInitializer;
        init => _kernelInitializer = value;
    }

    /// <summary>Makes the first recurrent kernel; default <see cref="Orthogonal"/>.</summary>
    public Initializer RecurrentInitializer
    {
        get => _recurrentInitializer;
        init => _recurrentInitializer = value;
    }

    /// <summary>Makes the first bias; default <see cref="Zeros"/>.</summary>
    public Initializer BiasInitializer
    {
        get => _biasInitializer;
        init => _biasInitializer = value;
    }

    /// <summary>A penalty on the kernel; null: none.</summary>
    public Regularizer? KernelRegularizer
    {
        get => _kernelRegularizer;
        init => _kernelRegularizer = value;
    }

    /// <summary>A penalty on the recurrent kernel; null: none.</summary>
    public Regularizer? RecurrentRegularizer
    {
        get => _recurrentRegularizer;
        init => _recurrentRegularizer = value;
    }

    /// <summary>A penalty on the bias; null: none.</summary>
    public Regularizer? BiasRegularizer
    {
        get => _biasRegularizer;
        init => _biasRegularizer = value;
    }

    /// <summary>A constraint on the kernel; null: none.</summary>
    public Constraint? KernelConstraint
    {
        get => _kernelConstraint;
        init => _kernelConstraint = value;
    }

    /// <summary>A constraint on the recurrent kernel; null: none.</summary>
    public Constraint? RecurrentConstraint
    {
        get => _recurrentConstraint;
        init => _recurrentConstraint = value;
    }

    /// <summary>A constraint on the bias; null: none.</summary>
    public Constraint? BiasConstraint
    {
        get => _biasConstraint;
        init => _biasConstraint = value;
    }

    /// <summary>The kernel, [features, gates · units]; null before the cell is built.</summary>
    public Variable? Kernel { get; private set; }

    /// <summary>The recurrent kernel, [units, gates · units]; null before the cell is built.</summary>
    public Variable? RecurrentKernel { get; private set; }

    /// <summary>The bias; null before the cell is built, and without one.</summary>
    public Variable? Bias { get; private set; }

    /// <inheritdoc/>
    protected internal sealed override bool OutputIsFirstState => true;

    /// <summary>The number of blocks of a kernel.</summary>
    private protected abstract int Gates { get; }

    /// <summary>The number of states.</summary>
    private protected virtual int StateCount => 1;

    /// <summary>The shape of the bias.</summary>
    private protected virtual Shape BiasShape => [Gates * _units];

    /// <summary>Makes the first bias.</summary>
    private protected virtual Initializer FirstBias => _biasInitializer;

    /// <summary>The bias of the input, one for each column of its kernel; null: none.</summary>
    private protected virtual Tensor? InputBias => Bias?.Value;

    /// <inheritdoc/>
    protected internal sealed override IReadOnlyList<Shape> StateShapes(Shape inputShape) => [.. Enumerable.Repeat(Shape.Create([_units]), StateCount)];

    /// <inheritdoc/>
    protected internal sealed override Tensor PrepareInputs(Tensor inputs, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(context);
        if (context.Training && _dropout > 0)
            inputs *= Mask(inputs, inputs.Rank - 2, inputs.Shape[-1], _dropout, context);
        Tensor kernel = Kernel!.Value;
        Tensor rows = inputs.Rank == 2 ? inputs : Tf.Reshape(inputs, Tensor.From<long>([-1, kernel.Shape[0]]));
        Tensor product = Tf.MatMul(rows, kernel);
        if (InputBias is { } bias)
            product = Tf.NN.BiasAdd(product, bias);
        if (inputs.Rank == 2)
            return product;
        Tensor dims = Tf.Concat([RawOps.Shape(inputs, DType.Int64)[..^1], Tensor.From<long>([kernel.Shape[1]])], 0);
        return Tf.Reshape(product, inputs.Shape.IsFullyKnown ? Tensor.From<long>([.. inputs.Shape.ToArray()[..^1], kernel.Shape[1]]) : dims);
    }

    /// <inheritdoc/>
    protected internal sealed override IReadOnlyList<Tensor> BeginSequence(Tensor inputs, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(context);
        return context.Training && _recurrentDropout > 0 ? [Mask(inputs, 0, _units, _recurrentDropout, context)] : [];
    }

    /// <summary>The first state as it enters the recurrent kernel.</summary>
    private protected static Tensor Recurrent(Tensor state, IReadOnlyList<Tensor> constants) => constants.Count > 0 ? state * constants[0] : state;

    /// <inheritdoc/>
    protected override void CheckInputShapes(IReadOnlyList<Shape> inputShapes)
    {
        ArgumentNullException.ThrowIfNull(inputShapes);
        if (inputShapes.Count == 0 || !inputShapes[0].HasRank || inputShapes[0].Rank != 2 || inputShapes[0][-1] < 0)
            throw new TfLbfgsException($"{this}: expected an input of a step, [batch, features], with a known number of features, received {string.Join(" and ", inputShapes)}.");
        if (Kernel is not null && Kernel.Shape[0] != inputShapes[0][-1])
            throw new TfLbfgsException($"{this}: expected {Kernel.Shape[0]} features, for which it was built, received {inputShapes[0]}.");
    }

    /// <inheritdoc/>
    protected override void CreateVariables(Shape inputShape)
    {
        ArgumentNullException.ThrowIfNull(inputShape);
        Kernel = AddVariable("kernel", [inputShape[-1], Gates * _units], _kernelInitializer, _kernelRegularizer, _kernelConstraint);
        RecurrentKernel = AddVariable("recurrent_kernel", [_units, Gates * _units], _recurrentInitializer, _recurrentRegularizer, _recurrentConstraint);
        if (_useBias)
            Bias = AddVariable("bias", BiasShape, FirstBias, _biasRegularizer, _biasConstraint);
    }

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
        fields.Integer("units", ref _units, minimum: 1, required: true);
        fields.Component("activation", ref _activation);
        fields.Flag("use_bias", ref _useBias);
        fields.Component("kernel_initializer", ref _kernelInitializer);
        fields.Component("recurrent_initializer", ref _recurrentInitializer);
        fields.Component("bias_initializer", ref _biasInitializer);
        fields.OptionalComponent("kernel_regularizer", ref _kernelRegularizer);
        fields.OptionalComponent("recurrent_regularizer", ref _recurrentRegularizer);
        fields.OptionalComponent("bias_regularizer", ref _biasRegularizer);
        fields.OptionalComponent("kernel_constraint", ref _kernelConstraint);
        fields.OptionalComponent("recurrent_constraint", ref _recurrentConstraint);
        fields.OptionalComponent("bias_constraint", ref _biasConstraint);
        fields.Number("dropout", ref _dropout, minimum: 0, maximum: 1);
        fields.Number("recurrent_dropout", ref _recurrentDropout, minimum: 0, maximum: 1);
        if (fields.Generation == KerasGeneration.Keras3)
            fields.Seed("seed", ref _seed);
        // Two ways to compute the same, and a kernel of cuDNN.
        fields.Ignore("implementation", "use_cudnn");
    }

    // [batch, size]: the same for all steps, scaled so that the mean stays.
    private Tensor Mask(Tensor inputs, int batchAxis, long size, double rate, CallContext context)
    {
        _random ??= AddSeedGenerator(_seed);
        return _random.DropoutMask(context, Tf.Stack([RawOps.Shape(inputs, DType.Int64)[batchAxis], Tensor.Scalar(size)]), rate, ComputeDType);
    }
}
