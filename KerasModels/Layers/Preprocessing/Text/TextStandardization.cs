namespace TfLbfgs.Keras.Layers;

/// <summary>What <see cref="TextVectorization"/> does to texts before it splits them. Python: the argument <c>standardize</c>.</summary>
public enum TextStandardization
{
    /// <summary>Nothing. Python: <c>None</c>.</summary>
    None,

    /// <summary>Upper case letters of ASCII become lower case. Python: <c>lower</c>.</summary>
    Lower,

    /// <summary>Punctuation of ASCII is left out. Python: <c>strip_punctuation</c>.</summary>
    StripPunctuation,

    /// <summary>Both. Python: <c>lower_and_strip_punctuation</c>.</summary>
    LowerAndStripPunctuation,
}
