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
        using ObjectiveData arrays = Arrays();
        if (!run.GoesOn || !goesOn())
            return null;
        model.BuildFor(arrays.Inputs);
        using FitObjective objective = new(model, arrays, method);
        Objective minimized = objective;
        if (run.Options.BatchSize is { } size && size < run.Data.Rows)
        {
            ChunkedObjective chunked = new(objective, size);
            minimized = chunked;
            run.Note($"L-BFGS: {chunked.Rows} rows in {chunked.Chunks} slices of {size}, whose losses and gradients are added: an "
                + "iteration sees all rows.");
        }

        LbfgsOptions options = method.Options with
        {
            OnChangedProblem = run.Options.Resampling is { KeepPairs: false } ? ChangedProblemPolicy.Restart
                : run.Options.Resampling is not null ? ChangedProblemPolicy.KeepPairs : method.Options.OnChangedProblem,
        };
        using LbfgsMinimizer minimizer = new(minimized, options);
        using LbfgsState state = minimizer.Begin(run.Options.CancellationToken);
        // Iterations that a state forgot which began anew on other data.
        int before = 0;
        try
        {
            // A search that fails, or that a limit ends, is the last epoch, of the loss before.
            run.Options.CancellationToken.ThrowIfCancellationRequested();
            bool iterates = state.Reason is null;
            while (iterates && before + state.Iterations < options.MaxIterations && run.GoesOn && goesOn())
            {
                int known = state.Iterations;
                if (run.TryResample())
                {
                    using ObjectiveData drawn = Arrays();
                    objective.Replace(drawn);
                    run.Note(FormattableString.Invariant($"epoch {run.Epoch}: other data of {run.Data.Rows} rows"));
                }

                run.BeginEpoch();
                run.Callbacks.OnTrainBatchBegin(0);
                iterates = minimizer.Step(state, run.Options.CancellationToken);
                run.Options.CancellationToken.ThrowIfCancellationRequested();
                before += state.Iterations < known ? known : 0;
                // Callbacks, validation and measures see the weights of the iteration.
                minimized.Adopt(state.Position);
                TrainingLogs logs = Measure(state.Loss);
                run.Callbacks.OnTrainBatchEnd(0, logs);
                ended(run.EndEpoch(logs, method.Name));
            }

            // At its limit the minimizer makes no further step, but says so.
            if (iterates && state.Iterations >= options.MaxIterations)
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

    /// <exception cref="TfLbfgsException">The data are batches.</exception>
    public static void CheckData(TrainingData data)
    {
        if (data.Arrays is null)
        {
            throw new TfLbfgsException(
                "LbfgsOptimizer: expected tensors that hold all rows, since a line search compares losses of the same data, received "
                + "batches. Set FitOptions.BatchSize to go through the rows in slices, or minimize by the stochastic variant, "
                + "StochasticLbfgs.");
        }
    }

    /// <summary>The present data with weights of their classes, owned by the caller.</summary>
    private ObjectiveData Arrays()
    {
        CheckData(run.Data);
        ObjectiveData arrays = run.Data.Arrays!;
        return run.Options.ClassWeights is { } weights ? ClassWeighting.Apply(arrays, weights) : arrays.Hold(null);
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
