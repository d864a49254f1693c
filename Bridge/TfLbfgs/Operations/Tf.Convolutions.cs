using TfLbfgs.Tensors;

namespace TfLbfgs;

/// <content>Ops that Python shows in <c>tf</c> as they are.</content>
public static partial class Tf
{
    /// <summary>A convolution in two or three spatial dimensions, in the general form of the op. Python: <c>tf.conv</c>.</summary>
    /// <param name="input">The signal, shape [batch, space..., channels].</param>
    /// <param name="filter">The kernel, shape [space..., channels / groups, outputs].</param>
    /// <param name="strides">The step of each dimension.</param>
    /// <param name="padding"><c>SAME</c>, <c>VALID</c> or <c>EXPLICIT</c>.</param>
    /// <param name="explicitPaddings">With <c>EXPLICIT</c>: how many zeros stand before and after each dimension.</param>
    /// <param name="dataFormat"><c>CHANNELS_LAST</c>, the default, or <c>CHANNELS_FIRST</c>.</param>
    /// <param name="dilations">The distance of the kernel's elements in each dimension; null: 1.</param>
    /// <param name="batchDims">How many leading dimensions are batches; default 1.</param>
    /// <param name="groups">Into how many groups the channels are divided; default 1.</param>
    /// <returns>The result.</returns>
    public static Tensor Conv(
        Tensor input, Tensor filter, int[] strides, string padding, int[]? explicitPaddings = null, string dataFormat = "CHANNELS_LAST",
            int[]? dilations = null, int batchDims = 1, int groups = 1)
    {
        ArgumentNullException.ThrowIfNull(strides);
        return RawOps.Conv(input, filter, Widen(strides), padding, Widen(explicitPaddings ?? []), dataFormat, Widen(dilations ?? []),
            batchDims, groups);
    }

    /// <summary>The gradient of a convolution of images with respect to its kernel. Python: <c>tf.conv2d_backprop_filter_v2</c>.</summary>
    /// <param name="input">The images.</param>
    /// <param name="filter">A kernel, of which only the shape is used.</param>
    /// <param name="outBackprop">The gradient with respect to the result.</param>
    /// <param name="strides">The step of each of the four dimensions.</param>
    /// <param name="padding"><c>SAME</c> or <c>VALID</c>.</param>
    /// <param name="dataFormat"><c>NHWC</c>, the default, or <c>NCHW</c>.</param>
    /// <returns>The gradient, of the shape of the kernel.</returns>
    public static Tensor Conv2DBackpropFilterV2(Tensor input, Tensor filter, Tensor outBackprop, int[] strides, string padding,
        string dataFormat = "NHWC")
    {
        ArgumentNullException.ThrowIfNull(strides);
        return RawOps.Conv2DBackpropFilterV2(input, filter, outBackprop, Widen(strides), padding, dataFormat: dataFormat);
    }

    /// <summary>The gradient of a convolution of images with respect to them. Python: <c>tf.conv2d_backprop_input_v2</c>.</summary>
    /// <param name="input">Images, of which only the shape is used.</param>
    /// <param name="filter">The kernel.</param>
    /// <param name="outBackprop">The gradient with respect to the result.</param>
    /// <param name="strides">The step of each of the four dimensions.</param>
    /// <param name="padding"><c>SAME</c> or <c>VALID</c>.</param>
    /// <param name="dataFormat"><c>NHWC</c>, the default, or <c>NCHW</c>.</param>
    /// <returns>The gradient, of the shape of the images.</returns>
    public static Tensor Conv2DBackpropInputV2(Tensor input, Tensor filter, Tensor outBackprop, int[] strides, string padding,
        string dataFormat = "NHWC")
    {
        ArgumentNullException.ThrowIfNull(strides);
        return RawOps.Conv2DBackpropInputV2(input, filter, outBackprop, Widen(strides), padding, dataFormat: dataFormat);
    }
}
