using System.CommandLine;
using System.Globalization;
using TfLbfgs.Cli.Data;
using TfLbfgs.Cli.Files;
using TfLbfgs.Cli.Output;
using TfLbfgs.Keras;
using TfLbfgs.Tensors;

namespace TfLbfgs.Cli.Commands;

/// <summary><c>evaluate</c>: the loss of a model on a table, and the errors of its predictions.</summary>
internal static class EvaluateCommand
{
    public static Command Create()
    {
        ToolCommand command = new(
            "evaluate", "Measures a model on a table: the loss, and errors on the scale of the targets, or accuracy and confusions of "
            + "classes.",
            "evaluate refined.h5 --data test.csv --target y",
            "evaluate model.keras --data test.csv --target label --loss sparse_categorical_crossentropy --json");
        command.Arguments.Add(CommonOptions.Model);
        command.AddOptions(CommonOptions.Data, CommonOptions.Target, CommonOptions.Input, CommonOptions.Ignore,
            CommonOptions.Loss, CommonOptions.PredictionBatch);
        command.SetRun(Run);
        return command;
    }

    private static int Run(Session session)
    {
        ParseResult parsed = session.Options;
        string path = parsed.GetRequiredValue(CommonOptions.Model), dataPath = parsed.GetRequiredValue(CommonOptions.Data);
        ColumnChoice columns = CommonOptions.Columns(parsed, parsed.GetRequiredValue(CommonOptions.Target));
        string? chosen = parsed.GetValue(CommonOptions.Loss);
        if (chosen is not null)
            TargetRules.CheckName(chosen);
        ScaledModel.PlanToRead(new FilePlan(), path).Read(CommonOptions.Data.Name, dataPath).Check();
        using DataTable table = DataTable.Open(dataPath);
        using ScaledModel model = ScaledModel.Load(path);
        string loss = chosen ?? model.Loss ?? "mse";
        TargetRules.CheckName(loss);
        int[] targets = columns.TargetsOf(table);
        int[] inputs = columns.Inputs.Count == 0 && model.Scaling is { } known ? table.IndexesOf(known.Inputs.Columns, "input")
            : columns.InputsOf(table);
        string[] targetNames = [.. targets.Select(i => table.Columns[i])], inputNames = [.. inputs.Select(i => table.Columns[i])];
        if (model.Scaling is { } scaling
            && !(scaling.Targets.Columns.SequenceEqual(targetNames) && scaling.Inputs.Columns.SequenceEqual(inputNames)))
        {
            throw new TfLbfgsException(
                $"{path}: expected the inputs {TerminalText.Quote([.. scaling.Inputs.Columns])} and the targets "
                + $"{TerminalText.Quote([.. scaling.Targets.Columns])}, on which the model was trained, received "
                + $"{TerminalText.Quote(inputNames)} and {TerminalText.Quote(targetNames)}.");
        }

        ModelShape shape = ModelShape.Check(model.Model, path, inputNames);
        model.CheckTargets(shape.Outputs);
        TargetRules.CheckShapes(loss, shape.Outputs, targetNames);
        return Measure(session, model, loss, table, inputs, targets, shape, targetNames);
    }

    private static int Measure(Session session, ScaledModel model, string loss, DataTable table, int[] inputs, int[] targets,
        ModelShape shape, string[] targetNames)
    {
        Predictor predictor = new(model.Model, model.Scaling, session.Options.GetValue(CommonOptions.PredictionBatch));
        int[] all = [.. inputs, .. targets];
        int most = predictor.RowsOfBlock(all.Length);
        List<double> truth = [], predicted = [];
        double dataLoss = 0, penalty = 0;
        long rows = 0;
        ModelObjective? objective = null;
        try
        {
            for (Matrix block = table.ReadRows(all, most); block.Rows > 0; block = table.ReadRows(all, most))
            {
                Matrix x = block.ColumnRange(0, inputs.Length), y = block.ColumnRange(inputs.Length, targets.Length);
                TargetRules.CheckValues(loss, shape.Outputs, targetNames, y);
                predicted.AddRange(predictor.Predict(x).Values);
                truth.AddRange(y.Values);
                using Tensor input = (model.Scaling?.Inputs.Apply(x) ?? x).ToTensor(model.Model.DType),
                    target = (model.Scaling?.Targets.Apply(y) ?? y).ToTensor(model.Model.DType);
                objective ??= new ModelObjective(model.Model, loss, input, target);
                LossParts parts = objective.Measure(input, target);
                dataLoss += parts.Data * block.Rows;
                penalty = parts.Regularization;
                rows += block.Rows;
            }
        }
        finally
        {
            objective?.Dispose();
        }

        if (rows == 0)
            throw table.NoRows();
        dataLoss /= rows;
        Report report = session.Report;
        report.Say($"{rows} rows, {loss} of "
            + $"{TerminalText.Quote(targetNames)}{(model.Scaling is { Targets.ChangesValues: true } ? ", losses on the scale of the training" : "")}");
        report.Say(string.Create(CultureInfo.InvariantCulture,
            $"Loss {dataLoss + penalty:G8} (data {dataLoss:G8}, regularization {penalty:G8})"));
        report.Json.Add("rows", rows).Add("loss", loss).Add("targets", targetNames).Add("loss_value", dataLoss + penalty)
            .Add("data_loss", dataLoss).Add("regularization", penalty);
        Matrix answers = new([.. predicted], (int)shape.Outputs), wanted = new([.. truth], targets.Length);
        if (Evaluation.HasClasses(loss, answers.Columns))
            TellClasses(report, Evaluation.Confusion(loss, wanted, answers));
        else
            TellErrors(report, targetNames, wanted, answers);
        return ExitCode.Success;
    }

    private static void TellErrors(Report report, string[] names, Matrix truth, Matrix predicted)
    {
        ColumnErrors[] errors = [.. names.Select((_, i) => Evaluation.Errors(truth.Column(i), predicted.Column(i)))];
        report.Say("");
        TextTable.Write(
            report, ["target", "mean squared error", "mean absolute error", "largest error", "R²"],
            [.. errors.Select((e, i) =>
                new[] { names[i], Number(e.MeanSquared), Number(e.MeanAbsolute), Number(e.Largest), Number(e.Determination) })]);
        report.Json.Add("errors", errors.Zip(names), (json, item) => json.Add("target", item.Second).Add("mse", item.First.MeanSquared)
            .Add("rmse", Math.Sqrt(item.First.MeanSquared)).Add("mae", item.First.MeanAbsolute).Add("max_error", item.First.Largest)
                .Add("r2", item.First.Determination));
    }

    private static void TellClasses(Report report, long[,] confusion)
    {
        int classes = confusion.GetLength(0);
        report.Say(string.Create(CultureInfo.InvariantCulture, $"Accuracy {Evaluation.Accuracy(confusion):P2}"));
        report.Say("");
        string[] numbers = [.. Enumerable.Range(0, classes).Select(i => i.ToString(CultureInfo.InvariantCulture))];
        TextTable.Write(
            report, ["true \\ predicted", .. numbers],
            [.. numbers.Select((name, i) =>
                (string[])[name, .. numbers.Select((_, j) => confusion[i, j].ToString(CultureInfo.InvariantCulture))])]);
        report.Json.Add("accuracy", Evaluation.Accuracy(confusion)).Add(
            "confusion", Enumerable.Range(0, classes), (json, i) =>
                json.Add("class", i).Add("predicted", numbers.Select((_, j) => confusion[i, j])));
    }

    private static string Number(double value) => value.ToString("G6", CultureInfo.InvariantCulture);
}
