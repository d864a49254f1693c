using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>Changes the size of images as <c>tf.image.resize</c> does, with half-pixel centers.</summary>
internal static class ImageResize
{
    /// <summary>The names of the interpolations in Keras files.</summary>
    public static IReadOnlyList<(string Text, Interpolation Value)> Names { get; } =
    [
        ("nearest", Interpolation.Nearest), ("bilinear", Interpolation.Bilinear), ("bicubic", Interpolation.Bicubic),
            ("area", Interpolation.Area), ("lanczos3", Interpolation.Lanczos3),
        ("lanczos5", Interpolation.Lanczos5), ("gaussian", Interpolation.Gaussian), ("mitchellcubic", Interpolation.MitchellCubic),
    ];

    /// <summary>Resizes images.</summary>
    /// <param name="images">The images, [batch, rows, columns, channels].</param>
    /// <param name="size">Rows and columns of the result, int32, [2].</param>
    /// <param name="interpolation">How elements follow from old ones.</param>
    /// <param name="antialias">Whether kernels widen where an image shrinks; default false.</param>
    /// <returns>The images, of the dtype of the input.</returns>
    public static Tensor Resize(Tensor images, Tensor size, Interpolation interpolation, bool antialias = false) =>
        Tf.Cast(Resample(images, size, interpolation, antialias), images.DType);

    /// <summary>Resizes images to float32, or to the dtype of the input where elements are copied.</summary>
    /// <inheritdoc cref="Resize"/>
    public static Tensor Resample(Tensor images, Tensor size, Interpolation interpolation, bool antialias = false) =>
        Tf.Image.Resize(images, size, Names.First(name => name.Value == interpolation).Text, antialias);

    /// <summary>Numbers within the range of an integer dtype that they are to be cast to.</summary>
    /// <param name="numbers">Floating-point numbers.</param>
    /// <param name="dtype">The integer dtype.</param>
    public static Tensor Saturate(Tensor numbers, DType dtype) => dtype switch
    {
        DType.UInt8 => Tf.ClipByValue(numbers, byte.MinValue, byte.MaxValue),
        DType.Int8 => Tf.ClipByValue(numbers, sbyte.MinValue, sbyte.MaxValue),
        DType.UInt16 => Tf.ClipByValue(numbers, ushort.MinValue, ushort.MaxValue),
        DType.Int16 => Tf.ClipByValue(numbers, short.MinValue, short.MaxValue),
        _ => numbers,
    };
}
