using System.Text;
using TfLbfgs.Parameters;
using TfLbfgs.Runtime;
using static System.FormattableString;

namespace TfLbfgs.Optimization;

/// <summary>Writes a result as a page of text.</summary>
internal sealed class LbfgsReport
{
    private const int MostRows = 20;
    private const int MostVariables = 20;
    private const int LabelWidth = 22;

    private readonly StringBuilder _text = new();

    private LbfgsReport()
    {
    }

    /// <summary>The page.</summary>
    public static string Of(LbfgsResult result)
    {
        LbfgsReport report = new();
        report.Write(result);
        return report._text.ToString();
    }

    private void Write(LbfgsResult result)
    {
        _text.Append("L-BFGS minimization\n").Append(result.Message).Append('\n');
        if (result.Run is { } run)
        {
            Problem(run);
            Method(run, result);
        }

        Course(result);
        Time(result);
        History(result.History);
    }

    private void Problem(RunDescription run)
    {
        Title("Problem");
        Line("parameters", run.Layout is { } layout ? Invariant($"{run.Count:N0} in {layout.Slots.Count:N0} variables") : Invariant($"{run.Count:N0}"));
        Line("dtype, device", $"{run.DType.PythonName}, {run.Device}");
        if (run.Layout is null)
            return;
        foreach (ParameterSlot slot in run.Layout.Slots.Take(MostVariables))
            Line("  " + slot.Name, Invariant($"{slot.Shape}, {slot.Size:N0}{(slot.DType == run.DType ? "" : $", {slot.DType.PythonName}")}"));
        if (run.Layout.Slots.Count > MostVariables)
            Line("  ...", Invariant($"{run.Layout.Slots.Count - MostVariables:N0} more"));
    }

    private void Method(RunDescription run, LbfgsResult result)
    {
        LbfgsOptions options = run.Options;
        Title("Method");
        Line("direction", run.Direction);
        Line("line search", options.IsTfpCompatible
            ? Invariant($"{run.LineSearch}, at most {options.MaxLineSearchTrials} rounds")
            : Invariant($"{run.LineSearch}, c1 = {options.SufficientDecrease:G4}, c2 = {options.Curvature:G4}, at most {options.MaxLineSearchTrials} trials"));
        Line("execution", options.Execution.ToString());
        if (!options.IsTfpCompatible)
            Line("error of the loss", ErrorOf(options.Noise, result.Noise));
        Line("stops where", string.Join(", ", Stops(options)));
        if (options.StopWhen is { } rule)
            Line("or where", rule.ToString());
    }

    private static string ErrorOf(Noise? noise, double? measured) => noise switch
    {
        null => "its rounding",
        { AbsoluteError: { } absolute } => Invariant($"{absolute:G4}, given"),
        { RelativeError: { } relative } => Invariant($"{relative:G4} of it, given"),
        _ => measured is { } error ? Invariant($"{error:G4}, measured") : "its rounding; more could not be measured",
    };

    private static IEnumerable<string> Stops(LbfgsOptions options)
    {
        yield return Invariant($"max |g| <= {options.GradientTolerance:G4}");
        if (options.TargetLoss is { } target)
            yield return Invariant($"loss <= {target:G6}");
        if (options.PositionTolerance > 0)
            yield return Invariant($"max |dx| <= {options.PositionTolerance:G4}");
        string window = options.LossWindow == 1 ? "" : Invariant($" in {options.LossWindow} iterations");
        if (options.AbsoluteLossTolerance > 0)
            yield return Invariant($"|df| <= {options.AbsoluteLossTolerance:G4}{window}");
        if (options.RelativeLossTolerance > 0)
            yield return Invariant($"|df| <= {options.RelativeLossTolerance:G4} |f|{window}");
        if (options.Patience is { } patience)
            yield return Invariant($"{patience} iterations without improvement");
        if (options.Validation?.Patience is { } validation)
            yield return Invariant($"{validation} validations without improvement");
        if (options is { FloorIterations: > 0, IsTfpCompatible: false })
            yield return Invariant($"{options.FloorIterations} iterations of rounding");
        yield return Invariant($"{options.MaxIterations:N0} iterations");
        if (options.MaxEvaluations < int.MaxValue)
            yield return Invariant($"{options.MaxEvaluations:N0} evaluations");
        if (options.MaxTime is { } time)
            yield return Invariant($"{time.TotalSeconds:G4} s");
    }

