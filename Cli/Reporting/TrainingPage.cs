using System.Globalization;
using System.Text.Json;
using TfLbfgs.Cli.Commands;
using TfLbfgs.Cli.Data;
using TfLbfgs.Cli.Training;
using TfLbfgs.Keras;
using TfLbfgs.Optimization;
using TfLbfgs.Runtime;
using TrainingData = TfLbfgs.Cli.Data.TrainingData;

namespace TfLbfgs.Cli.Reporting;

/// <summary>The page of <c>--report</c>: what was trained on what, how it went, why it ended, and how good it is.</summary>
/// <param name="options">What was asked.</param>
/// <param name="loss">The name of the loss.</param>
/// <param name="model">The trained model.</param>
/// <param name="data">The table on its own scale.</param>
/// <param name="record">The history of the training.</param>
internal sealed class TrainingPage(TrainingOptions options, string loss, ScaledModel model, TrainingData data, RunRecord record)
{
    private const int MostTargets = 8;

    /// <summary>Where the scaling comes from, in words.</summary>
    public required string ScalingOrigin { get; init; }

    /// <summary>The predictions for the training rows, on the scale of the targets.</summary>
    public required Matrix Predicted { get; init; }

    /// <summary>Those for the validation rows; null: there are none.</summary>
    public required Matrix? ValidationPredicted { get; init; }

    /// <summary>Writes the page.</summary>
    public void Write(Stream stream)
    {
        HtmlPage page = new($"{Path.GetFileName(options.Output)}: training report");
        LbfgsResult result = record.Result!;
        page.Heading("Result");
        page.Paragraph(result.Message);
        page.Facts("result", Results(result));
        page.Heading("Progress");
        if (record.Adam.Count > 0)
            page.Figure("adam", "The mean loss of each epoch of Adam, before L-BFGS.", TrainingFigures.Adam(record.Adam));
        page.Figure("loss", "The loss at each accepted iteration of L-BFGS.", TrainingFigures.Loss(result.History));
        if (record.Penalties.Count > 0)
            page.Figure("terms", "Data loss and regularization, whose sum is minimized.", TrainingFigures.Terms(record));
        page.Figure("gradient", "The gradient at each accepted iteration.", TrainingFigures.Gradient(result.History));
        page.Heading("Predictions");
        if (Evaluation.HasClasses(loss, Predicted.Columns))
            AddClasses(page);
        else
            AddTargets(page);
        page.Heading("Configuration");
        page.Facts("configuration", Configuration());
        page.Write(stream);
    }

    private void AddClasses(HtmlPage page)
    {
        AddConfusion(page, "confusion", "Training rows", data.Targets, Predicted);
        if (ValidationPredicted is not null)
            AddConfusion(page, "validation-confusion", "Validation rows", data.ValidationTargets, ValidationPredicted);
    }

    private void AddConfusion(HtmlPage page, string id, string rows, Matrix targets, Matrix predicted)
    {
        long[,] counts = Evaluation.Confusion(loss, targets, predicted);
        int classes = counts.GetLength(0);
        page.Paragraph(
            string.Create(CultureInfo.InvariantCulture,
            $"{rows}: {Evaluation.Accuracy(counts):P2} are right. True classes in rows, predicted ones in columns."));
        string[] numbers = [.. Enumerable.Range(0, classes).Select(i => i.ToString(CultureInfo.InvariantCulture))];
        page.Table(id, ["true \\ predicted", .. numbers],
            numbers.Select((name, i) =>
            (string[])[name, .. numbers.Select((_, j) => counts[i, j].ToString(CultureInfo.InvariantCulture))]));
    }

