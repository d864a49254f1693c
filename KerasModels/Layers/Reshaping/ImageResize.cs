using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>Changes the size of images as <c>tf.image.resize</c> does, with half-pixel centers.</summary>
internal static class ImageResize
{
    /// <summary>The names of the interpolations in Keras files.</summary>
    public static IReadOnlyList<(string Text, Interpolation Value)> Names { get; } =
    [
        ("nearest", Interpolation.Nearest), ("bilinear", Interpolation.Bilinear), ("bicubic", Interpolation.Bicubic), ("area", Interpolation.Area), ("lanczos3", Interpolation.Lanczos3),
        ("lanczos5", Interpolation.Lanczos5), ("gaussian", Interpolation.Gaussian), ("mitchellcubic", Interpolation.MitchellCubic),
    ];

    /// <summary>Resizes images.</summary>
    /// <param name="images">The images, [batch, rows, columns, channels].</param>
    /// <param name="size">Rows and columns of the result, int32, [2].</param>
    /// <param name="interpolation">How elements follow from old ones.</param>
    /// <param name="antialias">Whether kernels widen where an image shrinks; default false.</param>
    /// <returns>The images, of the dtype of the input.</returns>
    public static Tensor Resize(Tensor images, Tensor size, Interpolation interpolation, bool antialias = false)
    {
        Tensor result = interpolation switch
        {
            Interpolation.Nearest => RawOps.ResizeNearestNeighbor(images, size, halfPixelCenters: true),
            Interpolation.Area => RawOps.ResizeArea(images, size),
            Interpolation.Bilinear when !antialias => RawOps.ResizeBilinear(images, size, halfPixelCenters: true),
            Interpolation.Bicubic when !antialias => RawOps.ResizeBicubic(images, size, halfPixelCenters: true),
            Interpolation.Bilinear => ByKernel(images, size, "triangle", antialias),
            Interpolation.Bicubic => ByKernel(images, size, "keyscubic", antialias),
            _ => ByKernel(images, size, Names.First(name => name.Value == interpolation).Text, antialias),
        };
        return result.DType == images.DType ? result : Tf.Cast(result, images.DType);
    }

    private static Tensor ByKernel(Tensor images, Tensor size, string kernel, bool antialias)
    {
        Tensor scale = Tf.Cast(size, DType.Float32) / Tf.Cast(RawOps.Shape(images, DType.Int32)[1..3], DType.Float32);
        return RawOps.ScaleAndTranslate(images, size, scale, Tensor.Zeros([2], DType.Float32), kernel, antialias);
    }
}
