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
    /// <param name="prefetch">How many are made ahead on another thread while a step runs; default 0: each is made on the thread that
    /// trains. Python: <c>dataset.prefetch(n)</c>.</param>
    /// <returns>The data.</returns>
    public static TrainingData FromBatches(IEnumerable<TrainingBatch> batches, int prefetch = 0)
    {
        ArgumentNullException.ThrowIfNull(batches);
        ArgumentOutOfRangeException.ThrowIfNegative(prefetch);
        return new TrainingData(prefetch == 0 ? () => batches : () => Prefetch.Of(Asynchronous(batches), prefetch));
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

    private static async IAsyncEnumerable<TrainingBatch> Asynchronous(IEnumerable<TrainingBatch> batches)
    {
        // It is taken on the thread that reads ahead.
        await Task.CompletedTask.ConfigureAwait(false);
        foreach (TrainingBatch batch in batches)
            yield return batch;
    }
}
