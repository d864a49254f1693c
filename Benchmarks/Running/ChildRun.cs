using System.Diagnostics;

namespace TfLbfgs.Benchmarks.Running;

/// <summary>Runs a program to its end, or to a limit of time, when it is killed with its children.</summary>
internal static class ChildRun
{
    /// <summary>Runs it.</summary>
    /// <param name="start">Program, arguments and environment; its output is redirected here.</param>
    /// <param name="limit">The most time.</param>
    /// <param name="cancellation">Kills it at once.</param>
    /// <exception cref="OperationCanceledException">Cancelled; nothing of it runs any more.</exception>
    public static async Task<ProcessOutcome> RunAsync(ProcessStartInfo start, TimeSpan limit, CancellationToken cancellation)
    {
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        Task<string> errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        using CancellationTokenSource ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        ended.CancelAfter(limit);
        try
        {
            // The pipes count too: a child of the child may hold them after its parent's end.
            await Task.WhenAll(output, errors, process.WaitForExitAsync(ended.Token)).WaitAsync(ended.Token);
            return new ProcessOutcome(output.Result, errors.Result, process.ExitCode);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
            cancellation.ThrowIfCancellationRequested();
            return new ProcessOutcome("", "", null);
        }
    }
}
