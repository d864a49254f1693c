using System.Diagnostics;
using System.Globalization;
using TfLbfgs.Tests.Saving;
using Xunit;

namespace TfLbfgs.Tests.Keras.Callbacks;

public class BackupAndRestoreTests
{
    [Fact]
    public void Fit_Killed_EndsAtTheBitsOfTheRunWithoutInterruption() => KillAt(6, 2);

    [Fact(Explicit = true)]
    public void Fit_KilledSeveralTimes_EndsAtTheBitsOfTheRunWithoutInterruption() => KillAt(40, 7, 15, 29);

    private static void KillAt(int epochs, params ReadOnlySpan<int> moments)
    {
        using ScratchFolder folder = new();
        string whole = RunToItsEnd(folder.File("whole"), epochs);
        string killed = folder.File("killed");
        foreach (int epoch in moments)
        {
            using Process process = Start(killed, epochs);
            while (process.StandardOutput.ReadLine() is { } line && line != FormattableString.Invariant($"epoch {epoch}"))
                Assert.StartsWith("epoch", line, StringComparison.Ordinal);
            process.Kill();
            process.WaitForExit();
            Assert.True(File.Exists(Path.Combine(killed, "backup.npz")));
        }

        Assert.Equal(whole, RunToItsEnd(killed, epochs));
    }

    private static string RunToItsEnd(string folder, int epochs)
    {
        using Process process = Start(folder, epochs);
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1];
    }

    private static Process Start(string folder, int epochs)
    {
        string probe = Path.Combine(AppContext.BaseDirectory, "TfLbfgs.Tests.Probe.dll");
        ProcessStartInfo start =
            new("dotnet", [probe, "fit", folder, epochs.ToString(CultureInfo.InvariantCulture)]) { RedirectStandardOutput = true };
        return Process.Start(start)!;
    }
}
