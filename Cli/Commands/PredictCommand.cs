using System.CommandLine;
using TfLbfgs.Cli.Data;
using TfLbfgs.Cli.Files;
using TfLbfgs.Cli.Output;

namespace TfLbfgs.Cli.Commands;

/// <summary><c>predict</c>: applies a model and its scaling to the rows of a table, in batches.</summary>
internal static class PredictCommand
{
    private static readonly Option<string> OutputOption =
        CommonOptions.Output("the predictions as CSV, a row for each row of the data");

    public static Command Create()
    {
        ToolCommand command = new(
            "predict", "Applies a model to a table, in batches; the predictions are on the scale of the original targets.",
            "predict refined.h5 --data new.csv --output predictions.csv",
            "predict model.keras --data new.csv --target y --ignore id --output predictions.csv",
            "predict model.keras --data /dev/stdin --output predictions.csv");
        command.Arguments.Add(CommonOptions.Model);
        command.AddOptions(CommonOptions.Data, OutputOption, CommonOptions.OptionalTarget, CommonOptions.Input,
            CommonOptions.Ignore, CommonOptions.PredictionBatch);
        command.SetRun(Run);
        return command;
    }

    private static int Run(Session session)
    {
        ParseResult parsed = session.Options;
        string path = parsed.GetRequiredValue(CommonOptions.Model), dataPath = parsed.GetRequiredValue(CommonOptions.Data),
            output = parsed.GetRequiredValue(OutputOption);
        ColumnChoice columns = CommonOptions.Columns(parsed, parsed.GetValue(CommonOptions.OptionalTarget));
        ScaledModel.PlanToRead(new FilePlan(), path).Read(CommonOptions.Data.Name, dataPath).Write(OutputOption.Name, output).Check();
        using DataTable table = DataTable.Open(dataPath);
        using ScaledModel model = ScaledModel.Load(path);
        int[] indexes = InputsOf(table, model, columns, session.Report);
        string[] inputs = [.. indexes.Select(i => table.Columns[i])];
        ModelShape shape = ModelShape.Check(model.Model, path, inputs);
        model.CheckTargets(shape.Outputs);
        IReadOnlyList<string> names = OutputNames(model.Scaling, shape.Outputs);
        Predictor predictor = new(model.Model, model.Scaling, parsed.GetValue(CommonOptions.PredictionBatch));
        long rows = 0, notFinite = 0;
        string place = PredictionFile.Write(output, names, predictor.IsNarrow, Predictions(), session.Report);

        Report report = session.Report;
        if (notFinite > 0)
            report.Warn($"{place}: {notFinite} of {rows * shape.Outputs} predictions are not finite.");
        report.Say($"{rows} rows predicted with {path}{(model.Scaling is null ? "" : " and its scaling")}.");
        report.Wrote(place);
        report.Json.Add("rows", rows).Add("inputs", inputs).Add("outputs", names)
            .Add("scaling", model.Scaling is null ? null : model.ScalingFile ?? Path.GetFullPath(path));
        return ExitCode.Success;

        IEnumerable<Matrix> Predictions()
        {
            int most = predictor.RowsOfBlock(indexes.Length);
            for (Matrix block = table.ReadRows(indexes, most); block.Rows > 0; block = table.ReadRows(indexes, most))
            {
                Matrix predicted = predictor.Predict(block);
                rows += predicted.Rows;
                notFinite += predicted.Values.LongCount(value => !double.IsFinite(value));
                yield return predicted;
            }

            if (rows == 0)
                throw table.NoRows();
        }
    }

    /// <summary>
    /// A model that knows its columns takes them by name, in any order; another one takes all that are not named otherwise.
    /// </summary>
    private static int[] InputsOf(DataTable table, ScaledModel model, ColumnChoice columns, Report report)
    {
        if (model.Scaling is not { } scaling)
            return columns.InputsOf(table);
        if (columns.Inputs.Count > 0 && !columns.Inputs.SequenceEqual(scaling.Inputs.Columns))
            throw new TfLbfgsException($"--input: expected the columns {TerminalText.Quote([.. scaling.Inputs.Columns])} of the model's "
                + $"scaling, received {TerminalText.Quote([.. columns.Inputs])}.");
        int[] indexes = table.IndexesOf(scaling.Inputs.Columns, "input");
        string[] unused =
            [.. table.Columns.Except([.. scaling.Inputs.Columns, .. scaling.Targets.Columns, .. columns.Targets, .. columns.Ignored])];
        if (unused.Length > 0)
            report.Warn($"{table.Path}: the model does not use the columns {TerminalText.Quote(unused)}.");
        return indexes;
    }

    private static IReadOnlyList<string> OutputNames(Scaling? scaling, long outputs)
    {
        if (scaling is not null && scaling.Targets.Columns.Count == outputs)
            return scaling.Targets.Columns;
        return outputs == 1 ? ["prediction"] : [.. Enumerable.Range(1, (int)outputs).Select(i => $"prediction_{i}")];
    }
}
