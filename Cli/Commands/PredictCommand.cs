using System.CommandLine;
using System.Globalization;
using System.Text;
using TfLbfgs.Cli.Data;
using TfLbfgs.Cli.Output;
using TfLbfgs.IO;
using TfLbfgs.Keras;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Cli.Commands;

/// <summary><c>predict</c>: applies a model, and the scaling beside it, to the rows of a CSV file.</summary>
internal static class PredictCommand
{
    private static readonly Argument<string> ModelArgument = new("MODEL") { Description = "The model, legacy whole-model .h5. MODEL.scaling.json beside it is applied." };
    private static readonly Option<string> DataOption = new("--data", "-d") { Description = "The inputs: CSV with a header row.", HelpName = "FILE.csv", Required = true };
    private static readonly Option<string> OutputOption = new("--output", "-o") { Description = "The predictions: CSV, a row for each row of the data.", HelpName = "FILE.csv", Required = true };

    private static readonly Option<string?> TargetOption = new("--target", "-t")
    {
        Description = "Columns of the data that are targets and no inputs. Not needed where a scaling file names the columns.",
        HelpName = "COLUMN[,COLUMN]",
    };

    public static Command Create()
    {
        Command command = new("predict", "Applies a model to a CSV file; the predictions are on the scale of the original targets.");
        command.Arguments.Add(ModelArgument);
        foreach (Option option in (Option[])[DataOption, OutputOption, TargetOption])
            command.Options.Add(option);
        command.SetRun((parsed, report) =>
        {
            string? targets = parsed.GetValue(TargetOption);
            return Run(
                parsed.GetRequiredValue(ModelArgument), parsed.GetRequiredValue(DataOption), parsed.GetRequiredValue(OutputOption),
                targets is null ? [] : RefineOptions.ColumnNames(targets), report);
        });
        return command;
    }

    private static int Run(string modelPath, string dataPath, string output, IReadOnlyList<string> targets, Report report)
    {
        OutputPlace.CheckWritable(output);
        if (Path.GetFullPath(output) == Path.GetFullPath(dataPath) || Path.GetFullPath(output) == Path.GetFullPath(modelPath))
            throw new TfLbfgsException($"--output: expected another file than the data and the model, received {output}.");
        CsvTable table = CsvTable.Open(dataPath);
        Scaling? scaling = Scaling.Find(modelPath);
        int[] ignored = table.IndexesOf(targets, "target");
        int[] indexes = scaling is null
            ? [.. Enumerable.Range(0, table.Columns.Count).Except(ignored)]
            : table.IndexesOf(scaling.Inputs.Columns, "input");
        if (indexes.Length == 0)
            throw new TfLbfgsException($"{dataPath}: expected input columns, received targets only.");
        string[] inputs = [.. indexes.Select(i => table.Columns[i])];
        Matrix rows = table.Read(indexes);

        using Model model = Model.Load(modelPath);
        ModelShape shape = ModelShape.Check(model, modelPath, inputs);
        if (scaling is not null)
        {
            string[] unused = [.. table.Columns.Except([.. inputs, .. scaling.Targets.Columns, .. targets])];
            if (unused.Length > 0)
                report.Warn($"{dataPath}: the model does not use the columns {CsvTable.Quote(unused)}.");
            if (scaling.Targets.ChangesValues && scaling.Targets.Columns.Count != shape.Outputs)
            {
                throw new TfLbfgsException(
                    $"{Scaling.PathFor(modelPath)}: expected a scaling of the {shape.Outputs} outputs of the model, received one of {scaling.Targets.Columns.Count}: it belongs to another model.");
            }

            rows = scaling.Inputs.Apply(rows);
        }

        Matrix predicted = Predict(model, rows);
        bool scaled = scaling is { Targets.ChangesValues: true };
        if (scaled)
            predicted = scaling!.Targets.Undo(predicted);
        IReadOnlyList<string> names = OutputNames(scaling, shape.Outputs);
        bool narrow = model.DType == DType.Float32 && !scaled;
        AtomicFile.Write(output, stream => Write(stream, names, predicted, narrow));

        int notFinite = predicted.Values.Count(value => !double.IsFinite(value));
        if (notFinite > 0)
            report.Warn($"{output}: {notFinite} of {predicted.Values.Length} predictions are not finite.");
        report.Say($"{predicted.Rows} rows predicted with {modelPath}{(scaling is null ? "" : $" and {Scaling.PathFor(modelPath)}")}.");
        report.Say($"Wrote {Path.GetFullPath(output)}");
        report.Json.Add("rows", predicted.Rows).Add("inputs", inputs).Add("outputs", names).Add("scaling", scaling is null ? null : Path.GetFullPath(Scaling.PathFor(modelPath)))
            .Add("files", [Path.GetFullPath(output)]).Add("warnings", report.Warnings);
        return ExitCode.Success;
    }

    private static Matrix Predict(Model model, Matrix rows)
    {
        using Tensor x = rows.ToTensor(model.DType), y = model.Predict(x);
        return new Matrix(y.ToDoubles(), (int)y.Shape[1]);
    }

    private static IReadOnlyList<string> OutputNames(Scaling? scaling, long outputs)
    {
        if (scaling is not null && scaling.Targets.Columns.Count == outputs)
            return scaling.Targets.Columns;
        return outputs == 1 ? ["prediction"] : [.. Enumerable.Range(1, (int)outputs).Select(i => $"prediction_{i}")];
    }

    private static void Write(Stream stream, IReadOnlyList<string> names, Matrix rows, bool narrow)
    {
        using StreamWriter writer = new(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true) { NewLine = "\n" };
        writer.WriteLine(string.Join(',', names.Select(Escape)));
        for (int row = 0; row < rows.Rows; row++)
            writer.WriteLine(string.Join(',', Enumerable.Range(0, rows.Columns).Select(column => Format(rows[row, column], narrow))));
    }

    /// <summary>The shortest text that reads back as the same number.</summary>
    private static string Format(double value, bool narrow) =>
        narrow ? ((float)value).ToString("R", CultureInfo.InvariantCulture) : value.ToString("R", CultureInfo.InvariantCulture);

    private static string Escape(string name) =>
        name.AsSpan().IndexOfAny(",\"\r\n;") < 0 ? name : $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
