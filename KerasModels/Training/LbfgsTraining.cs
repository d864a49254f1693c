using TfLbfgs.Keras.Callbacks;
using TfLbfgs.Optimization;

namespace TfLbfgs.Keras;

/// <summary>Epochs that are accepted iterations of L-BFGS.</summary>
internal sealed class LbfgsTraining(TrainingRun run, LbfgsOptimizer method)
{
    /// <summary>Runs until the minimizer, the last epoch or a callback ends it; the model then has the best weights.</summary>
    public LbfgsResult? Run(Action<TrainingLogs> ended, Func<bool> goesOn)
    {
        Model model = run.Model;
        if (run.Data.Arrays is not { } arrays)
        {
            throw new TfLbfgsException(
                "LbfgsOptimizer: expected tensors that hold all rows, since a line search compares losses of the same data, received batches. "
                + "Set FitOptions.BatchSize to go through the rows in slices, or minimize by the stochastic variant, StochasticLbfgs.");
        }

        if (!run.GoesOn || !goesOn())
            return null;
        model.BuildFor(arrays.Inputs);
        using ObjectiveData? weighted = run.Options.ClassWeights is { } weights ? ClassWeighting.Apply(arrays, weights) : null;
        using FitObjective objective = new(model, weighted ?? arrays, method.BatchStatistics);
        Objective minimized = run.Options.BatchSize is { } size && size < run.Data.Rows ? new ChunkedObjective(objective, size) : objective;
        using LbfgsMinimizer minimizer = new(minimized, method.Options);
        using LbfgsState state = minimizer.Begin(run.Options.CancellationToken);
        try
        {
            // A search that fails, or that a limit ends, is the last epoch, of the loss before.
            bool iterates = state.Reason is null;
            while (iterates && state.Iterations < method.Options.MaxIterations && run.GoesOn && goesOn())
            {
                run.BeginEpoch();
                run.Callbacks.OnTrainBatchBegin(0);
                iterates = minimizer.Step(state, run.Options.CancellationToken);
                run.Options.CancellationToken.ThrowIfCancellationRequested();
                // Callbacks, validation and measures see the weights of the iteration.
                minimized.Adopt(state.Position);
                TrainingLogs logs = Measure(state.Loss);
                run.Callbacks.OnTrainBatchEnd(0, logs);
                ended(run.EndEpoch(logs, method.Name));
            }

            // At its limit the minimizer makes no further step, but says so.
            if (iterates && state.Iterations >= method.Options.MaxIterations)
                minimizer.Step(state, run.Options.CancellationToken);
        }
        finally
        {
            // A callback that failed leaves the best weights, too.
            Finish(minimizer, state);
        }

        LbfgsResult result = minimizer.Finish(state);
        if (state.Reason is not null)
            model.NoteStop(result.Message);
        return result;
    }

    private static void Finish(LbfgsMinimizer minimizer, LbfgsState state) => minimizer.Finish(state).Dispose();

    /// <summary>The loss of the iteration, and what else the model measures, in one pass over the data.</summary>
    private TrainingLogs Measure(double loss)
    {
        TrainingLogs logs = new() { ["loss"] = loss };
        if (!run.Model.RequireCompiled().MeasuresMore)
            return logs;
        CallbackList none = new(run.Model, []);
        int rows = (int)Math.Min(run.Options.BatchSize ?? run.Data.Rows!.Value, int.MaxValue);
        foreach ((string name, double value) in new Evaluation(run.Model, run.Data, rows, null).Run(none, run.Options.CancellationToken))
        {
            if (name != "loss")
                logs[name] = value;
        }

        return logs;
    }
}
