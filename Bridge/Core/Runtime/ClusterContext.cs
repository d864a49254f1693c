using System.Diagnostics;
using System.Runtime.ExceptionServices;
using TfLbfgs.Native.Handles;
using TfLbfgs.Native.Imports;

namespace TfLbfgs.Runtime;

/// <summary>
/// The context as a member of a cluster, and servers. Calls that wait for other processes run on a thread of their own: TensorFlow's own
/// time limits do not cover the time in which it connects, so that a process that is not there would hang it for ever.
/// </summary>
internal static unsafe class ClusterContext
{
    private static volatile bool _isMember;
    private static volatile bool _isPending;

    /// <summary>Whether TensorFlow still waits in a call of <see cref="TryDefine"/> that was given up: no other may be made then.</summary>
    public static bool IsPending => _isPending;

    /// <summary>Joins a cluster as its controller; afterwards lets processes join or leave, or take the place of former ones.</summary>
    /// <param name="definition">The cluster.</param>
    /// <param name="keepAlive">After which time without a sign of life a worker frees what it holds for this process.</param>
    /// <param name="timeout">How long to wait.</param>
    /// <returns>False after the time: a process does not answer, and TensorFlow may go on to wait: see <see cref="IsPending"/>.</returns>
    public static bool TryDefine(ServerDefinition definition, TimeSpan keepAlive, TimeSpan timeout)
    {
        Stopwatch watch = Stopwatch.StartNew();
        if (_isMember && !TryRun(timeout, AwaitPendingOps))
            return false;
        _isPending = true;
        return TryRun(timeout > watch.Elapsed ? timeout - watch.Elapsed : TimeSpan.Zero, () =>
        {
            try
            {
                Define(definition, keepAlive);
            }
            finally
            {
                _isPending = false;
            }
        });
    }

    /// <summary>Starts a server, which lives as long as the process.</summary>
    public static void Serve(ServerDefinition definition)
    {
        byte[] bytes = definition.Serialize();
        StatusHandle status = StatusHandle.OfThread;
        nint server;
        fixed (byte* proto = bytes)
            server = ClusterApi.TF_NewServer(proto, (nuint)bytes.Length, status);
        Status.Check(status, "TF_NewServer", () => definition.Task);
        ClusterApi.TF_ServerStart(server, status);
        Status.Check(status, "TF_ServerStart", () => definition.Task);
    }

    /// <summary>Runs native calls on a thread of their own.</summary>
    /// <param name="timeout">How long to wait.</param>
    /// <param name="call">The calls; what it throws is thrown here.</param>
    /// <returns>False after the time; the thread goes on.</returns>
    public static bool TryRun(TimeSpan timeout, Action call) => TryRun(timeout, call, () => false);

    /// <summary>
    /// Runs native calls on a thread of their own, on the device that the caller has chosen; <see cref="RunningCalls"/> keeps none of them.
    /// </summary>
    /// <param name="interval">After which time it is asked whether to wait on.</param>
    /// <param name="call">The calls; what it throws is thrown here.</param>
    /// <param name="waitsOn">Whether to wait on.</param>
    /// <returns>False where it was not waited for; the thread goes on.</returns>
    public static bool TryRun(TimeSpan interval, Action call, Func<bool> waitsOn)
    {
        string? device = Device.Current;
        ExceptionDispatchInfo? failure = null;
        Thread thread = new(() =>
        {
            try
            {
                RunningCalls.ExemptThread();
                using IDisposable? chosen = device is null ? null : Device.Use(device);
                call();
            }
            catch (Exception e)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
        })
        { IsBackground = true, Name = "TfLbfgs cluster" };
        thread.Start();
        while (!thread.Join(interval))
        {
            if (!waitsOn())
                return false;
        }

        failure?.Throw();
        return true;
    }

    /// <summary>
    /// Waits for copies and ops on the way. A change of the cluster waits for them too, but with a lock that all other calls then wait for:
    /// where a process never answers, this thread alone waits.
    /// </summary>
    private static void AwaitPendingOps()
    {
        nint executor = ClusterApi.TFE_ContextGetExecutorForThread(TfRuntime.Context);
        try
        {
            // Their errors are those of the calls that read them.
            ClusterApi.TFE_ExecutorWaitForAllPendingNodes(executor, StatusHandle.OfThread);
        }
        finally
        {
            ClusterApi.TFE_DeleteExecutor(executor);
        }
    }

    private static void Define(ServerDefinition definition, TimeSpan keepAlive)
    {
        byte[] bytes = definition.Serialize();
        StatusHandle status = StatusHandle.OfThread;
        int seconds = (int)keepAlive.TotalSeconds;
        fixed (byte* proto = bytes)
        {
            if (_isMember)
                ClusterApi.TFE_ContextUpdateServerDef(TfRuntime.Context, seconds, proto, (nuint)bytes.Length, status);
            else
                ClusterApi.TFE_ContextSetServerDef(TfRuntime.Context, seconds, proto, (nuint)bytes.Length, status);
        }

        Status.Check(status, _isMember ? "TFE_ContextUpdateServerDef" : "TFE_ContextSetServerDef", () => definition.Task);
        _isMember = true;
        TfRuntime.Join(definition.Task);
    }
}
