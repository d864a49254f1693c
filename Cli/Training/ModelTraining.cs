using System.Globalization;
using TfLbfgs.Cli.Commands;
using TfLbfgs.Cli.Data;
using TfLbfgs.Cli.Files;
using TfLbfgs.Cli.Output;
using TfLbfgs.Cli.Reporting;
using TfLbfgs.Keras;
using TfLbfgs.Optimization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TrainingData = TfLbfgs.Cli.Data.TrainingData;

namespace TfLbfgs.Cli.Training;

/// <summary>
/// Trains a model on the rows of a table by L-BFGS, after Adam where it is asked for, and saves it: the work of <c>train</c> and
/// <c>refine</c>.
/// </summary>
/// <param name="options">What was asked.</param>
/// <param name="loss">The name of the loss.</param>
/// <param name="model">The model; borrowed.</param>
/// <param name="data">The table on its own scale.</param>
/// <param name="scaling">What is done to the columns; null: nothing.</param>
/// <param name="session">Where it reports, and what interrupts it.</param>
internal sealed class ModelTraining(TrainingOptions options, string loss, ScaledModel model, TrainingData data, Scaling? scaling, Session session)
{
    private const int BatchSize = 1024;

    // By more than rounding, of float32 too: a loss that is lower relatively by this is that of another model.
    private const double LowerLoss = 1e-5;

    private readonly TrainingData _scaled = scaling is null ? data : data.Apply(scaling);

    /// <summary>Where the scaling comes from, in words.</summary>
    public required string ScalingOrigin { get; init; }

    /// <summary>Training by Adam before L-BFGS; null: none.</summary>
    public AdamPhase? Adam { get; init; }

    /// <summary>Trains, saves and reports.</summary>
    /// <returns>The exit code.</returns>
    public int Run()
    {
        model.Model.CheckCanSave(options.Output);
        string start = model.StartFingerprint();
        DType dtype = options.ComputeDType ?? model.Model.DType;
        using Tensor x = _scaled.Inputs.ToTensor(dtype), y = _scaled.Targets.ToTensor(dtype);
        using ModelObjective objective = new(model.Model, loss, x, y, new ObjectiveOptions { ComputeDType = options.ComputeDType });
        LossParts before = objective.Measure();
        LossParts? validationBefore = Validate(objective);
        RunRecord record = new() { Before = before, ValidationBefore = validationBefore };
        LbfgsOptions minimizer = WithLabels(options.Minimizer, start);
        bool resumes = minimizer.Checkpoint is { Resume: true } checkpoint && File.Exists(checkpoint.Path);
        if (resumes)
            CheckModelOfState(minimizer.Checkpoint!, before);
        ProbeFunction.CheckXlaVariables(session);
        session.Interruption.BeginWork();
        if (Adam is not null && !resumes)
            record.Adam.AddRange(Adam.Run(model.Model, loss, _scaled, session));

        using LbfgsResult result = Minimize(objective, minimizer, record);
        if (result.Reason == StopReason.BadStart)
        {
            throw new TfLbfgsException(
                $"{model.Path}: expected a finite loss and gradient at the start. {result.Message} Nothing was saved. Try --standardize, "
                + $"--dtype float64 or --compute-dtype float64{(Adam is null ? "" : ", or a smaller --learning-rate")}.");
        }

        record.Result = result;
        record.After = objective.Measure();
        record.ValidationAfter = Validate(objective);
        ScaledModel.Save(options.Output, model.Model, scaling, loss, start, session.Report);
        WriteOthers(result, record);
        Tell(result, record);
        return result.Reason == StopReason.Cancelled ? session.Interruption.ExitCode : ExitCode.Success;
    }

    // A model that was trained further elsewhere would be replaced by what the run has.
    private void CheckModelOfState(Checkpoint checkpoint, LossParts before)
    {
        using LbfgsState state = LbfgsState.Load(checkpoint.Path);
        double lowest = state.History.Select(point => point.Loss).Append(state.Loss).Min();
        // A state of another problem is refused where it is resumed, by the name of what differs.
        bool isOfThisProblem = checkpoint.Labels.All(label => state.Labels.TryGetValue(label.Key, out string? value) && value == label.Value);
        if (isOfThisProblem && before.Total < lowest - (LowerLoss * Math.Abs(lowest)))
        {
            throw new TfLbfgsException(string.Create(
                CultureInfo.InvariantCulture,
                $"--resume: expected the model that the run of {checkpoint.Path} started from, or the one that it saved, received {model.Path}, whose loss {before.Total:G8} is lower than {lowest:G8}, the run's. Nothing was changed. Begin anew without --resume."));
        }
    }

