using System.CommandLine;
using System.Globalization;
using TfLbfgs.Cli.Data;
using TfLbfgs.Cli.Output;
using TfLbfgs.IO;
using TfLbfgs.Keras;
using TfLbfgs.Keras.Saving;
using TfLbfgs.Optimization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TrainingData = TfLbfgs.Cli.Data.TrainingData;

namespace TfLbfgs.Cli.Commands;

/// <summary><c>refine</c>: goes on training a saved Keras model with L-BFGS on the rows of a CSV file.</summary>
internal static class RefineCommand
{
    public static Command Create()
    {
        Command command = new("refine", "Loads a model saved by Keras, refines it with L-BFGS on a CSV file and saves it. Ctrl-C saves the best point so far.");
        Func<ParseResult, RefineOptions> read = RefineOptions.AddTo(command);
        command.SetRun((parsed, report) => Run(read(parsed), report));
        return command;
    }

    private static int Run(RefineOptions options, Report report)
    {
        TargetRules.CheckName(options.Loss);
        CheckOutput(options);
        TrainingData data = TrainingData.Read(options.Data, options.Targets, options.ValidationSplit);
        using Model model = Model.Load(options.Model, new LoadOptions { DType = options.DType });
        ModelShape shape = ModelShape.Check(model, options.Model, data.InputColumns);
        TargetRules.CheckShapes(options.Loss, shape.Outputs, data.TargetColumns);
        TargetRules.CheckValues(options.Loss, shape.Outputs, data.TargetColumns, data.Targets);
        TargetRules.CheckValues(options.Loss, shape.Outputs, data.TargetColumns, data.ValidationTargets);
        Scaling? scaling = ChooseScaling(options, data, out string origin);

        report.Say(string.Create(CultureInfo.InvariantCulture, $"Model    {options.Model}: {model.DType.PythonName}, {Count(shape.Inputs, "input")}, {Count(shape.Outputs, "output")}"));
        report.Say($"Data     {options.Data}: {data.Rows} rows to train on, {data.ValidationRows} to validate with; {options.Loss} of {CsvTable.Quote(data.TargetColumns)}");
        report.Say($"Scaling  {origin}");
        foreach (string warning in model.LoadReport?.Warnings ?? [])
            report.Warn($"{options.Model}: {warning}");
        return Minimize(options, model, scaling is null ? data : data.Apply(scaling), scaling, origin, report);
    }

    private static int Minimize(RefineOptions options, Model model, TrainingData data, Scaling? scaling, string origin, Report report)
    {
        DType dtype = options.ComputeDType ?? model.DType;
        using Tensor x = data.Inputs.ToTensor(dtype), y = data.Targets.ToTensor(dtype);
        using ModelObjective objective = new(model, options.Loss, x, y, new ObjectiveOptions { ComputeDType = options.ComputeDType });
        LossParts before = objective.Measure();
        LossParts? validationBefore = Validate(objective, data);
        using Interruption interruption = new();
        LbfgsOptions minimizer = options.Minimizer with { Validation = ChooseValidation(options, objective, data) };
        using LbfgsResult result = ProgressDisplay.Run(progress => Lbfgs.Minimize(objective, minimizer with { Progress = progress }, interruption.Token));
        if (result.Reason == StopReason.BadStart)
            throw new TfLbfgsException($"{options.Model}: expected a finite loss and gradient at the start. {result.Message} Nothing was saved. Try --standardize, --dtype float64 or --compute-dtype float64.");
        LossParts after = objective.Measure();
        LossParts? validationAfter = Validate(objective, data);
        List<string> files = Save(options.Output, model, scaling, report);
        files.AddRange(options.Logs);
        if (options.Plot is not null)
        {
            result.PlotLoss(options.Plot);
            files.Add(Path.GetFullPath(options.Plot));
        }


        report.Say("");
        report.Say(result.ToString());
        report.Say(Describe("Training loss", before, after));
        if (validationBefore is not null && validationAfter is not null)
            report.Say(Describe("Validation loss", validationBefore, validationAfter));
        if (result.Reason == StopReason.Cancelled)
            report.Say($"Interrupted: what was saved is the best point so far, after {result.Iterations} iterations.");
        foreach (string file in files)
            report.Say($"Wrote {file}");

        report.AddResult(result);
        report.Json.Add("data_loss_before", before.Data).Add("data_loss_after", after.Data)
            .Add("regularization_before", before.Regularization).Add("regularization_after", after.Regularization);
        if (validationBefore is { } first && validationAfter is { } last)
        {
            report.Json.Add("validation_loss_before", first.Total).Add("validation_loss_after", last.Total)
                .Add("validation_data_loss_before", first.Data).Add("validation_data_loss_after", last.Data);
        }

        report.Json.Add("loss", options.Loss).Add("rows", data.Rows).Add("validation_rows", data.ValidationRows)
            .Add("inputs", data.InputColumns).Add("targets", data.TargetColumns).Add("scaling", origin)
            .Add("parameters", objective.Count).Add("dtype", model.DType.PythonName).Add("files", files).Add("warnings", report.Warnings);
        return interruption.ExitCodeOf(result);
    }

