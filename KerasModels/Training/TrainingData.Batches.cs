namespace TfLbfgs.Keras;

/// <content>Batches that come one after the other.</content>
public sealed partial class TrainingData
{
    private TrainingData(Func<IEnumerable<TrainingBatch>> batches) => Batches = batches;

    /// <summary>Gives the batches of an epoch; null where the data are tensors.</summary>
    internal Func<IEnumerable<TrainingBatch>>? Batches { get; }

    /// <summary>
    /// Takes batches, which are asked for anew in each epoch. Each is disposed after its step. Python: a generator, or a
    /// <c>tf.data.Dataset</c>.
    /// </summary>
    /// <param name="batches">The batches of an epoch.</param>
    /// <returns>The data.</returns>
    public static TrainingData FromBatches(IEnumerable<TrainingBatch> batches)
    {
        ArgumentNullException.ThrowIfNull(batches);
        return new TrainingData(() => batches);
    }

    /// <summary>Takes batches that are read asynchronously: the next ones are fetched while a step runs.</summary>
    /// <param name="batches">The batches of an epoch.</param>
    /// <param name="prefetch">How many are held ready, at least 1; default 2.</param>
    /// <returns>The data.</returns>
    public static TrainingData FromBatches(IAsyncEnumerable<TrainingBatch> batches, int prefetch = 2)
    {
        ArgumentNullException.ThrowIfNull(batches);
        ArgumentOutOfRangeException.ThrowIfLessThan(prefetch, 1);
        return new TrainingData(() => Prefetch.Of(batches, prefetch));
    }
}
