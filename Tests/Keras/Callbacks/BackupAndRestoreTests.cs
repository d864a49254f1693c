using System.Diagnostics;
using System.Globalization;
using TfLbfgs.Tests.Saving;
using Xunit;

namespace TfLbfgs.Tests.Keras.Callbacks;

public class BackupAndRestoreTests
{
    private const int Epochs = 40;

    [Fact(Explicit = true)]
    public void Fit_KilledAtAnyMoment_EndsAtTheBitsOfTheRunWithoutInterruption()
    {
        using ScratchFolder folder = new();
        string whole = RunToItsEnd(folder.File("whole"));
        string killed = folder.File("killed");
        foreach (int epoch in new[] { 7, 15, 29 })
        {
            using Process process = Start(killed);
            while (process.StandardOutput.ReadLine() is { } line && line != FormattableString.Invariant($"epoch {epoch}"))
                Assert.StartsWith("epoch", line, StringComparison.Ordinal);
            process.Kill();
            process.WaitForExit();
            Assert.True(File.Exists(Path.Combine(killed, "backup.npz")));
        }

        Assert.Equal(whole, RunToItsEnd(killed));
    }

    private static string RunToItsEnd(string folder)
    {
        using Process process = Start(folder);
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1];
    }

    private static Process Start(string folder)
    {
        string probe = Path.Combine(AppContext.BaseDirectory, "TfLbfgs.Tests.Probe.dll");
        ProcessStartInfo start =
            new("dotnet", [probe, "fit", folder, Epochs.ToString(CultureInfo.InvariantCulture)]) { RedirectStandardOutput = true };
        return Process.Start(start)!;
    }
}
