using static System.FormattableString;

namespace TfLbfgs.Optimization;

/// <summary>Describes options in words, for the report of a result.</summary>
internal static class OptionsText
{
    /// <summary>Describes a run.</summary>
    /// <param name="objective">What was minimized.</param>
    /// <param name="result">Its result; the device is that of its position.</param>
    /// <param name="direction">The direction, in words.</param>
    /// <param name="options">The options.</param>
    /// <param name="execution">How the objective was run, in words.</param>
    public static RunDescription Describe(Objective objective, LbfgsResult result, string direction, RunOptions options,
        string execution) =>
        new(objective.Count, objective.DType, result.Position.DeviceName, objective.Layout,
            [.. Method(direction, options, execution, result.Noise)]);

    private static IEnumerable<(string Label, string Text)> Method(string direction, RunOptions options, string execution,
        double? measuredNoise)
    {
        yield return ("direction", direction);
        yield return ("line search", options is not AlgorithmOptions algorithm
            ? Invariant($"HagerZhang, at most {options.MaxLineSearchTrials} rounds")
            : Invariant($"{(algorithm.LineSearch ?? new CubicZoom()).GetType().Name}, c1 = {options.SufficientDecrease:G4}, ")
                + Invariant($"c2 = {options.Curvature:G4}, at most {options.MaxLineSearchTrials} trials"));
        yield return ("execution", execution);
        LbfgsOptions? single = options as LbfgsOptions;
        if (single is not null)
            yield return ("error of the loss", ErrorOf(single.Noise, measuredNoise));
        yield return ("stops where", string.Join(", ", Stops(options)));
        if (single?.StopWhen is { } rule)
            yield return ("or where", rule.ToString());
    }

    private static string ErrorOf(Noise? noise, double? measured) => noise switch
    {
        null => "its rounding",
        { AbsoluteError: { } absolute } => Invariant($"{absolute:G4}, given"),
        { RelativeError: { } relative } => Invariant($"{relative:G4} of it, given"),
        _ => measured is { } error ? Invariant($"{error:G4}, measured") : "its rounding; more could not be measured",
    };

    private static IEnumerable<string> Stops(RunOptions options)
    {
        LbfgsOptions? single = options as LbfgsOptions;
        yield return Invariant($"max |g| <= {options.GradientTolerance:G4}");
        if (options.TargetLoss is { } target)
            yield return Invariant($"loss <= {target:G6}");
        if (options.PositionTolerance > 0)
            yield return Invariant($"max |dx| <= {options.PositionTolerance:G4}");
        string window = single is null or { LossWindow: 1 } ? "" : Invariant($" in {single.LossWindow} iterations");
        if (options.AbsoluteLossTolerance > 0)
            yield return Invariant($"|df| <= {options.AbsoluteLossTolerance:G4}{window}");
        if (options.RelativeLossTolerance > 0)
            yield return Invariant($"|df| <= {options.RelativeLossTolerance:G4} |f|{window}");
        if (single?.Patience is { } patience)
            yield return Invariant($"{patience} iterations without improvement");
        if (single?.Validation?.Patience is { } validation)
            yield return Invariant($"{validation} validations without improvement");
        if (single is { FloorIterations: > 0 })
            yield return Invariant($"{single.FloorIterations} iterations of rounding");
        yield return Invariant($"{options.MaxIterations:N0} iterations");
        if (options.MaxEvaluations < int.MaxValue)
            yield return Invariant($"{options.MaxEvaluations:N0} evaluations");
        if (options.MaxTime is { } time)
            yield return Invariant($"{time.TotalSeconds:G4} s");
    }
}
