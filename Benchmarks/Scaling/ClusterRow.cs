using System.Text.Json.Serialization;

namespace TfLbfgs.Benchmarks.Scaling;

/// <summary>What a cluster took for evaluations of one size.</summary>
/// <param name="Workers">How many workers.</param>
/// <param name="Parameters">n.</param>
/// <param name="Evaluations">How many evaluations were made.</param>
/// <param name="EvaluationSeconds">The median time of one, from the position to the sum.</param>
/// <param name="SlowestSeconds">The time of the slowest worker.</param>
/// <param name="OverheadSeconds">How much longer the evaluation took, the median.</param>
/// <param name="NetworkSeconds">How long position and gradients were on their way, the median.</param>
/// <param name="Bytes">What positions and gradients have.</param>
/// <param name="WireBytes">What the controller's interface counted for each evaluation.</param>
/// <param name="LossError">The loss at the start against one pass on one machine, relative.</param>
/// <param name="GradientError">The same of the gradient, by its largest component.</param>
/// <param name="IsSame">Whether a minimization ended at the bits of the same parts in one process.</param>
/// <param name="StarSeconds">The exchange of vector and gradients alone, with the sum on the controller, the median.</param>
/// <param name="TreeSeconds">The same where each second worker receives the vector from another one and adds its gradient there; NaN: fewer
/// than two workers.</param>
internal sealed record ClusterRow(
    int Workers, int Parameters, int Evaluations, double EvaluationSeconds, double SlowestSeconds, double OverheadSeconds,
    double NetworkSeconds, long Bytes, double WireBytes, double LossError, double GradientError, bool IsSame, double StarSeconds,
    double TreeSeconds);

/// <summary>JSON of rows.</summary>
[JsonSerializable(typeof(ClusterRow[]))]
[JsonSourceGenerationOptions(NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
internal sealed partial class ClusterRowJson : JsonSerializerContext;
