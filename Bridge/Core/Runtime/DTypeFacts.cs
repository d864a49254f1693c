namespace TfLbfgs.Runtime;

/// <summary>What is known of each <see cref="DType"/>: its size, family and Python name.</summary>
public static class DTypeFacts
{
    extension(DType dtype)
    {
        /// <summary>Bytes per element; 0 for strings, resources and variants, whose elements have no fixed size.</summary>
        public int Size => dtype switch
        {
            DType.Float64 or DType.Int64 or DType.UInt64 or DType.Complex64 => 8,
            DType.Complex128 => 16,
            DType.Float32 or DType.Int32 or DType.UInt32 or DType.QInt32 => 4,
            DType.Float16 or DType.BFloat16 or DType.Int16 or DType.UInt16 or DType.QInt16 or DType.QUInt16 => 2,
            DType.Invalid or DType.String or DType.Resource or DType.Variant => 0,
            _ => 1,
        };

        /// <summary>True for the real floating-point types.</summary>
        public bool IsFloating =>
            dtype is DType.Float32 or DType.Float64 or DType.Float16 or DType.BFloat16 or (>= DType.Float8E5M2 and <= DType.Float8E5M2FNUZ);

        /// <summary>True for the complex types.</summary>
        public bool IsComplex => dtype is DType.Complex64 or DType.Complex128;

        /// <summary>True for the integer types that are not quantized.</summary>
        public bool IsInteger =>
            dtype is DType.Int8 or DType.Int16 or DType.Int32 or DType.Int64 or DType.UInt8 or DType.UInt16 or DType.UInt32 or DType.UInt64
            or (>= DType.Int4 and <= DType.UInt2);

        /// <summary>
        /// True where a gradient can exist: real and complex floating-point types. Python: what <c>tf.GradientTape</c> agrees to watch.
        /// </summary>
        public bool IsDifferentiable => dtype.IsFloating || dtype.IsComplex;

        /// <summary>The type of the real and of the imaginary part of a complex type; any other type itself.</summary>
        internal DType RealPart => dtype switch
        {
            DType.Complex64 => DType.Float32,
            DType.Complex128 => DType.Float64,
            _ => dtype,
        };

        /// <summary>A type of the same family whose parts are of a floating-point type: the complex one for a complex type.</summary>
        internal DType WithParts(DType part) => !dtype.IsComplex ? part : part == DType.Float32 ? DType.Complex64 : DType.Complex128;

        /// <summary>The name that Python, Keras and NumPy use, such as <c>float64</c>.</summary>
        public string PythonName => dtype switch
        {
            DType.Float8E5M2 => "float8_e5m2",
            DType.Float8E4M3FN => "float8_e4m3fn",
            DType.Float8E4M3FNUZ => "float8_e4m3fnuz",
            DType.Float8E4M3B11FNUZ => "float8_e4m3b11fnuz",
            DType.Float8E5M2FNUZ => "float8_e5m2fnuz",
            _ => dtype.ToString().ToLowerInvariant(),
        };
    }

    /// <summary>Finds a type by the name that Python uses.</summary>
    /// <param name="pythonName">Such as <c>float32</c>, <c>int64</c>, <c>bool</c>.</param>
    /// <returns>The type, or null when no type has that name.</returns>
    public static DType? FromPythonName(string pythonName)
    {
        foreach (DType dtype in Enum.GetValues<DType>())
        {
            if (dtype != DType.Invalid && dtype.PythonName == pythonName)
                return dtype;
        }

        return null;
    }
}
