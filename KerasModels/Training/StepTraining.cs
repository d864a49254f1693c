using TfLbfgs.Keras.Optimizers;

namespace TfLbfgs.Keras;

/// <summary>Epochs of steps: each takes the gradients of a batch.</summary>
internal sealed class StepTraining(TrainingRun run, Optimizer optimizer)
{
    /// <summary>Runs until the last epoch of the run, or until it is stopped.</summary>
    /// <param name="ended">Receives the logs of each epoch.</param>
    /// <param name="goesOn">Whether another epoch follows, besides what the run says.</param>
    public void Run(Action<TrainingLogs> ended, Func<bool> goesOn)
    {
        StepSource source = run.NewSource();
        IEnumerator<StepInput> steps = Endless(source, run.Epoch).GetEnumerator();
        try
        {
            while (run.GoesOn && goesOn())
            {
                if (run.TryResample())
                {
                    steps.Dispose();
                    source.Dispose();
                    source = run.NewSource();
                    steps = Endless(source, run.Epoch).GetEnumerator();
                }

                TrainingLogs logs = run.Options.StepsPerEpoch is { } count ? RunSteps(steps, count)
                    : RunSteps(source.Epoch(run.Epoch).GetEnumerator(), null);
                ended(run.EndEpoch(logs, optimizer.Name));
            }
        }
        finally
        {
            steps.Dispose();
            source.Dispose();
        }
    }

    private static IEnumerable<StepInput> Endless(StepSource source, int epoch)
    {
        for (; ; epoch++)
        {
            bool isEmpty = true;
            foreach (StepInput input in source.Epoch(epoch))
            {
                isEmpty = false;
                yield return input;
            }

            if (isEmpty)
                yield break;
        }
    }

    /// <summary>The steps of an epoch.</summary>
    private TrainingLogs RunSteps(IEnumerator<StepInput> steps, int? count)
    {
        StepResult? last = null;
        StepFunctions? functions = null;
        int step = 0;
        try
        {
            for (; (count is null || step < count) && steps.MoveNext(); step++)
            {
                using StepInput input = steps.Current;
                run.Options.CancellationToken.ThrowIfCancellationRequested();
                if (step == 0)
                {
                    run.Model.BuildFor(input.Inputs);
                    run.Model.ResetMetrics();
                    run.BeginEpoch();
                }

                run.Callbacks.OnTrainBatchBegin(step);
                // Which variables are trained is found out once in an epoch, unless a callback compiles the model anew.
                if (functions is null || !run.Model.IsCurrent(functions))
                    functions = run.Model.TrainSteps();
                StepResult result = input.Run(functions);
                last?.Dispose();
                last = result;
                run.Callbacks.OnTrainBatchEnd(step, result.Logs);
                if (run.Model.StopTraining)
                    break;
            }

            if (last is null)
            {
                throw new TfLbfgsException(
                    $"{run.Model}: expected data for at least one step of epoch {run.Epoch}, received none. Give batches that can be gone "
                    + "through again in each epoch, or fewer epochs.");
            }

            if (step < count && !run.Model.StopTraining)
                run.Note(FormattableString.Invariant($"epoch {run.Epoch}: the batches ended after {step} of {count} steps"));
            return last.Logs.Copy();
        }
        finally
        {
            last?.Dispose();
            if (count is null)
                steps.Dispose();
        }
    }
}
