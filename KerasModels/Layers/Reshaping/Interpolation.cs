namespace TfLbfgs.Keras.Layers;

/// <summary>How the elements of an image of another size follow from the old ones. Python: the argument <c>interpolation</c>.</summary>
public enum Interpolation
{
    /// <summary>The nearest element.</summary>
    Nearest,

    /// <summary>Linear between the two nearest in each dimension.</summary>
    Bilinear,

    /// <summary>Cubic between the four nearest in each dimension.</summary>
    Bicubic,

    /// <summary>The mean over the area; Keras 2 only.</summary>
    Area,

    /// <summary>A Lanczos kernel of radius 3.</summary>
    Lanczos3,

    /// <summary>A Lanczos kernel of radius 5.</summary>
    Lanczos5,

    /// <summary>A Gaussian kernel of radius 3; Keras 2 only.</summary>
    Gaussian,

    /// <summary>The Mitchell-Netravali cubic kernel; Keras 2 only.</summary>
    MitchellCubic,
}
