using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Parameters;

/// <summary>Where one variable stands in the flat vector.</summary>
/// <param name="Name">The variable's name.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="DType">Its own dtype; the vector may be wider.</param>
/// <param name="Offset">The index of its first element in the vector.</param>
/// <param name="Size">The number of its elements; 0 is allowed.</param>
public sealed record ParameterSlot(string Name, Shape Shape, DType DType, long Offset, long Size);
