namespace TfLbfgs.Keras.Layers;

/// <summary>How <see cref="RandomFlip"/> mirrors images. Python: the argument <c>mode</c>.</summary>
public enum FlipMode
{
    /// <summary>Left to right. Python: <c>horizontal</c>.</summary>
    Horizontal,

    /// <summary>Upside down. Python: <c>vertical</c>.</summary>
    Vertical,

    /// <summary>
    /// Both: in Keras 3 an image is rotated by half a turn or not at all, in Keras 2 each is decided alone. Python:
    /// <c>horizontal_and_vertical</c>.
    /// </summary>
    Both,
}
