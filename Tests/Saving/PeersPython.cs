using System.Diagnostics;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Saving;

/// <summary>Runs a script with the Python that has h5py and real Keras.</summary>
internal static class PeersPython
{
    /// <summary>Runs a script to its end and returns the lines that it printed; a failure is a failed test with Python's message.</summary>
    public static async Task<string[]> RunAsync(ScratchFolder folder, string script, string argument, CancellationToken cancellation)
    {
        string file = folder.File("script.py");
        await File.WriteAllTextAsync(file, script, cancellation);
        var start = new ProcessStartInfo(Peers.Script, [file, argument]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["TF_CPP_MIN_LOG_LEVEL"] = "3";
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync(cancellation);
        string output = await process.StandardOutput.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        Assert.True(process.ExitCode == 0, $"Python ended with {process.ExitCode}: {await errors}");
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
