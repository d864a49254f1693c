using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// The window of a convolution over one to three spatial dimensions: its size, how it moves, and where the channels stand. It declares its
/// fields, and convolves with the channels last.
/// </summary>
internal sealed class SpatialWindow
{
    private int[] _kernelSize;
    private int[] _strides;
    private int[] _dilationRate;
    private string _padding = "valid";
    private DataFormat _dataFormat;

    public SpatialWindow(int dimensions)
    {
        _kernelSize = [.. Enumerable.Repeat(1, dimensions)];
        _strides = [.. Enumerable.Repeat(1, dimensions)];
        _dilationRate = [.. Enumerable.Repeat(1, dimensions)];
    }

    public SpatialWindow(int dimensions, ConvolutionWindow window)
    {
        _kernelSize = window.KernelSize.For(dimensions, "kernelSize");
        _strides = (window.Strides ?? 1).For(dimensions, "strides");
        _dilationRate = (window.DilationRate ?? 1).For(dimensions, "dilationRate");
        _padding = window.Padding;
        _dataFormat = window.DataFormat;
    }

    public int[] KernelSize => _kernelSize;

    public int[] Strides => _strides;

    public int[] DilationRate => _dilationRate;

    public string Padding => _padding;

    public DataFormat DataFormat => _dataFormat;

    /// <summary>The number of spatial dimensions.</summary>
    public int Dimensions => _kernelSize.Length;

    /// <summary>The padding as TensorFlow's ops name it.</summary>
    public string OpPadding => _padding == "same" ? "SAME" : "VALID";

    /// <summary>Declares the fields.</summary>
    /// <param name="fields">Receives the declarations.</param>
    /// <param name="paddings">The paddings that the layer has.</param>
    /// <param name="dilates">Whether the layer has dilations.</param>
    public void Describe(ConfigFields fields, IReadOnlyList<string> paddings, bool dilates = true)
    {
        fields.Integers("kernel_size", ref _kernelSize, count: Dimensions, minimum: 1, required: true);
        fields.Integers("strides", ref _strides, count: Dimensions, minimum: 1);
        fields.Choice("padding", ref _padding, paddings);
        fields.DataFormat(ref _dataFormat);
        if (dilates)
            fields.Integers("dilation_rate", ref _dilationRate, count: Dimensions, minimum: 1);
        if (_strides.Any(step => step > 1) && _dilationRate.Any(rate => rate > 1))
            throw fields.Fail($"strides or a dilation rate above 1, received both: [{string.Join(", ", _strides)}] and "
                + $"[{string.Join(", ", _dilationRate)}]");
        if (_padding == "causal" && _dataFormat == DataFormat.ChannelsFirst)
            throw fields.Fail("channels last with causal padding, received channels first");
    }

    /// <summary>Refuses an input of another rank, or of another number of channels than the layer was built for.</summary>
    public void CheckInput(Layer layer, Shape inputShape)
    {
        BatchReshape.CheckRank(layer, inputShape, Dimensions + 2, Dimensions + 2);
        long channels = ChannelsOf(inputShape);
        if (channels <= 0)
            throw new TfLbfgsException($"{layer}: expected an input with a known number of channels, received {inputShape}.");
        if (layer.InputShape is { } built && ChannelsOf(built) != channels)
            throw new TfLbfgsException($"{layer}: expected {ChannelsOf(built)} channels, for which it was built, received {inputShape}.");
    }

    /// <summary>The number of channels of an input.</summary>
    public long ChannelsOf(Shape inputShape) => inputShape[_dataFormat == DataFormat.ChannelsLast ? -1 : 1];

    /// <summary>The sizes of the spatial dimensions of an input.</summary>
    public long[] SpaceOf(Shape inputShape) => inputShape.ToArray()[(_dataFormat == DataFormat.ChannelsLast ? 1 : 2)..][..Dimensions];

    /// <summary>The shape of a sample whose spatial dimensions and channels are given.</summary>
    public Shape SampleShape(IReadOnlyList<long> space, long channels) =>
        _dataFormat == DataFormat.ChannelsLast ? Shape.Create([.. space, channels]) : Shape.Create([channels, .. space]);

    /// <summary>The number of positions of the window along a spatial dimension.</summary>
    public long OutputSize(long size, int dimension)
    {
        if (size < 0)
            return -1;
        long covered = _padding == "valid" ? ((_kernelSize[dimension] - 1) * _dilationRate[dimension]) + 1 : 1;
        return Math.Max(0, (size - covered + _strides[dimension]) / _strides[dimension]);
    }

    /// <summary>A tensor, [batch, ...], with its channels last.</summary>
    public Tensor ChannelsLast(Tensor x) =>
        _dataFormat == DataFormat.ChannelsLast ? x : Tf.Transpose(x, [0, .. Enumerable.Range(2, Dimensions), 1]);

    /// <summary>A tensor whose channels are last, with its channels where the data have them.</summary>
    public Tensor AsGiven(Tensor x) =>
        _dataFormat == DataFormat.ChannelsLast ? x : Tf.Transpose(x, [0, Dimensions + 1, .. Enumerable.Range(1, Dimensions)]);

    /// <summary>Convolves, the channels of input and output last.</summary>
    public Tensor Convolve(Tensor input, Tensor kernel) => Dimensions switch
    {
        1 => Tf.NN.Conv1D(input, kernel, _strides, OpPadding, dilations: _dilationRate),
        2 => Tf.NN.Conv2D(input, kernel, _strides, OpPadding, dilations: _dilationRate),
        // The op of the CPU knows no dilations.
        _ => Tf.NN.Conv3D(input, Dilate(kernel), _strides, OpPadding),
    };

    /// <summary>Convolves with steps of 1 to an output of the size of the input, the channels last.</summary>
    public Tensor ConvolveSame(Tensor input, Tensor kernel) => Dimensions switch
    {
        1 => Tf.NN.Conv1D(input, kernel, [1], "SAME"),
        2 => Tf.NN.Conv2D(input, kernel, [1, 1], "SAME"),
        _ => Tf.NN.Conv3D(input, kernel, [1, 1, 1], "SAME"),
    };

    /// <summary>Moves the elements of a kernel apart by zeros, which has the effect of a dilation where the op has none.</summary>
    public Tensor Dilate(Tensor kernel)
    {
        for (int i = 0; i < Dimensions; i++)
        {
            int rate = _dilationRate[i];
            if (rate == 1)
                continue;
            // [..., k, ...] -> [..., k, 1, ...] -> [..., k, rate, ...] -> [..., k * rate, ...] without the last zeros.
            int[,] paddings = new int[kernel.Rank + 1, 2];
            paddings[i + 1, 1] = rate - 1;
            long[] shape = kernel.Shape.ToArray();
            shape[i] *= rate;
            Tensor spread = Tf.Reshape(Tf.Pad(Tf.ExpandDims(kernel, i + 1), paddings), Tensor.From<long>(shape));
            TensorIndex[] index = [.. Enumerable.Repeat<TensorIndex>(.., kernel.Rank)];
            index[i] = ..(int)(shape[i] - (rate - 1));
            kernel = spread[index];
        }

        return kernel;
    }
}
