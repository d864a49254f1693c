using TfLbfgs.Keras.Activations;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>The transpose of a convolution, which enlarges its input by the strides.</summary>
public abstract class TransposedConvolution : FilterKernel
{
    private int[]? _outputPadding;

    private protected TransposedConvolution(int dimensions) : base(dimensions)
    {
    }

    private protected TransposedConvolution(
        int dimensions, int filters, ConvolutionWindow window, Extents? outputPadding, ActivationFunction? activation, bool useBias,
            string? name, DTypePolicy? dtype)
        : base(dimensions, filters, window, activation, useBias, name, dtype)
    {
        _outputPadding = outputPadding?.For(dimensions, "outputPadding");
        CheckFields();
    }

    /// <summary>
    /// How many elements are added along each dimension of the output; null: as many as give the size that belongs to the padding.
    /// </summary>
    public IReadOnlyList<int>? OutputPadding => _outputPadding;

    /// <inheritdoc/>
    protected override void CreateVariables(Shape inputShape)
    {
        ArgumentNullException.ThrowIfNull(inputShape);
        AddKernel(Filters, ChannelsOf(inputShape));
    }

    private protected override void DescribeFilters(ConfigFields fields)
    {
        base.DescribeFilters(fields);
        fields.OptionalIntegers("output_padding", ref _outputPadding, count: Dimensions, minimum: 0);
        for (int i = 0; i < _outputPadding?.Length; i++)
        {
            if (_outputPadding[i] >= Strides[i] && Strides[i] > 1)
                throw fields.Fail(
                    $"an output padding below the strides [{string.Join(", ", Strides)}], received [{string.Join(", ", _outputPadding)}]");
        }
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<Shape>? DeclareOutputShapes(IReadOnlyList<Shape> inputShapes)
    {
        ArgumentNullException.ThrowIfNull(inputShapes);
        long[] shape = inputShapes[0].ToArray();
        int first = DataFormat == DataFormat.ChannelsLast ? 1 : 2;
        for (int i = 0; i < Dimensions; i++)
            shape[first + i] = shape[first + i] < 0 ? -1 : (shape[first + i] * Strides[i]) + Excess(i);
        shape[DataFormat == DataFormat.ChannelsLast ? ^1 : 1] = Filters;
        return [Shape.Create(shape)];
    }

    private protected sealed override Tensor Convolve(Tensor input)
    {
        // The gradient op of the convolution, which this is, knows no dilations on the CPU.
        Tensor kernel = Window.Dilate(Kernel!.Value);
        Tensor size = OutputSize(input);
        int[] strides = [.. Strides];
        return Dimensions switch
        {
            1 => Tf.NN.Conv1DTranspose(input, kernel, size, strides, OpPadding),
            2 => Tf.NN.Conv2DTranspose(input, kernel, size, strides, OpPadding),
            _ => Tf.NN.Conv3DTranspose(input, kernel, size, strides, OpPadding),
        };
    }

    private Tensor OutputSize(Tensor input)
    {
        Tensor? actual = input.Shape.IsFullyKnown ? null : RawOps.Shape(input, DType.Int32);
        if (actual is null)
        {
            int[] sizes =
            [
                (int)input.Shape[0],
                    .. Enumerable.Range(0, Dimensions).Select(i => checked((int)((input.Shape[i + 1] * Strides[i]) + Excess(i)))), Filters,
            ];
            return Tensor.From(sizes);
        }

        Tensor[] dims =
        [
            actual[0], .. Enumerable.Range(0, Dimensions).Select(i => (actual[i + 1] * Strides[i]) + Excess(i)), Tensor.Scalar(Filters),
        ];
        return Tf.Stack(dims);
    }

    /// <summary>By how much a dimension of the output is longer than the input times the stride.</summary>
    private int Excess(int dimension) => Excess(
        KernelSize[dimension], DilationRate[dimension], Strides[dimension], Padding == "same", _outputPadding?[dimension]);

    /// <summary>By how much a result is longer than its input times the stride.</summary>
    /// <param name="kernelSize">The size of the kernel.</param>
    /// <param name="rate">The distance of its elements.</param>
    /// <param name="stride">The stride.</param>
    /// <param name="isSame">Whether the padding is <c>same</c>.</param>
    /// <param name="outputPadding">What is added to the result; null: as the padding makes it.</param>
    internal static int Excess(int kernelSize, int rate, int stride, bool isSame, int? outputPadding)
    {
        int size = ((kernelSize - 1) * rate) + 1;
        if (outputPadding is { } added)
            return (isSame ? size % 2 : size) - stride + added;
        return isSame ? 0 : Math.Max(size - stride, 0);
    }
}
