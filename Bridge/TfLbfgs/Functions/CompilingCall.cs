using System.Runtime.ExceptionServices;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Functions;

/// <summary>
/// The first call of a compiled function, on a thread of its own: XLA compiles in it, for seconds, and cannot be interrupted. After a
/// cancellation the caller goes on at once; the call ends in the background, and what it returns is freed. The end of the process waits for
/// it.
/// </summary>
internal static class CompilingCall
{
    private static readonly Lock Gate = new();
    private static readonly HashSet<Task> Running = [];

    static CompilingCall() => AppDomain.CurrentDomain.ProcessExit += (_, _) => WaitForAbandoned();

    /// <summary>Calls a trace.</summary>
    /// <param name="trace">The trace, with a reference that this call releases.</param>
    /// <param name="arguments">The arguments; borrowed until the call returns.</param>
    /// <param name="cancellation">Abandons the call.</param>
    /// <returns>The results, owned by the caller.</returns>
    /// <exception cref="CompilationCancelledException">The call was abandoned.</exception>
    public static Tensor[] Run(ConcreteFunction trace, ReadOnlySpan<Tensor> arguments, CancellationToken cancellation)
    {
        Tensor[] held = new Tensor[arguments.Length];
        for (int i = 0; i < held.Length; i++)
            held[i] = arguments[i].Alias();
        string? device = Device.Current;
        Task<Tensor[]> call = new(() => Call(trace, held, device), CancellationToken.None, TaskCreationOptions.LongRunning);
        lock (Gate)
            Running.Add(call);
        call.Start(TaskScheduler.Default);
        try
        {
            call.Wait(cancellation);
        }
        catch (OperationCanceledException) when (!call.IsCompleted)
        {
            call.ContinueWith(Free, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            throw new CompilationCancelledException(cancellation);
        }
        catch (Exception e) when (e is OperationCanceledException or AggregateException)
        {
            // Its own exception is thrown below.
        }

        Forget(call);
        if (call.Exception is { } failure)
            ExceptionDispatchInfo.Throw(failure.InnerException!);
        Tensor[] results = call.Result;
        TensorScope.Register(results);
        return results;
    }

    /// <summary>Runs code that compiles on a thread of its own; the end of the process waits for it.</summary>
    /// <param name="compile">The code; it frees what it uses.</param>
    /// <returns>Ends when the code has, with its exception.</returns>
    public static Task Start(Action compile)
    {
        string? device = Device.Current;
        Task call = new(() => On(device, compile), CancellationToken.None, TaskCreationOptions.LongRunning);
        lock (Gate)
            Running.Add(call);
        // Seen here, so that a failure that is not awaited ends nothing.
        call.ContinueWith(Seen, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        call.Start(TaskScheduler.Default);
        return call;
    }

    /// <summary>Frees what a call uses once it has ended; the end of the process waits for that too.</summary>
    public static void WhenDone(Task call, Action free)
    {
        Task last = call.ContinueWith(_ => free(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        lock (Gate)
            Running.Add(last);
        last.ContinueWith(Seen, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    /// <summary>Waits until all calls that were abandoned have ended and are freed.</summary>
    public static void WaitForAbandoned()
    {
        while (true)
        {
            Task? next;
            lock (Gate)
                next = Running.FirstOrDefault();
            if (next is null)
                return;
            ((IAsyncResult)next).AsyncWaitHandle.WaitOne();
            Thread.Yield();
        }
    }

    private static Tensor[] Call(ConcreteFunction trace, Tensor[] arguments, string? device)
    {
        string? former = Device.Exchange(device);
        try
        {
            return trace.Call(arguments);
        }
        finally
        {
            Device.Exchange(former);
            foreach (Tensor argument in arguments)
                argument.Dispose();
            trace.Release();
        }
    }

    private static void Free(Task<Tensor[]> call)
    {
        if (call.IsCompletedSuccessfully)
        {
            foreach (Tensor result in call.Result)
                result.Dispose();
        }

        // Seen, so that a failure of a call that is no longer awaited ends nothing.
        _ = call.Exception;
        Forget(call);
    }

    private static void On(string? device, Action code)
    {
        string? former = Device.Exchange(device);
        try
        {
            code();
        }
        finally
        {
            Device.Exchange(former);
        }
    }

    private static void Seen(Task call)
    {
        _ = call.Exception;
        Forget(call);
    }

    private static void Forget(Task call)
    {
        lock (Gate)
            Running.Remove(call);
    }
}
