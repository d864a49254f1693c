using System.Diagnostics;
using System.Text.Json;
using TfLbfgs.Cli.Commands;
using Xunit;

namespace TfLbfgs.Tests.Cli;

/// <summary>
/// The command-line tool: in this process, or in one of its own where signals, the environment or the standard streams count.
/// </summary>
internal static class CliProgram
{
    /// <summary>Runs the tool in this process.</summary>
    public static CliRun Run(params string[] arguments)
    {
        using StringWriter output = new(), error = new();
        int code = Tool.Run(arguments, output, error);
        return new CliRun(code, output.ToString(), error.ToString());
    }

    /// <summary>Runs the tool to its end in a process of its own, with environment variables.</summary>
    public static CliRun RunWith((string Name, string Value)[] variables, params string[] arguments)
    {
        using Process process = Start("dotnet", variables, [ToolPath, .. arguments]);
        return Finish(process);
    }

    /// <summary>Runs a line of the shell, in which <c>$TOOL</c> is the tool.</summary>
    public static CliRun Shell(string line)
    {
        using Process process = Start("bash", [("TOOL", $"dotnet {ToolPath}")], ["-c", line]);
        return Finish(process);
    }

    /// <summary>Starts the tool in a process of its own.</summary>
    public static Process Start(params string[] arguments) => Start("dotnet", [], [ToolPath, .. arguments]);

    /// <summary>Waits for the end.</summary>
    public static CliRun Finish(Process process)
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        Task<string> output = process.StandardOutput.ReadToEndAsync(cancellation),
            error = process.StandardError.ReadToEndAsync(cancellation);
        if (!process.WaitForExit(TimeSpan.FromMinutes(10)))
        {
            process.Kill();
            Assert.Fail("the tool did not end within ten minutes");
        }

        return new CliRun(process.ExitCode, output.Result, error.Result);
    }

    private static string ToolPath => Path.Combine(AppContext.BaseDirectory, "TfLbfgs.Cli.dll");

    private static Process Start(string program, (string Name, string Value)[] variables, string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string name, string value) in variables)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }
}

/// <summary>What a run of the tool gave.</summary>
internal sealed record CliRun(int ExitCode, string Output, string Error)
{
    /// <summary>The JSON object in the last line on stdout.</summary>
    public JsonElement Json => JsonDocument.Parse(Output.TrimEnd('\n').Split('\n')[^1]).RootElement;

    /// <summary>A field of the JSON object.</summary>
    public double Number(string name) => Json.GetProperty(name).GetDouble();

    /// <summary>A field of the JSON object.</summary>
    public string[] Texts(string name) => [.. Json.GetProperty(name).EnumerateArray().Select(item => item.GetString()!)];

    /// <summary>Fails unless the tool succeeded and said nothing on stderr.</summary>
    public CliRun Succeeded()
    {
        Assert.True(ExitCode == 0, $"exit code {ExitCode}\n{Output}\n{Error}");
        Assert.Equal("", Error);
        return this;
    }

    /// <summary>Fails unless the input was refused: exit code 2, one line on stderr that holds the texts, no stack trace.</summary>
    public void Refused(params string[] texts)
    {
        Assert.True(ExitCode == 2, $"exit code {ExitCode}\n{Output}\n{Error}");
        Assert.StartsWith("error: ", Error, StringComparison.Ordinal);
        Assert.Single(Error.TrimEnd('\n').Split('\n'));
        foreach (string text in texts)
            Assert.Contains(text, Error, StringComparison.Ordinal);
    }
}
