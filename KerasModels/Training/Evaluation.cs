using TfLbfgs.Keras.Callbacks;

namespace TfLbfgs.Keras;

/// <summary>Measures a model on data.</summary>
internal sealed class Evaluation(Model model, TrainingData data, int batchSize, int? steps)
{
    /// <summary>Traces the step, so that what does not fit is refused before anything is trained.</summary>
    public void Prepare()
    {
        using StepSource source = StepSource.Of(data, batchSize, shuffleSeed: null);
        using StepInput? sample = source.Sample();
        if (sample is null)
            return;
        model.BuildFor(sample.Inputs);
        sample.Prepare(model.TestSteps());
    }

    public TrainingLogs Run(CallbackList callbacks, CancellationToken cancellationToken)
    {
        callbacks.OnTestBegin();
        bool isFirst = true;
        TrainingLogs logs = new();
        int step = 0;
        using StepSource source = StepSource.Of(data, batchSize, shuffleSeed: null);
        foreach (StepInput input in source.Epoch(0))
        {
            using (input)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (isFirst)
                {
                    model.BuildFor(input.Inputs);
                    model.ResetMetrics();
                    isFirst = false;
                }

                callbacks.OnTestBatchBegin(step);
                using StepResult result = input.Run(model.TestSteps());
                callbacks.OnTestBatchEnd(step, result.Logs);
                // The measures are of all batches so far: those of the last one are all.
                if (++step == steps || source.Steps is not { } all || step == all)
                    logs = result.Logs.Copy();
                if (step == steps)
                    break;
            }
        }

        if (step == 0)
            throw new TfLbfgsException($"{model}: expected at least one batch to measure, received none.");
        callbacks.OnTestEnd(logs);
        return logs;
    }
}
