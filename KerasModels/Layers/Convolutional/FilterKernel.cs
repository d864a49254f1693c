using TfLbfgs.Keras.Activations;
using TfLbfgs.Keras.Constraints;
using TfLbfgs.Keras.Initializers;
using TfLbfgs.Keras.Regularizers;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Variables;

namespace TfLbfgs.Keras.Layers;

/// <summary>A convolution with one kernel, of which each filter makes one output channel.</summary>
public abstract class FilterKernel : SpatialKernel
{
    private int _filters = 1;
    private Initializer _kernelInitializer = new GlorotUniform();
    private Regularizer? _kernelRegularizer;
    private Constraint? _kernelConstraint;

    private protected FilterKernel(int dimensions) : base(dimensions)
    {
    }

    private protected FilterKernel(int dimensions, int filters, ConvolutionWindow window, ActivationFunction? activation, bool useBias, string? name, DTypePolicy? dtype)
        : base(dimensions, window, activation, useBias, name, dtype) => _filters = filters;

    /// <summary>The number of output channels.</summary>
    public int Filters => _filters;

    /// <summary>Makes the first kernel; default <see cref="GlorotUniform"/>.</summary>
    public Initializer KernelInitializer
    {
        get => _kernelInitializer;
        init => _kernelInitializer = value;
    }

    /// <summary>A penalty on the kernel; null: none.</summary>
    public Regularizer? KernelRegularizer
    {
        get => _kernelRegularizer;
        init => _kernelRegularizer = value;
    }

    /// <summary>A constraint on the kernel; null: none.</summary>
    public Constraint? KernelConstraint
    {
        get => _kernelConstraint;
        init => _kernelConstraint = value;
    }

    /// <summary>The kernel; null before the layer is built.</summary>
    public Variable? Kernel { get; private set; }

    private protected override void DescribeFilters(ConfigFields fields)
    {
        fields.Integer("filters", ref _filters, minimum: 1, required: true);
        fields.Component("kernel_initializer", ref _kernelInitializer);
        fields.OptionalComponent("kernel_regularizer", ref _kernelRegularizer);
        fields.OptionalComponent("kernel_constraint", ref _kernelConstraint);
    }

    /// <summary>Makes kernel and bias.</summary>
    private protected void AddKernel(params long[] channels)
    {
        Kernel = AddVariable("kernel", [.. KernelSize.Select(size => (long)size), .. channels], _kernelInitializer, _kernelRegularizer, _kernelConstraint);
        AddBias(_filters);
    }
}
