namespace TfLbfgs.Keras.Layers;

/// <summary>How <see cref="TextVectorization"/> splits texts into tokens. Python: the argument <c>split</c>.</summary>
public enum TextSplit
{
    /// <summary>Each text is one token. Python: <c>None</c>.</summary>
    None,

    /// <summary>At white space. Python: <c>whitespace</c>.</summary>
    Whitespace,

    /// <summary>Each Unicode character is a token. Python: <c>character</c>.</summary>
    Character,
}
