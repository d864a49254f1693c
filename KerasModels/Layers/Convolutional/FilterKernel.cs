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
    private readonly WeightOptions _kernelOptions = new(new GlorotUniform());

    private protected FilterKernel(int dimensions) : base(dimensions)
    {
    }

    private protected FilterKernel(int dimensions, int filters, ConvolutionWindow window, ActivationFunction? activation, bool useBias,
        string? name, DTypePolicy? dtype)
        : base(dimensions, window, activation, useBias, name, dtype) => _filters = filters;

    /// <summary>The number of output channels.</summary>
    public int Filters => _filters;

    /// <summary>Makes the first kernel; default <see cref="GlorotUniform"/>.</summary>
    public Initializer KernelInitializer
    {
        get => _kernelOptions.Initializer;
        init => _kernelOptions.Initializer = value;
    }

    /// <summary>A penalty on the kernel; null: none.</summary>
    public Regularizer? KernelRegularizer
    {
        get => _kernelOptions.Regularizer;
        init => _kernelOptions.Regularizer = value;
    }

    /// <summary>A constraint on the kernel; null: none.</summary>
    public Constraint? KernelConstraint
    {
        get => _kernelOptions.Constraint;
        init => _kernelOptions.Constraint = value;
    }

    /// <summary>The kernel; null before the layer is built.</summary>
    public Variable? Kernel { get; private set; }

    private protected override void DescribeFilters(ConfigFields fields)
    {
        fields.Integer("filters", ref _filters, minimum: 1, required: true);
        WeightOptions.Describe(fields, ("kernel", _kernelOptions));
    }

    /// <summary>Makes kernel and bias.</summary>
    private protected void AddKernel(params long[] channels)
    {
        Kernel = AddVariable("kernel", [.. KernelSize.Select(size => (long)size), .. channels], _kernelOptions);
        AddBias(_filters);
    }
}
