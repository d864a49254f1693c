using System.Diagnostics;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Native.Loading;

/// <summary>
/// Runs one explicit test of <see cref="ChildTests"/> in a process of its own, as for a library that is loaded once per process.
/// </summary>
internal static class ChildProcess
{
    /// <summary>Starts the test program.</summary>
    public static Process Start(string test, params (string Name, string? Value)[] variables)
    {
        ProcessStartInfo start = new(Path.Combine(AppContext.BaseDirectory, "TfLbfgs.Tests"))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList =
                { "--filter-method", $"{typeof(ChildTests).FullName}.{test}", "--explicit", "only", "--no-progress", "--no-ansi" },
        };
        // The child loads a library of its own choice: the fixture must not have loaded one before.
        start.Environment["TFLBFGS_TEST_CHILD"] = "1";
        start.Environment.Remove(SuitePart.Variable);
        foreach ((string name, string? value) in variables)
            start.Environment[name] = value;

        return Process.Start(start)!;
    }

    /// <summary>Waits for a child and fails with its output unless it succeeded.</summary>
    public static async Task<(string Output, string Error)> Finish(Process child)
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        Task<string> output = child.StandardOutput.ReadToEndAsync(cancellation), error = child.StandardError.ReadToEndAsync(cancellation);
        await child.WaitForExitAsync(cancellation);
        Assert.True(child.ExitCode == 0, $"exit code {child.ExitCode}\n{await output}\n{await error}");
        return (await output, await error);
    }
}
