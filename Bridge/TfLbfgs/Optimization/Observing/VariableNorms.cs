namespace TfLbfgs.Optimization;

/// <summary>
/// The norms of one variable's part of the vectors at an accepted point; see <see cref="LbfgsIteration.MeasureVariables"/>. Computed in
/// float64 for any dtype.
/// </summary>
/// <param name="Name">The variable's name.</param>
/// <param name="PositionMax">max |x_i|.</param>
/// <param name="PositionLength">The Euclidean length of x.</param>
/// <param name="GradientMax">max |g_i|.</param>
/// <param name="GradientLength">The Euclidean length of g.</param>
/// <param name="StepMax">max |x_i - x_i'|, the change of the position in the iteration; 0 at the start; NaN where the run does not keep the
/// former position.</param>
/// <param name="StepLength">The Euclidean length of that change.</param>
public sealed record VariableNorms(string Name, double PositionMax, double PositionLength, double GradientMax, double GradientLength,
    double StepMax, double StepLength);
