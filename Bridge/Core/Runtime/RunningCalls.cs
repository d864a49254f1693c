using System.Diagnostics;
using System.Runtime.ExceptionServices;
using TfLbfgs.Native.Handles;
using TfLbfgs.Native.Imports;

namespace TfLbfgs.Runtime;

/// <summary>
/// The native calls that run now and may wait for another process, where a cluster watches them: calls of functions, and ops, copies and
/// reads of tensors there. Each runs on a thread of its own, since TensorFlow waits for ever for a process that stops answering, also after
/// the call was cancelled: such a call is left to itself. Thread-safe.
/// </summary>
internal static class RunningCalls
{
    private static readonly Lock Gate = new();
    private static readonly HashSet<RunningCall> Running = [];
    private static volatile bool _isWatched;

    [ThreadStatic]
    private static bool _isThreadLimited;

    /// <summary>Whether a call of this thread is to be kept here.</summary>
    public static bool IsWatched => _isWatched && !_isThreadLimited;

    /// <summary>Keeps calls from now on.</summary>
    public static void Watch() => _isWatched = true;

    /// <summary>Keeps none of this thread, whose calls have a time limit already.</summary>
    public static void ExemptThread() => _isThreadLimited = true;

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
    /// <param name="isCancellable">Whether TensorFlow can be asked to end it. Not where another process runs the op: what it sends when the
    /// call has returned would reach a manager that is gone.</param>
    /// <param name="results">Receives the results.</param>
    /// <returns>How many there are.</returns>
    /// <exception cref="TfStatusException">TensorFlow refused it, or the call was cancelled and has not ended.</exception>
    public static unsafe int Execute(EagerOpHandle op, string name, bool isCancellable, Span<nint> results)
    {
        CancellationManagerHandle? manager = null;
        if (isCancellable)
        {
            manager = new CancellationManagerHandle(ClusterApi.TFE_NewCancellationManager());
            ClusterApi.TFE_OpSetCancellationManager(op, manager, StatusHandle.OfThread);
        }

        // Of its own: a call that is left to itself may still write there.
        nint[] found = GC.AllocateArray<nint>(results.Length, pinned: true);
        int capacity = results.Length - 1;
        bool isHeld = false;
        op.DangerousAddRef(ref isHeld);
        int count = Run(
            name,
            manager,
            () =>
            {
                try
                {
                    int got = capacity;
                    StatusHandle own = StatusHandle.OfThread;
                    fixed (nint* pointer = found)
                        EagerApi.TFE_Execute(op.DangerousGetHandle(), pointer, &got, own.DangerousGetHandle());
                    Status.Check(own, name);
                    return got;
                }
                finally
                {
                    op.DangerousRelease();
                    manager?.Dispose();
                }
            },
            late =>
            {
                foreach (nint handle in found.AsSpan(0, late))
                    EagerApi.TFE_DeleteTensorHandle(handle);
            });
        found.AsSpan().CopyTo(results);
        return count;
    }

    /// <summary>Runs a native call, under the placement policy of the caller.</summary>
    /// <param name="name">Its name, for messages.</param>
    /// <param name="call">The call.</param>
    /// <param name="free">Frees what a call returned that was left to itself.</param>
    /// <returns>What it returns.</returns>
    /// <exception cref="TfStatusException">TensorFlow refused it, or it was waited for no longer.</exception>
    public static T Run<T>(string name, Func<T> call, Action<T> free) => Run(name, null, call, free);

    private static T Run<T>(string name, CancellationManagerHandle? manager, Func<T> call, Action<T> free)
    {
        PlacementPolicy policy = TfRuntime.CurrentPlacement;
        using RunningCall running = new(manager);
        lock (Gate)
            Running.Add(running);
        Task<T> task = Task.Run(() =>
        {
            using IDisposable? placement = policy == TfRuntime.CurrentPlacement ? null : TfRuntime.UsePlacement(policy);
            return call();
        });
        try
        {
            task.Wait(running.Token);
        }
        catch (OperationCanceledException)
        {
            task.ContinueWith(
                late =>
                {
                    if (late.IsCompletedSuccessfully)
                        free(late.Result);
                    else
                        _ = late.Exception;
                },
                CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
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
                Running.Remove(running);
        }

        return task.Result;
    }

    /// <summary>One call.</summary>
    private sealed class RunningCall(CancellationManagerHandle? manager) : IDisposable
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
                if (manager is not null)
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
