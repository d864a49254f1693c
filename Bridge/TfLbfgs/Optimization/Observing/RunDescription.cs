using TfLbfgs.Parameters;
using TfLbfgs.Runtime;

namespace TfLbfgs.Optimization;

/// <summary>What was run, for the report of a result.</summary>
/// <param name="Count">n, the number of parameters.</param>
/// <param name="DType">Their dtype.</param>
/// <param name="Device">Where they are.</param>
/// <param name="Layout">Where each variable stands; null: nobody knows.</param>
/// <param name="Direction">The direction, in words.</param>
/// <param name="LineSearch">The line search, in words.</param>
/// <param name="Options">All else.</param>
internal sealed record RunDescription(long Count, DType DType, string Device, ParameterLayout? Layout, string Direction, string LineSearch, LbfgsOptions Options)
{
    /// <summary>Describes a run.</summary>
    /// <param name="objective">What was minimized.</param>
    /// <param name="device">Where.</param>
    /// <param name="direction">The direction, in words.</param>
    /// <param name="options">How.</param>
    public static RunDescription Of(Objective objective, string device, string direction, LbfgsOptions options) =>
        new(objective.Count, objective.DType, device, objective.Layout, direction, options.IsTfpCompatible ? "HagerZhang" : (options.LineSearch ?? new CubicZoom()).GetType().Name, options);
}
