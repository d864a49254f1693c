using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Parameters;

/// <summary>Where one variable stands in the flat vector.</summary>
/// <param name="Name">The variable's name.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="DType">Its own dtype; the vector may be wider.</param>
/// <param name="Offset">The index of its first element in the vector.</param>
/// <param name="Size">The number of its elements in the vector: two for each complex number, real and imaginary part; 0 is allowed.</param>
public sealed record ParameterSlot(string Name, Shape Shape, DType DType, long Offset, long Size)
{
    /// <summary>
    /// The shape of its numbers as the vector holds them: <see cref="Shape"/>, and a last dimension of 2 for a complex variable.
    /// </summary>
    internal Shape RealShape => DType.IsComplex ? [.. Shape.ToArray(), 2] : Shape;
}
