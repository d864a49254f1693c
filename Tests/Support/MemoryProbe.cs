using System.Diagnostics;
using System.Globalization;
using Xunit;

namespace TfLbfgs.Tests.Support;

/// <summary>
/// Measures memory in a process of its own: that of all tests is full of what others left, and its garbage collector waits the longer for
/// it.
/// </summary>
internal static class MemoryProbe
{
    /// <summary>Runs a measurement and gives the numbers that it prints.</summary>
    public static long[] Run(string what)
    {
        ProcessStartInfo start =
            new("dotnet",
            [Path.Combine(AppContext.BaseDirectory, "TfLbfgs.Tests.Probe.dll"), "memory", what])
            { RedirectStandardOutput = true };
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return [.. output.Trim().Split('\n')[^1].Split(' ').Select(number => long.Parse(number, CultureInfo.InvariantCulture))];
    }
}