    private LbfgsResult Minimize(ModelObjective objective, LbfgsOptions minimizer, RunRecord record)
    {
        if (minimizer.Execution == Execution.CompiledCalls)
            session.Report.Say("XLA compiles loss and gradient; this takes a second or more, and Ctrl-C ends it.");
        using PenaltyRecorder? penalties = options.ReportFolder is not null && record.Before.Regularization != 0
            ? PenaltyRecorder.Create(model.Model, _scaled, record) : null;
        minimizer = minimizer with
        {
            Validation = ChooseValidation(objective),
            Observers = penalties is null
                ? minimizer.Observers
                : [.. minimizer.Observers, new QuietObserver(penalties, "the terms of the report", session.Report.Warn)],
        };
        return ProgressDisplay.Run(session,
            progress => Lbfgs.Minimize(objective, minimizer with { Progress = progress }, session.Interruption.Token));
    }

    private LbfgsOptions WithLabels(LbfgsOptions minimizer, string start) => minimizer.Checkpoint is null ? minimizer : minimizer with
    {
        Checkpoint = minimizer.Checkpoint with
        {
            Labels = new Dictionary<string, string>
            {
                ["model"] = start,
                ["data"] = data.Fingerprint(),
                ["loss"] = loss,
                ["scaling"] = ScaledModel.Fingerprint(scaling),
            },
        },
    };

    private Validation? ChooseValidation(ModelObjective objective)
    {
        bool stops = options.ValidationPatience is not null;
        if (stops && data.ValidationRows == 0)
        {
            string split = options.ValidationSplit.ToString(CultureInfo.InvariantCulture);
            throw new TfLbfgsException(
                $"--validation-patience: expected rows to validate with, received --validation-split {split} of {data.Rows} rows, which "
                + "leaves none.");
        }

        // A report shows the curve, which changes nothing of the run.
        if (!stops && (options.ReportFolder is null || data.ValidationRows == 0))
            return null;
        using Tensor x = _scaled.ValidationInputs.ToTensor(objective.DType), y = _scaled.ValidationTargets.ToTensor(objective.DType);
        return objective.ValidateOn(x, y) with { Patience = options.ValidationPatience, Interval = options.ValidationInterval, RestoreBest = stops };
    }

    private LossParts? Validate(ModelObjective objective)
    {
        if (data.ValidationRows == 0)
            return null;
        using Tensor x = _scaled.ValidationInputs.ToTensor(objective.DType), y = _scaled.ValidationTargets.ToTensor(objective.DType);
        return objective.Measure(x, y);
    }

    private void WriteOthers(LbfgsResult result, RunRecord record)
    {
        Report report = session.Report;
        foreach (QuietObserver log in options.Minimizer.Observers.OfType<QuietObserver>().Where(log => !log.HasFailed))
            report.Wrote(log.Name);
        if (options.Plot is { } plot && ResultFile.TryWrite(plot, () => result.PlotLoss(plot), report))
            report.Wrote(plot);
        if (options.ReportFile is { } file && ResultFile.TryWrite(file, () => WriteReport(file, record), report))
            report.Wrote(file);
    }

    private void WriteReport(string file, RunRecord record)
    {
        Predictor predictor = new(model.Model, scaling, BatchSize);
        TrainingPage page = new(options, loss, model, data, record)
        {
            ScalingOrigin = ScalingOrigin,
            Predicted = predictor.Predict(data.Inputs),
            ValidationPredicted = data.ValidationRows > 0 ? predictor.Predict(data.ValidationInputs) : null,
        };
        IO.AtomicFile.Write(file, page.Write);
    }

    private void Tell(LbfgsResult result, RunRecord record)
    {
        Report report = session.Report;
        (LossParts before, LossParts after) = (record.Before, record.After!);
        report.Say("");
        report.Say(result.ToString());
        report.Say(Describe("Training loss", before, after));
        if (record.ValidationBefore is { } first && record.ValidationAfter is { } last)
            report.Say(Describe("Validation loss", first, last));
        if (result.Reason == StopReason.Cancelled)
            report.Say($"Interrupted: what was saved is the best point so far, after {result.Iterations} iterations.");

        report.AddResult(result);
        report.Json.Add("data_loss_before", before.Data).Add("data_loss_after", after.Data)
            .Add("regularization_before", before.Regularization).Add("regularization_after", after.Regularization);
        if (record.ValidationBefore is { } start && record.ValidationAfter is { } end)
        {
            report.Json.Add("validation_loss_before", start.Total).Add("validation_loss_after", end.Total)
                .Add("validation_data_loss_before", start.Data).Add("validation_data_loss_after", end.Data);
        }

        report.Json.Add("loss", loss).Add("rows", data.Rows).Add("validation_rows", data.ValidationRows)
            .Add("inputs", data.InputColumns).Add("targets", data.TargetColumns).Add("scaling", ScalingOrigin)
            .Add("parameters", model.Model.TrainableVariables.Sum(variable => variable.Shape.ElementCount))
                .Add("dtype", model.Model.DType.PythonName)
            .Add("adam_epochs", record.Adam.Count);
    }

    private static string Describe(string name, LossParts before, LossParts after) => string.Create(CultureInfo.InvariantCulture,
        $"{name,-15}  {before.Total:G8} -> {after.Total:G8} (data {before.Data:G8} -> {after.Data:G8}, regularization {before.Regularization:G8} -> {after.Regularization:G8})");
}