    private static void CheckOutput(RefineOptions options)
    {
        if (Path.GetExtension(options.Output).ToUpperInvariant() is not (".H5" or ".HDF5"))
            throw new TfLbfgsException($"--output: expected a file that ends in .h5, received {options.Output}.");
        if (Path.GetFullPath(options.Output) == Path.GetFullPath(options.Data))
            throw new TfLbfgsException($"--output: expected another file than --data, received {options.Output} for both.");
        OutputPlace.CheckWritable(options.Output);
        OutputPlace.CheckWritable(Scaling.PathFor(options.Output));
        CheckOthers(options);
    }

    /// <summary>What is written beside the model must not overwrite what is read, or the model.</summary>
    private static void CheckOthers(RefineOptions options)
    {
        if (options.ValidationPatience is not null && options.ValidationSplit == 0)
            throw new TfLbfgsException("--validation-patience: expected --validation-split as well, received none: there are no rows to validate with.");
        if (options.Plot is not null)
        {
            if (Path.GetExtension(options.Plot).ToUpperInvariant() is not (".PNG" or ".SVG"))
                throw new TfLbfgsException($"--plot: expected a file that ends in .png or .svg, received {options.Plot}.");
            OutputPlace.CheckWritable(options.Plot, "--plot");
        }

        string[] used = [.. ((string[])[options.Model, options.Data, options.Output, Scaling.PathFor(options.Output)]).Select(Path.GetFullPath)];
        foreach (string path in options.Plot is null ? options.Logs : [.. options.Logs, Path.GetFullPath(options.Plot)])
        {
            if (used.Contains(path))
                throw new TfLbfgsException($"--csv, --plot: expected files of their own, received {path}, which is read or written already.");
        }
    }

    private static Validation? ChooseValidation(RefineOptions options, ModelObjective objective, TrainingData data)
    {
        if (options.ValidationPatience is not { } patience)
            return null;
        if (data.ValidationRows == 0)
            throw new TfLbfgsException($"--validation-patience: expected rows to validate with, received --validation-split {options.ValidationSplit.ToString(CultureInfo.InvariantCulture)} of {data.Rows} rows, which leaves none.");
        using Tensor x = data.ValidationInputs.ToTensor(objective.DType), y = data.ValidationTargets.ToTensor(objective.DType);
        return objective.ValidateOn(x, y) with { Patience = patience, Interval = options.ValidationInterval };
    }

    /// <summary>A model that comes with a scaling was trained on that scale, and stays on it.</summary>
    private static Scaling? ChooseScaling(RefineOptions options, TrainingData data, out string origin)
    {
        if (Scaling.Find(options.Model) is { } found)
        {
            string path = Scaling.PathFor(options.Model);
            if (!found.Inputs.Columns.SequenceEqual(data.InputColumns) || !found.Targets.Columns.SequenceEqual(data.TargetColumns))
            {
                throw new TfLbfgsException(
                    $"{path}: expected data with the inputs {CsvTable.Quote([.. found.Inputs.Columns])} and the targets {CsvTable.Quote([.. found.Targets.Columns])}, on which the model was trained, " +
                    $"received {CsvTable.Quote([.. data.InputColumns])} and {CsvTable.Quote([.. data.TargetColumns])}. Move the scaling file away to start anew.");
            }

            if (found.Targets.ChangesValues && !TargetRules.ScalesTargets(options.Loss))
                throw new TfLbfgsException($"{path}: expected a loss for scaled targets (mse, mae or huber), received {options.Loss}. Move the scaling file away to start anew.");
            origin = $"as before, from {path}";
            return found;
        }

        origin = options.Standardize ? "mean 0 and standard deviation 1, from the training rows" : "none";
        if (!options.Standardize)
            return null;
        return new Scaling(
            ColumnScaling.Fit(data.InputColumns, data.Inputs),
            TargetRules.ScalesTargets(options.Loss) ? ColumnScaling.Fit(data.TargetColumns, data.Targets) : ColumnScaling.Identity(data.TargetColumns));
    }

    private static LossParts? Validate(ModelObjective objective, TrainingData data)
    {
        if (data.ValidationRows == 0)
            return null;
        using Tensor x = data.ValidationInputs.ToTensor(objective.DType), y = data.ValidationTargets.ToTensor(objective.DType);
        return objective.Measure(x, y);
    }

    private static List<string> Save(string output, Model model, Scaling? scaling, Report report)
    {
        string scalingPath = Scaling.PathFor(output);
        List<string> files = [Path.GetFullPath(output)];
        // The scaling is on the disk before the model changes, so that no model is left without it.
        using AtomicFile? prepared = scaling is null ? null : AtomicFile.Prepare(scalingPath, scaling.Write);
        SaveReport saved = model.Save(output);
        foreach (string warning in saved.Warnings)
            report.Warn($"{output}: {warning}");
        if (prepared is not null)
        {
            prepared.Commit();
            files.Add(Path.GetFullPath(scalingPath));
        }
        else if (File.Exists(scalingPath))
        {
            File.Delete(scalingPath);
            report.Warn($"{scalingPath} belonged to a model that was replaced, and was removed.");
        }

        return files;
    }

    private static string Count(long number, string noun) => number == 1 ? $"1 {noun}" : $"{number} {noun}s";

    private static string Describe(string name, LossParts before, LossParts after) => string.Create(CultureInfo.InvariantCulture,
        $"{name,-15}  {before.Total:G8} -> {after.Total:G8} (data {before.Data:G8} -> {after.Data:G8}, regularization {before.Regularization:G8} -> {after.Regularization:G8})");
}
