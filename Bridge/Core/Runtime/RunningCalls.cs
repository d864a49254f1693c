using System.Diagnostics;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using TfLbfgs.Native.Handles;
using TfLbfgs.Native.Imports;

namespace TfLbfgs.Runtime;

/// <summary>
/// The function calls that run now, where a cluster watches them. Each runs on a thread of its own, since TensorFlow waits for ever for a
/// process that stops
/// answering, also after the call was cancelled: such a call is left to itself. Thread-safe.
/// </summary>
internal static class RunningCalls
{
    private static readonly Lock Gate = new();
    private static readonly HashSet<RunningCall> Running = [];
    private static volatile bool _isWatched;

    /// <summary>Whether calls are kept here.</summary>
    public static bool IsWatched
    {
        get => _isWatched;
        set => _isWatched = value;
    }

    /// <summary>How long the longest of them has run.</summary>
    public static TimeSpan Longest
    {
        get
        {
            lock (Gate)
                return Running.Count == 0 ? TimeSpan.Zero : Running.Max(call => call.Elapsed);
        }
    }

    /// <summary>Ends the waiting for all that have run for a time.</summary>
    public static void CancelOlderThan(TimeSpan time)
    {
        lock (Gate)
        {
            foreach (RunningCall call in Running)
            {
                if (call.Elapsed > time)
                    call.Cancel();
            }
        }
    }

    /// <summary>Executes an op.</summary>
    /// <param name="op">The op; freed when the call has ended.</param>
    /// <param name="name">Its name, for messages.</param>
    /// <param name="results">Receives the results.</param>
    /// <returns>How many there are.</returns>
    /// <exception cref="TfStatusException">TensorFlow refused it, or the call was cancelled and has not ended.</exception>
    public static unsafe int Execute(EagerOpHandle op, string name, Span<nint> results)
    {
        StatusHandle status = StatusHandle.OfThread;
        CancellationManagerHandle manager = new(ClusterApi.TFE_NewCancellationManager());
        ClusterApi.TFE_OpSetCancellationManager(op, manager, status);
        // Of its own: a call that is left to itself may still write there.
        nint[] found = new nint[results.Length];
        GCHandle pinned = GCHandle.Alloc(found, GCHandleType.Pinned);
        int count = results.Length - 1;
        bool isHeld = false;
        op.DangerousAddRef(ref isHeld);
        using RunningCall call = new(manager);
        lock (Gate)
            Running.Add(call);
        Task<int> task = Task.Run(() =>
        {
            try
            {
                int got = count;
                StatusHandle own = StatusHandle.OfThread;
                EagerApi.TFE_Execute(op.DangerousGetHandle(), (nint*)pinned.AddrOfPinnedObject(), &got, own.DangerousGetHandle());
                Status.Check(own, name);
                return got;
            }
            finally
            {
                pinned.Free();
                op.DangerousRelease();
                manager.Dispose();
            }
        });
        try
        {
            task.Wait(call.Token);
        }
        catch (OperationCanceledException)
        {
            // Seen, with any result.
            task.ContinueWith(static late => _ = late.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
            throw new TfStatusException(TfStatusCode.DeadlineExceeded,
                "no answer of another process, for which the call waits still", name);
        }
        catch (AggregateException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerException!);
        }
        finally
        {
            lock (Gate)
                Running.Remove(call);
        }

        found.AsSpan().CopyTo(results);
        return task.Result;
    }

    /// <summary>One call.</summary>
    private sealed class RunningCall(CancellationManagerHandle manager) : IDisposable
    {
        private readonly long _began = Stopwatch.GetTimestamp();
        private readonly CancellationTokenSource _source = new();

        /// <summary>How long it has run.</summary>
        public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_began);

        /// <summary>Ends the waiting for it.</summary>
        public CancellationToken Token => _source.Token;

        /// <summary>Asks TensorFlow to end it, and waits no longer.</summary>
        public void Cancel()
        {
            if (_source.IsCancellationRequested)
                return;
            try
            {
                ClusterApi.TFE_CancellationManagerStartCancel(manager);
            }
            catch (ObjectDisposedException)
            {
                // It has ended just now.
            }

            _source.Cancel();
        }

        /// <inheritdoc/>
        public void Dispose() => _source.Dispose();
    }
}
