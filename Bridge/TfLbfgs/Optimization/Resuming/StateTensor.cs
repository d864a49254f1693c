using TfLbfgs.Runtime;

namespace TfLbfgs.Optimization;

/// <summary>One tensor of a state's file.</summary>
/// <param name="Name">Its part in the state.</param>
/// <param name="DType">Its dtype.</param>
/// <param name="Shape">Its shape.</param>
internal sealed record StateTensor(string Name, DType DType, long[] Shape);
