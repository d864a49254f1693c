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
            Method(run);
        }

        Progress(result);
        Time(result);
        History(result.History);
    }

    private void Problem(RunDescription run)
    {
        Title("Problem");
        Line("parameters", run.Layout is { } layout ? Invariant($"{run.Count:N0} in {layout.Slots.Count:N0} variables")
            : Invariant($"{run.Count:N0}"));
        Line("dtype, device", $"{run.DType.PythonName}, {run.Device}");
        if (run.Layout is null)
            return;
        foreach (ParameterSlot slot in run.Layout.Slots.Take(MostVariables))
            Line("  " + slot.Name,
                Invariant($"{slot.Shape}, {slot.Size:N0}{(slot.DType == run.DType ? "" : $", {slot.DType.PythonName}")}"));
        if (run.Layout.Slots.Count > MostVariables)
            Line("  ...", Invariant($"{run.Layout.Slots.Count - MostVariables:N0} more"));
    }

    private void Method(RunDescription run)
    {
        Title("Method");
        foreach ((string label, string text) in run.Method)
            Line(label, text);
    }

    private void Progress(LbfgsResult result)
    {
        IReadOnlyList<LbfgsProgress> history = result.History;
        Title("Progress");
        Line("loss", Invariant($"{result.InitialLoss:G9} -> {result.Loss:G9}{Best(result)}"));
        if (history.Count > 0)
            Line("max |g|", Invariant($"{history[0].GradientNorm:G4} -> {result.GradientNorm:G4}"));
        Line("iterations", Invariant($"{result.Iterations:N0}"));
        Line("evaluations",
            Invariant(
            $"{result.Evaluations:N0}{(result.Iterations > 0 ? Invariant($", {(double)result.Evaluations / result.Iterations:F2} per iteration") : "")}"));
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
        Line("calls after that", $"{Part(steady)}: evaluations, directions and reads");
        Line("all else", $"{Part(rest)}: decisions, listeners, validation");
        if (!double.IsNaN(result.WorkerSeconds))
        {
            Line("in workers", $"{Part(result.WorkerSeconds)}: the slowest of each evaluation");
            Line("network", $"{Part(result.NetworkSeconds)}: positions and gradients on their way");
            Line("driver", $"{Part(result.DriverSeconds)}: the rest of the total");
        }

        string Part(double seconds) => Invariant($"{seconds:F3} s, {(result.Seconds > 0 ? 100 * seconds / result.Seconds : 0):F0} %");
    }

    private void History(IReadOnlyList<LbfgsProgress> history)
    {
        if (history.Count == 0)
            return;
        Title("History");
        _text.Append("  ").Append(ProgressTable.Line(ProgressTable.Headers)).Append('\n');
        foreach (int row in Rows(history.Count))
            _text.Append("  ").Append(ProgressTable.Line(ProgressTable.Cells(history[row]))).Append(ProgressTable.TermsOf(history[row]))
                .Append('\n');
    }

    /// <summary>All rows, or the first, the last and even distances between.</summary>
    private static IEnumerable<int> Rows(int count) =>
        count <= MostRows ? Enumerable.Range(0, count)
            : Enumerable.Range(0, MostRows).Select(i => (int)((long)i * (count - 1) / (MostRows - 1)));

    private void Title(string title) => _text.Append('\n').Append(title).Append('\n');

    private void Line(string label, string text) => _text.Append("  ").Append(label.PadRight(LabelWidth)).Append(' ').Append(text)
        .Append('\n');
}
