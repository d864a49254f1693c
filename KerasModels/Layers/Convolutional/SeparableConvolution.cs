using TfLbfgs.Keras.Activations;
using TfLbfgs.Keras.Constraints;
using TfLbfgs.Keras.Initializers;
using TfLbfgs.Keras.Regularizers;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Keras.Layers;

/// <summary>A convolution of each channel on its own, then one of size 1 that mixes the channels.</summary>
public abstract class SeparableConvolution : DepthwiseConvolution
{
    private int _filters = 1;
    private readonly WeightOptions _pointwiseOptions = new(new GlorotUniform());

    private protected SeparableConvolution(int dimensions) : base(dimensions)
    {
    }

    private protected SeparableConvolution(
        int dimensions, int filters, ConvolutionWindow window, int depthMultiplier, ActivationFunction? activation, bool useBias,
            string? name, DTypePolicy? dtype)
        : base(dimensions, window, depthMultiplier, activation, useBias, name, dtype)
    {
        _filters = filters;
        CheckFields();
    }

    /// <summary>The number of output channels.</summary>
    public int Filters => _filters;

    /// <summary>Makes the first kernel that mixes the channels; default <see cref="GlorotUniform"/>.</summary>
    public Initializer PointwiseInitializer
    {
        get => _pointwiseOptions.Initializer;
        init => _pointwiseOptions.Initializer = value;
    }

    /// <summary>A penalty on the kernel that mixes the channels; null: none.</summary>
    public Regularizer? PointwiseRegularizer
    {
        get => _pointwiseOptions.Regularizer;
        init => _pointwiseOptions.Regularizer = value;
    }

    /// <summary>A constraint on the kernel that mixes the channels; null: none.</summary>
    public Constraint? PointwiseConstraint
    {
        get => _pointwiseOptions.Constraint;
        init => _pointwiseOptions.Constraint = value;
    }

    /// <summary>The kernel that mixes the channels, [1, ..., channels · multiplier, filters]; null before the layer is built.</summary>
    public Variable? PointwiseKernel { get; private set; }

    private protected override string KernelName => "depthwise_kernel";

    /// <inheritdoc/>
    protected override void CreateVariables(Shape inputShape)
    {
        ArgumentNullException.ThrowIfNull(inputShape);
        AddDepthwiseKernel(inputShape);
        long[] shape = [.. Enumerable.Repeat(1L, Dimensions), ChannelsOf(inputShape) * DepthMultiplier, _filters];
        PointwiseKernel = AddVariable("pointwise_kernel", Shape.Create(shape), _pointwiseOptions);
        AddBias(_filters);
    }

    private protected override void DescribeFilters(ConfigFields fields)
    {
        // First, since the base class names it among the fields without meaning.
        fields.Integer("filters", ref _filters, minimum: 1, required: true);
        base.DescribeFilters(fields);
        WeightOptions.Describe(fields, ("pointwise", _pointwiseOptions));
    }

    private protected sealed override Tensor Convolve(Tensor input)
    {
        Tensor channels = base.Convolve(input), kernel = PointwiseKernel!.Value;
        return Dimensions == 1 ? Tf.NN.Conv1D(channels, kernel, [1], "VALID") : Tf.NN.Conv2D(channels, kernel, [1, 1], "VALID");
    }
}
