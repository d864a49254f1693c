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
        using StepSource source = run.NewSource();
        using IEnumerator<StepInput> steps = Endless(source, run.Epoch).GetEnumerator();
        while (run.GoesOn && goesOn())
        {
            TrainingLogs? logs = run.Options.StepsPerEpoch is { } count ? RunSteps(steps, count) : RunSteps(source.Epoch(run.Epoch).GetEnumerator(), null);
            if (logs is null)
                return;
            ended(run.EndEpoch(logs, optimizer.Name));
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

    /// <summary>The steps of an epoch; null where there was no data.</summary>
    private TrainingLogs? RunSteps(IEnumerator<StepInput> steps, int? count)
    {
        StepResult? last = null;
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
                StepResult result = input.Run(run.Model.TrainSteps());
                last?.Dispose();
                last = result;
                run.Callbacks.OnTrainBatchEnd(step, result.Logs);
                if (run.Model.StopTraining)
                    break;
            }

            if (last is null)
                throw new TfLbfgsException($"{run.Model}: expected data for at least one step of epoch {run.Epoch}, received none.");
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
