using TfLbfgs.Keras.Activations;
using TfLbfgs.Keras.Constraints;
using TfLbfgs.Keras.Initializers;
using TfLbfgs.Keras.Regularizers;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Keras.Layers;

/// <summary>A convolution of each channel on its own.</summary>
public abstract class DepthwiseConvolution : SpatialKernel
{
    private int _depthMultiplier = 1;
    private readonly WeightOptions _depthwiseOptions = new(new GlorotUniform());

    private protected DepthwiseConvolution(int dimensions) : base(dimensions)
    {
    }

    private protected DepthwiseConvolution(
        int dimensions, ConvolutionWindow window, int depthMultiplier, ActivationFunction? activation, bool useBias, string? name,
            DTypePolicy? dtype)
        : base(dimensions, window, activation, useBias, name, dtype) => _depthMultiplier = depthMultiplier;

    /// <summary>How many outputs each input channel has.</summary>
    public int DepthMultiplier => _depthMultiplier;

    /// <summary>Makes the first kernel; default <see cref="GlorotUniform"/>.</summary>
    public Initializer DepthwiseInitializer
    {
        get => _depthwiseOptions.Initializer;
        init => _depthwiseOptions.Initializer = value;
    }

    /// <summary>A penalty on the kernel; null: none.</summary>
    public Regularizer? DepthwiseRegularizer
    {
        get => _depthwiseOptions.Regularizer;
        init => _depthwiseOptions.Regularizer = value;
    }

    /// <summary>A constraint on the kernel; null: none.</summary>
    public Constraint? DepthwiseConstraint
    {
        get => _depthwiseOptions.Constraint;
        init => _depthwiseOptions.Constraint = value;
    }

    /// <summary>The kernel of the channels, [window, channels, multiplier]; null before the layer is built.</summary>
    public Variable? DepthwiseKernel { get; private set; }

    /// <summary>The name of the kernel, which Keras 3 changed for the layers that have no other.</summary>
    private protected virtual string KernelName => Origin == KerasGeneration.Keras2 ? "depthwise_kernel" : "kernel";

    /// <inheritdoc/>
    protected override void CreateVariables(Shape inputShape)
    {
        ArgumentNullException.ThrowIfNull(inputShape);
        AddDepthwiseKernel(inputShape);
        AddBias(ChannelsOf(inputShape) * _depthMultiplier);
    }

    private protected void AddDepthwiseKernel(Shape inputShape) => DepthwiseKernel = AddVariable(
        KernelName, [.. KernelSize.Select(size => (long)size), ChannelsOf(inputShape), _depthMultiplier], _depthwiseOptions);

    private protected override void DescribeFilters(ConfigFields fields)
    {
        fields.Integer("depth_multiplier", ref _depthMultiplier, minimum: 1);
        WeightOptions.Describe(fields, ("depthwise", _depthwiseOptions));
        // Keras 2 writes the fields of the common base class, too, which have no meaning here.
        fields.Ignore("groups", "kernel_initializer", "kernel_regularizer", "kernel_constraint", "filters");
    }

    private protected override Tensor Convolve(Tensor input)
    {
        Tensor kernel = DepthwiseKernel!.Value;
        if (Dimensions == 2)
            return Tf.NN.DepthwiseConv2D(input, kernel, [.. Strides], OpPadding, dilations: [.. DilationRate]);
        // Two-dimensional, with a height of 1; the op wants equal strides.
        Tensor output =
            Tf.NN.DepthwiseConv2D(Tf.ExpandDims(input, 1), Tf.ExpandDims(kernel, 0), [Strides[0], Strides[0]], OpPadding,
            dilations: [1, DilationRate[0]]);
        return Tf.Squeeze(output, 1);
    }
}
