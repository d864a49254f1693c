using System.CommandLine;
using System.Globalization;
using TfLbfgs.Cli.Data;
using TfLbfgs.Cli.Files;
using TfLbfgs.Cli.Output;
using TfLbfgs.Cli.Training;
using TfLbfgs.Keras.Saving;
using TfLbfgs.Runtime;
using TrainingData = TfLbfgs.Cli.Data.TrainingData;

namespace TfLbfgs.Cli.Commands;

/// <summary><c>refine</c>: goes on training a saved Keras model with L-BFGS on the rows of a table.</summary>
internal static class RefineCommand
{
    public static Command Create()
    {
        ToolCommand command = new(
            "refine", "Loads a model saved by Keras, refines it with L-BFGS on a table and saves it. Ctrl-C saves the best point so far.",
            "refine model.h5 --data data.csv --target y --output refined.h5 --standardize",
            "refine model.keras --data data.csv --target label --loss sparse_categorical_crossentropy --validation-split 0.2 "
            + "--validation-patience 10 --output refined.keras --report report",
            "refine model.h5 --data data.csv --target y --output refined.h5 --checkpoint run.state --resume");
        command.Arguments.Add(CommonOptions.Model);
        Func<ParseResult, Report, FilePlan, TrainingOptions> read = TrainingOptions.AddTo(command);
        command.SetRun(session =>
        {
            string model = session.Options.GetRequiredValue(CommonOptions.Model);
            return Run(model, read(session.Options, session.Report, ScaledModel.PlanToRead(new FilePlan(), model)), session);
        });
        return command;
    }

    private static int Run(string path, TrainingOptions options, Session session)
    {
        TrainingData data = TrainingData.Read(options.Data, options.Columns, options.ValidationSplit);
        using ScaledModel model = ScaledModel.Load(path, new LoadOptions { DType = options.DType });
        string loss = options.Loss ?? model.Loss ?? "mse";
        TargetRules.CheckName(loss);
        ModelShape shape = ModelShape.Check(model.Model, path, data.InputColumns);
        TargetRules.Check(loss, shape.Outputs, data);
        Scaling? scaling = ChooseScaling(model, loss, options.Standardize, data, out string origin);

        Report report = session.Report;
        report.Say(string.Create(CultureInfo.InvariantCulture,
            $"Model    {path}: {model.Model.DType.PythonName}, {Count(shape.Inputs, "input")}, {Count(shape.Outputs, "output")}"));
        report.Say($"Data     {options.Data}: {data.Rows} rows to train on, {data.ValidationRows} to validate with; {loss} of "
            + $"{TerminalText.Quote(data.TargetColumns)}");
        report.Say($"Scaling  {origin}");
        foreach (string warning in model.Model.LoadReport?.Warnings ?? [])
            report.Warn($"{path}: {warning}");
        return new ModelTraining(options, loss, model, data, scaling, session) { ScalingOrigin = origin }.Run();
    }

    /// <summary>A model that comes with a scaling was trained on that scale, and stays on it.</summary>
    private static Scaling? ChooseScaling(ScaledModel model, string loss, bool standardize, TrainingData data, out string origin)
    {
        if (model.Scaling is { } found)
        {
            string place = model.ScalingFile ?? model.Path;
            if (!found.Inputs.Columns.SequenceEqual(data.InputColumns) || !found.Targets.Columns.SequenceEqual(data.TargetColumns))
            {
                throw new TfLbfgsException(
                    $"{place}: expected data with the inputs {TerminalText.Quote([.. found.Inputs.Columns])} and the targets "
                    + $"{TerminalText.Quote([.. found.Targets.Columns])}, on which the model was trained, " +
                    $"received {TerminalText.Quote([.. data.InputColumns])} and {TerminalText.Quote([.. data.TargetColumns])}. Name them "
                    + "by --input and --target, or train a new model.");
            }

            if (found.Targets.ChangesValues && !TargetRules.ScalesTargets(loss))
                throw new TfLbfgsException($"{place}: expected a loss for scaled targets (mse, mae or huber), received {loss}. Train a "
                    + "new model for another loss.");
            origin = $"as before, from {place}";
            return found;
        }

        origin = Scaling.OriginOf(standardize);
        return standardize ? Scaling.Fit(data, TargetRules.ScalesTargets(loss)) : null;
    }

    private static string Count(long number, string noun) => number == 1 ? $"1 {noun}" : $"{number} {noun}s";
}
