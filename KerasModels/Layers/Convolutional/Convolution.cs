using TfLbfgs.Keras.Activations;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>A convolution over one to three spatial dimensions, its channels in one group or in several.</summary>
public abstract class Convolution : FilterKernel
{
    private int _groups = 1;

    private protected Convolution(int dimensions) : base(dimensions)
    {
    }

    private protected Convolution(
        int dimensions, int filters, ConvolutionWindow window, int groups, ActivationFunction? activation, bool useBias, string? name,
            DTypePolicy? dtype)
        : base(dimensions, filters, window, activation, useBias, name, dtype)
    {
        _groups = groups;
        CheckFields();
    }

    /// <summary>The number of groups into which the channels are divided, each with filters of its own.</summary>
    public int Groups => _groups;

    /// <inheritdoc/>
    protected override void CheckInputShape(Shape inputShape)
    {
        base.CheckInputShape(inputShape);
        if (ChannelsOf(inputShape) % _groups != 0)
            throw new TfLbfgsException($"{this}: expected channels that {_groups} groups divide, received {inputShape}.");
    }

    /// <inheritdoc/>
    protected override void CreateVariables(Shape inputShape)
    {
        ArgumentNullException.ThrowIfNull(inputShape);
        AddKernel(ChannelsOf(inputShape) / _groups, Filters);
    }

    private protected override void DescribeFilters(ConfigFields fields)
    {
        base.DescribeFilters(fields);
        fields.Integer("groups", ref _groups, minimum: 1);
        if (Filters % _groups != 0)
            throw fields.Fail($"filters that {_groups} groups divide, received {Filters}");
    }

    private protected sealed override Tensor Convolve(Tensor input)
    {
        Tensor kernel = Kernel!.Value;
        if (_groups == 1)
            return Window.Convolve(input, kernel);
        // The gradient ops of the CPU know no groups.
        Tensor[] inputs = RawOps.Split(Tensor.Scalar(-1), input, _groups), kernels = RawOps.Split(Tensor.Scalar(-1), kernel, _groups);
        return Tf.Concat([.. inputs.Zip(kernels, Window.Convolve)], -1);
    }
}
