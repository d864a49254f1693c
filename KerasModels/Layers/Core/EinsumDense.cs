using TfLbfgs.Keras.Activations;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Keras.Layers;

/// <summary>activation(einsum(equation, input, kernel) + bias). Python: <c>tf.keras.layers.EinsumDense</c>.</summary>
public sealed class EinsumDense : KernelLayer
{
    private string _equation = "ab,bc->ac";
    private int?[] _outputShape = [1];
    private ActivationFunction _activation = ActivationFunction.Linear;
    private string? _biasAxes;
    private Variable? _kernel;
    private Variable? _bias;

    /// <summary>Creates a layer.</summary>
    /// <param name="equation">Such as <c>abc,cd->abd</c>: the letters of the input, of the kernel, and of the output. The input and the
    /// output may begin or end with <c>...</c>.</param>
    /// <param name="outputShape">The shape of the output without the batch, and without what <c>...</c> stands for; null where a size is
    /// that of the input.</param>
    /// <param name="activation">The activation; null (default): none.</param>
    /// <param name="biasAxes">The letters of the output along which there is a bias; null (default): no bias.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">The equation is of another form.</exception>
    public EinsumDense(
        string equation, IReadOnlyList<int?> outputShape, ActivationFunction? activation = null, string? biasAxes = null,
            string? name = null, DTypePolicy? dtype = null)
        : base(name, dtype)
    {
        ArgumentNullException.ThrowIfNull(equation);
        ArgumentNullException.ThrowIfNull(outputShape);
        _equation = equation;
        _outputShape = [.. outputShape];
        _activation = activation ?? ActivationFunction.Linear;
        _biasAxes = biasAxes;
        CheckFields();
    }

    internal EinsumDense()
    {
    }

    /// <summary>The equation.</summary>
    public string Equation => _equation;

    /// <summary>The shape of the output without the batch; null where a size is that of the input.</summary>
    public IReadOnlyList<int?> PartialOutputShape => _outputShape;

    /// <summary>The activation.</summary>
    public ActivationFunction Activation => _activation;

    /// <summary>The letters of the output along which there is a bias; null: no bias.</summary>
    public string? BiasAxes => _biasAxes;

    /// <summary>The kernel; null before the layer is built.</summary>
    public Variable? Kernel => _kernel;

    /// <summary>The bias; null before the layer is built, and without one.</summary>
    public Variable? Bias => _bias;

    /// <inheritdoc/>
    protected override Tensor Call(Tensor input, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        Tensor output = Tf.Einsum(_equation, input, _kernel!.Value);
        if (_bias is not null)
            output += _bias.Value;
        return context.Activate(_activation, output);
    }

    /// <inheritdoc/>
    protected override void CheckInputShape(Shape inputShape)
    {
        ArgumentNullException.ThrowIfNull(inputShape);
        EinsumEquation equation = EinsumEquation.Parse(_equation)!;
        BatchReshape.CheckRank(this, inputShape, equation.Input.Length, equation.IsElided ? null : equation.Input.Length);
        long[] kernel = equation.KernelShape(inputShape, _outputShape);
        if (kernel.Contains(-1))
            throw new TfLbfgsException($"{this}: expected known sizes of the dimensions {equation.Kernel} of the kernel by "
                + $"'{_equation}', received an input of {inputShape}.");
        if (_kernel is not null && !_kernel.Shape.ToArray().SequenceEqual(kernel))
            throw new TfLbfgsException(
                $"{this}: expected an input for a kernel of {_kernel.Shape}, for which it was built, received {inputShape}.");
    }

    /// <inheritdoc/>
    protected override void CreateVariables(Shape inputShape)
    {
        ArgumentNullException.ThrowIfNull(inputShape);
        EinsumEquation equation = EinsumEquation.Parse(_equation)!;
        _kernel = AddVariable("kernel", Shape.Create(equation.KernelShape(inputShape, _outputShape)), KernelOptions);
        if (_biasAxes is not null)
            _bias = AddVariable("bias", Shape.Create(equation.BiasShape(inputShape, _outputShape, _biasAxes)), BiasOptions);
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        Shape? outputShape = Shape.Create([.. _outputShape.Select(size => (long)(size ?? -1))]);
        fields.Shape("output_shape", ref outputShape);
        if (fields.IsReading && outputShape is not null)
            _outputShape = [.. outputShape.Select(size => size < 0 ? null : (int?)checked((int)size))];
        fields.Text("equation", ref _equation, required: true);
        fields.Component("activation", ref _activation);
        fields.OptionalText("bias_axes", ref _biasAxes);
        DescribeWeights(fields);
        if (EinsumEquation.Parse(_equation) is not { } equation)
            throw fields.Fail($"an equation of the form 'ab,bc->ac', '...b,bc->...c' or 'ab...,bc->ac...', received '{_equation}'");
        if (_biasAxes is not null
            && (_biasAxes.Length == 0 || _biasAxes.Any(letter => !equation.Output.Contains(letter, StringComparison.Ordinal))))
            throw fields.Fail($"bias axes among the letters '{equation.Output}' of the output, received '{_biasAxes}'");
    }
}
