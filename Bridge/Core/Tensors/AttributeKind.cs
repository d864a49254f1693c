namespace TfLbfgs.Tensors;

/// <summary>What an <see cref="AttributeValue"/> holds.</summary>
public enum AttributeKind
{
    /// <summary>true or false.</summary>
    Bool,

    /// <summary>A 64-bit integer.</summary>
    Int,

    /// <summary>A float32.</summary>
    Float,

    /// <summary>Text, passed on as UTF-8.</summary>
    Text,

    /// <summary>A dtype.</summary>
    Type,

    /// <summary>A shape.</summary>
    Shape,

    /// <summary>A tensor in host memory.</summary>
    Tensor,

    /// <summary>A function's name.</summary>
    Function,

    /// <summary>A list of booleans.</summary>
    Bools,

    /// <summary>A list of integers.</summary>
    Ints,

    /// <summary>A list of float32.</summary>
    Floats,

    /// <summary>A list of texts.</summary>
    Texts,

    /// <summary>A list of dtypes.</summary>
    Types,

    /// <summary>A list of shapes.</summary>
    Shapes,

    /// <summary>A list of function names.</summary>
    Functions,
}
