using TfLbfgs.Runtime;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// The dtypes of a layer: that of its variables, and that in which it computes. They differ in mixed precision: <c>mixed_float16</c> and
/// <c>mixed_bfloat16</c> keep variables in float32. A <see cref="DType"/> and
/// a name convert to one. Immutable. Python: <c>tf.keras.DTypePolicy</c>, <c>tf.keras.mixed_precision.Policy</c>.
/// </summary>
public sealed record DTypePolicy
{
    private const string MixedPrefix = "mixed_";

    /// <summary>Creates a policy with one dtype for both.</summary>
    /// <param name="dtype">A floating-point or integer dtype.</param>
    /// <exception cref="TfLbfgsException">The dtype is none that a layer can have.</exception>
    public DTypePolicy(DType dtype)
    {
        if (!IsKnown(dtype))
            throw new TfLbfgsException($"Expected a dtype of float64, float32, float16 or bfloat16, received {dtype.PythonName}.");
        ComputeDType = VariableDType = dtype;
    }

    /// <summary>Creates a policy by its Keras name.</summary>
    /// <param name="name">A dtype, such as <c>float32</c>, or <c>mixed_float16</c> or <c>mixed_bfloat16</c>.</param>
    /// <exception cref="TfLbfgsException">No policy has the name.</exception>
    public DTypePolicy(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        bool isMixed = name.StartsWith(MixedPrefix, StringComparison.Ordinal);
        DType? compute = DTypeFacts.FromPythonName(isMixed ? name[MixedPrefix.Length..] : name);
        if (compute is null || !IsKnown(compute.Value) || (isMixed && compute is not (DType.Float16 or DType.BFloat16)))
            throw new TfLbfgsException(
                $"Expected a dtype of float64, float32, float16 or bfloat16, or mixed_float16 or mixed_bfloat16, received '{name}'.");
        ComputeDType = compute.Value;
        VariableDType = isMixed ? DType.Float32 : compute.Value;
    }

    /// <summary>
    /// The dtype in which the layer computes: floating-point inputs and variables are cast to it. Python: <c>compute_dtype</c>.
    /// </summary>
    public DType ComputeDType { get; }

    /// <summary>The dtype of the variables. Python: <c>variable_dtype</c>.</summary>
    public DType VariableDType { get; }

    /// <summary>Whether the two differ.</summary>
    public bool IsMixed => ComputeDType != VariableDType;

    /// <summary>The name in Keras files.</summary>
    public string Name => IsMixed ? MixedPrefix + ComputeDType.PythonName : ComputeDType.PythonName;

    /// <summary>A policy with one dtype.</summary>
    /// <param name="dtype">The dtype.</param>
    public static implicit operator DTypePolicy(DType dtype) => FromDType(dtype);

    /// <summary>A policy with one dtype; null for null.</summary>
    /// <param name="dtype">The dtype.</param>
    [return: System.Diagnostics.CodeAnalysis.NotNullIfNotNull(nameof(dtype))]
    public static implicit operator DTypePolicy?(DType? dtype) => dtype is { } value ? FromDType(value) : null;

    /// <summary>The policy of a name.</summary>
    /// <param name="name">The name.</param>
    public static implicit operator DTypePolicy(string name) => new(name);

    /// <inheritdoc cref="DTypePolicy(DType)"/>
    /// <returns>The policy.</returns>
    public static DTypePolicy FromDType(DType dtype) => new(dtype);

    /// <inheritdoc cref="DTypePolicy(string)"/>
    /// <returns>The policy.</returns>
    public static DTypePolicy FromString(string name) => new(name);

    /// <inheritdoc/>
    public override string ToString() => Name;

    // Integers are dtypes of inputs and of layers that make integers.
    private static bool IsKnown(DType dtype) =>
        dtype is DType.Float64 or DType.Float32 or DType.Float16 or DType.BFloat16 or DType.Bool or DType.String || dtype.IsInteger;
}
