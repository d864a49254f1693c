using TfLbfgs.Formats;
using TfLbfgs.Runtime;

namespace TfLbfgs.Keras.Saving;

/// <summary>An array of a file: a weight, or a variable of an optimizer.</summary>
/// <param name="Path">Its place in the file, such as <c>dense/kernel:0</c> of layer <c>dense</c> or <c>layers/dense/vars/0</c>.</param>
/// <param name="DType">The element type.</param>
/// <param name="Shape">The lengths of the axes; empty for a scalar.</param>
public sealed record StoredWeight(string Path, DType DType, IReadOnlyList<long> Shape)
{
    /// <summary>The number of elements.</summary>
    public long ElementCount => Shape.Aggregate(1L, (product, axis) => product * axis);

    /// <inheritdoc/>
    public override string ToString() => $"{Path} {DType.PythonName}{StoredArray.Describe(Shape)}";
}
