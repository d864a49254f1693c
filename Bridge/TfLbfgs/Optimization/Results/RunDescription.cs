using TfLbfgs.Parameters;
using TfLbfgs.Runtime;

namespace TfLbfgs.Optimization;

/// <summary>What was run, for the report of a result.</summary>
/// <param name="Count">n, the number of parameters.</param>
/// <param name="DType">Their dtype.</param>
/// <param name="Device">Where they are.</param>
/// <param name="Layout">Where each variable stands; null: it is not known.</param>
/// <param name="Method">How, as labels and texts.</param>
internal sealed record RunDescription(
    long Count, DType DType, string Device, ParameterLayout? Layout, IReadOnlyList<(string Label, string Text)> Method);
