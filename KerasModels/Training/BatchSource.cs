namespace TfLbfgs.Keras;

/// <summary>Steps on batches as they come.</summary>
internal sealed class BatchSource(TrainingData data, Func<ObjectiveData, ObjectiveData>? prepare) : StepSource
{
    private long? _steps;

    public override long? Steps => _steps;

    public override IEnumerable<StepInput> Epoch(int epoch)
    {
        long steps = 0;
        foreach (TrainingBatch batch in data.Batches!())
        {
            ObjectiveData form = new(batch.Inputs, batch.Targets, batch.SampleWeights);
            ObjectiveData? prepared = prepare?.Invoke(form);
            steps++;
            yield return new StepInput(prepared ?? form, null, new Both(batch, prepared));
        }

        _steps = steps;
    }

    private sealed class Both(IDisposable first, IDisposable? second) : IDisposable
    {
        public void Dispose()
        {
            second?.Dispose();
            first.Dispose();
        }
    }
}
