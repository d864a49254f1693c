using System.Threading.Channels;

namespace TfLbfgs.Keras;

/// <summary>Fetches batches on another thread while steps run.</summary>
internal static class Prefetch
{
    /// <summary>The batches in their order; those that are no longer taken are freed.</summary>
    public static IEnumerable<TrainingBatch> Of(IAsyncEnumerable<TrainingBatch> batches, int count)
    {
        Channel<TrainingBatch> channel = Channel.CreateBounded<TrainingBatch>(count);
        using CancellationTokenSource ended = new();
        Task reading = Task.Run(() => Read(batches, channel.Writer, ended.Token), CancellationToken.None);
        try
        {
            while (channel.Reader.WaitToReadAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult())
            {
                while (channel.Reader.TryRead(out TrainingBatch? batch))
                    yield return batch;
            }
        }
        finally
        {
            ended.Cancel();
            try
            {
                reading.GetAwaiter().GetResult();
            }
            catch (OperationCanceledException)
            {
                // The run ended before the batches did.
            }
            finally
            {
                while (channel.Reader.TryRead(out TrainingBatch? left))
                    left.Dispose();
            }
        }
    }

    private static async Task Read(IAsyncEnumerable<TrainingBatch> batches, ChannelWriter<TrainingBatch> writer, CancellationToken ended)
    {
        Exception? failure = null;
        try
        {
            await foreach (TrainingBatch batch in batches.WithCancellation(ended).ConfigureAwait(false))
            {
                try
                {
                    await writer.WriteAsync(batch, ended).ConfigureAwait(false);
                }
                catch
                {
                    batch.Dispose();
                    throw;
                }
            }
        }
        catch (Exception e)
        {
            failure = e is OperationCanceledException && ended.IsCancellationRequested ? null : e;
            throw;
        }
        finally
        {
            writer.TryComplete(failure);
        }
    }
}
