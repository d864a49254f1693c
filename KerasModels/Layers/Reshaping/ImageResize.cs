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
    public static Tensor Resize(Tensor images, Tensor size, Interpolation interpolation, bool antialias = false) =>
        Tf.Cast(Tf.Image.Resize(images, size, Names.First(name => name.Value == interpolation).Text, antialias), images.DType);
}
