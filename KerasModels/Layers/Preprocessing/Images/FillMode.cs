namespace TfLbfgs.Keras.Layers;

/// <summary>What stands beyond the border of an image. Python: the argument <c>fill_mode</c>.</summary>
public enum FillMode
{
    /// <summary>The image mirrored, with the border element twice.</summary>
    Reflect,

    /// <summary>The image again.</summary>
    Wrap,

    /// <summary>One number.</summary>
    Constant,

    /// <summary>The element at the border.</summary>
    Nearest,

    /// <summary>The image mirrored, with the border element once.</summary>
    Mirror,
}
