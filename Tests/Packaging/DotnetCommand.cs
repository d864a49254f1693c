using System.Diagnostics;
using Xunit;

namespace TfLbfgs.Tests.Packaging;

/// <summary>Runs programs as a user would, outside the checkout.</summary>
internal static class DotnetCommand
{
    /// <summary>Runs <c>dotnet</c> in a folder and fails with its output unless it succeeds.</summary>
    public static string Run(string folder, IReadOnlyDictionary<string, string> variables, params string[] arguments)
    {
        (int exitCode, string output) = Start("dotnet", folder, variables, arguments);
        Assert.True(exitCode == 0, $"dotnet {string.Join(' ', arguments)}: exit code {exitCode}\n{output}");
        return output;
    }

    /// <summary>Runs a program in a folder to its end.</summary>
    /// <returns>Its exit code and all that it wrote.</returns>
    public static (int ExitCode, string Output) Start(string program, string folder, IReadOnlyDictionary<string, string> variables,
        params string[] arguments)
    {
        ProcessStartInfo start =
            new(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        // What runs these tests may be a build itself, and its variables would lead the build here astray.
        foreach (string name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase))
            .ToArray())
            start.Environment.Remove(name);
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_NOLOGO"] = "1";
        foreach ((string name, string value) in variables)
            start.Environment[name] = value;

        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(TimeSpan.FromMinutes(15)))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{program} {string.Join(' ', arguments)} did not end within fifteen minutes");
        }

        return (process.ExitCode, output.Result + error.Result);
    }
}