    private void Course(LbfgsResult result)
    {
        IReadOnlyList<LbfgsProgress> history = result.History;
        Title("Course");
        Line("loss", Invariant($"{result.InitialLoss:G9} -> {result.Loss:G9}{Best(result)}"));
        if (history.Count > 0)
            Line("max |g|", Invariant($"{history[0].GradientNorm:G4} -> {result.GradientNorm:G4}"));
        Line("iterations", Invariant($"{result.Iterations:N0}"));
        Line("evaluations", Invariant($"{result.Evaluations:N0}{(result.Iterations > 0 ? Invariant($", {(double)result.Evaluations / result.Iterations:F2} per iteration") : "")}"));
        Line("restarts", Invariant($"{result.Restarts:N0}"));
        Line("failed searches", Invariant($"{result.FailedSearches:N0}"));
        if (result.SearchFailure is { } failure)
            Line("  the last one", failure.Message);
        Line("skipped pairs", Invariant($"{result.SkippedPairs:N0}"));
        Line("reads", Invariant($"{result.Reads:N0}{(result.BytesRead > 0 ? Invariant($", {result.BytesRead:N0} bytes") : "")}"));
        if (result.Spectrum is { } spectrum)
            Line("curvatures", spectrum.ToString());
        if (result.ValidationLoss is { } validation)
            Line("validation loss", Invariant($"{validation:G9} at iteration {result.ValidationIteration}"));
    }

    private static string Best(LbfgsResult result)
    {
        LbfgsProgress? best = result.History.FirstOrDefault(progress => progress.Loss == result.Loss);
        return best is null || best.Iteration == result.Iterations ? "" : Invariant($", that of iteration {best.Iteration}");
    }

    private void Time(LbfgsResult result)
    {
        Title("Time");
        Line("total", Invariant($"{result.Seconds:F3} s"));
        if (double.IsNaN(result.CallSeconds))
            return;
        double steady = result.CallSeconds - result.TracingSeconds;
        double rest = result.Seconds - result.CallSeconds;
        Line("calls that trace", Part(result.TracingSeconds));
        Line("calls thereafter", $"{Part(steady)}: evaluations, directions and reads");
        Line("all else", $"{Part(rest)}: decisions, listeners, validation");

        string Part(double seconds) => Invariant($"{seconds:F3} s, {(result.Seconds > 0 ? 100 * seconds / result.Seconds : 0):F0} %");
    }

    private void History(IReadOnlyList<LbfgsProgress> history)
    {
        if (history.Count == 0)
            return;
        Title("History");
        _text.Append("  ").Append(ProgressTable.Line(ProgressTable.Headers)).Append('\n');
        foreach (int row in Rows(history.Count))
            _text.Append("  ").Append(ProgressTable.Line(ProgressTable.Cells(history[row]))).Append('\n');
    }

    /// <summary>All rows, or the first, the last and even distances between.</summary>
    private static IEnumerable<int> Rows(int count) =>
        count <= MostRows ? Enumerable.Range(0, count) : Enumerable.Range(0, MostRows).Select(i => (int)((long)i * (count - 1) / (MostRows - 1)));

    private void Title(string title) => _text.Append('\n').Append(title).Append('\n');

    private void Line(string label, string text) => _text.Append("  ").Append(label.PadRight(LabelWidth)).Append(' ').Append(text).Append('\n');
}
