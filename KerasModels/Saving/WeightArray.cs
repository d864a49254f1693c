using TfLbfgs.Formats;
using TfLbfgs.Runtime;

namespace TfLbfgs.Keras.Saving;

/// <summary>A weight of a file: an array with the name under which the file lists it.</summary>
/// <param name="Name">The name, such as <c>dense/kernel:0</c>.</param>
/// <param name="Data">The elements, read when they are asked for.</param>
public sealed record WeightArray(string Name, StoredArray Data)
{
    /// <summary>The element type in the file.</summary>
    public DType DType => Data.DType;

    /// <summary>The lengths of the axes; empty for a scalar.</summary>
    public IReadOnlyList<long> Shape => Data.Shape;

    /// <summary>The shape as Python prints it, such as <c>(3, 4)</c>.</summary>
    public string ShapeText => Data.ShapeText;

    /// <inheritdoc/>
    public override string ToString() => $"{Name} {ShapeText} {DType}";
}
