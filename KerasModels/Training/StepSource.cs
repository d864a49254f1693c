namespace TfLbfgs.Keras;

/// <summary>Gives the data of each step of an epoch: rows of tensors, or batches as they come.</summary>
internal abstract class StepSource : IDisposable
{
    /// <summary>The number of steps that take all data once; null while it is not known.</summary>
    public abstract long? Steps { get; }

    /// <summary>A source for data.</summary>
    /// <param name="data">The data.</param>
    /// <param name="batchSize">The number of rows of a step.</param>
    /// <param name="shuffleSeed">The seed of the order of rows; null: as they stand.</param>
    /// <param name="prepare">Changes weights of rows, such as by their classes; null: nothing.</param>
    public static StepSource Of(TrainingData data, int batchSize, int? shuffleSeed, Func<ObjectiveData, ObjectiveData>? prepare = null) =>
        data.Arrays is { } arrays
        ? new RowSource(arrays, prepare, batchSize, shuffleSeed)
        : new BatchSource(data, prepare);

    /// <summary>The data of all steps of an epoch; each is disposed by the caller.</summary>
    public abstract IEnumerable<StepInput> Epoch(int epoch);

    /// <summary>Data such as those of a step, disposed by the caller; null where none are known before they come.</summary>
    public virtual StepInput? Sample() => null;

    public virtual void Dispose()
    {
    }
}