    private void AddTargets(HtmlPage page)
    {
        page.Table(
            "errors", ["target", "rows", "mean squared error", "mean absolute error", "largest error", "R²"],
            data.TargetColumns.SelectMany((name, i) => Parts(i)
                .Select(part => Row(name, part.Name, Evaluation.Errors(part.Truth, part.Predicted)))));
        for (int i = 0; i < Math.Min(data.TargetColumns.Count, MostTargets); i++)
        {
            (string Name, double[] Truth, double[] Predicted)[] parts = [.. Parts(i)];
            page.Figure($"predicted-{i}", $"Predicted against true values of {data.TargetColumns[i]}.",
                TrainingFigures.Predicted(data.TargetColumns[i], parts));
            (string where, double[] truth, double[] predicted) = parts[^1];
            page.Figure($"residuals-{i}", $"Residuals of {data.TargetColumns[i]} in the {where} rows.",
                TrainingFigures.Residuals(data.TargetColumns[i], truth, predicted));
        }
    }

    private IEnumerable<(string Name, double[] Truth, double[] Predicted)> Parts(int target)
    {
        yield return ("training", data.Targets.Column(target), Predicted.Column(target));
        if (ValidationPredicted is not null)
            yield return ("validation", data.ValidationTargets.Column(target), ValidationPredicted.Column(target));
    }

    private IEnumerable<(string Name, string Value)> Results(LbfgsResult result)
    {
        LossParts before = record.Before, after = record.After!;
        yield return ("reason", JsonNamingPolicy.SnakeCaseLower.ConvertName(result.Reason.ToString()));
        yield return ("loss", $"{Number(before.Total)} → {Number(after.Total)}");
        yield return ("data loss", $"{Number(before.Data)} → {Number(after.Data)}");
        yield return ("regularization", $"{Number(before.Regularization)} → {Number(after.Regularization)}");
        if (record.ValidationBefore is { } first && record.ValidationAfter is { } last)
            yield return ("validation loss", $"{Number(first.Total)} → {Number(last.Total)}");
        yield return ("gradient, largest component", Number(result.GradientNorm));
        yield return ("iterations, evaluations", string.Create(CultureInfo.InvariantCulture, $"{result.Iterations}, {result.Evaluations}"));
        yield return ("epochs of Adam", record.Adam.Count.ToString(CultureInfo.InvariantCulture));
        yield return ("seconds of L-BFGS", result.Seconds.ToString("F2", CultureInfo.InvariantCulture));
    }

    private IEnumerable<(string Name, string Value)> Configuration()
    {
        LbfgsOptions minimizer = options.Minimizer;
        yield return ("model", Path.GetFullPath(options.Output));
        yield return ("parameters",
            model.Model.TrainableVariables.Sum(variable => variable.Shape.ElementCount).ToString(CultureInfo.InvariantCulture));
        yield return ("dtype", model.Model.DType.PythonName + (options.ComputeDType is { } wide ? $", computed in {wide.PythonName}" : ""));
        yield return ("data", Path.GetFullPath(options.Data));
        yield return ("rows",
            string.Create(CultureInfo.InvariantCulture, $"{data.Rows} for training, {data.ValidationRows} for validation"));
        yield return ("inputs", Output.TerminalText.Quote(data.InputColumns));
        yield return ("targets", Output.TerminalText.Quote(data.TargetColumns));
        yield return ("loss", loss);
        yield return ("scaling", ScalingOrigin);
        yield return ("execution", minimizer.Execution.ToString());
        yield return ("most iterations", minimizer.MaxIterations.ToString(CultureInfo.InvariantCulture));
        yield return ("correction pairs", minimizer.MemoryLength?.ToString(CultureInfo.InvariantCulture) ?? "by the number of parameters");
        yield return ("gradient tolerance", Number(minimizer.GradientTolerance));
        yield return ("architecture", model.Model.ToString()!);
        yield return ("TensorFlow", TfRuntime.Version);
    }

    private static string[] Row(string target, string rows, ColumnErrors errors) =>
        [target, rows, Number(errors.MeanSquared), Number(errors.MeanAbsolute), Number(errors.Largest), Number(errors.Determination)];

    private static string Number(double value) => value.ToString("G6", CultureInfo.InvariantCulture);
}
