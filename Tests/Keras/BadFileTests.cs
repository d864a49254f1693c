using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Keras;

/// <summary>
/// Each damaged, hostile or odd file, SavedModel and checkpoint of the reference, in child processes with little memory; one that does
/// not end is killed.
/// </summary>
[Trait("Category", "Reference")]
public class BadFileTests
{
    // Sound weights under the extension of another format, which are known by their content.
    private static readonly string[] ByContent = ["h5_named.keras", "zip_named.h5"];

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    [Fact]
    public async Task Load_EveryBadFile_EndsAsExpected()
    {
        JsonElement bad = KerasReference.Read("bad", "bad.json");
        ReferenceReport report = new("keras/bad");
        double[] values = KerasReference.Numbers(bad.GetProperty("flat_parameters"));
        JsonElement[] files = [.. bad.GetProperty("files").EnumerateArray()];
        foreach (IGrouping<bool, JsonElement> kind in files.GroupBy(entry =>
            entry.GetProperty("read_as").GetString() is "h5_model" or "keras" or "saved_model" && !ByContent.Contains(PathOf(entry))))
        {
            Dictionary<string, Outcome> outcomes = await Run(kind.Key ? "model" : "weights", [.. kind.Select(PathOf)]);
            foreach (JsonElement entry in kind)
                report.Check(PathOf(entry),
                    () => Judge(ByContent.Contains(PathOf(entry))
                    ? "load" : entry.GetProperty("expect").GetString()!, PathOf(entry), outcomes[PathOf(entry)], values));
        }

        report.Finish();
    }

    [Fact]
    public async Task Load_SoundFiles_HaveTheValues()
    {
        JsonElement bad = KerasReference.Read("bad", "bad.json");
        double[] expected = KerasReference.Numbers(bad.GetProperty("flat_parameters"));
        string[] good = [.. bad.GetProperty("good").EnumerateArray().Select(path => path.GetString()!)];
        string[] models = [.. good.Where(path => path.Contains("model", StringComparison.Ordinal) || path.EndsWith(".keras", StringComparison.Ordinal))];
        foreach ((string what, string[] paths) in ((string, string[])[])[("model", models), ("weights", good)])
        {
            foreach ((string path, Outcome outcome) in await Run(what, paths))
            {
                Assert.True(outcome.Code == 0, $"{what} {path}: {outcome}");
                KerasReference.AssertClose(expected, outcome.Values, 0);
            }
        }
    }

    private static string PathOf(JsonElement entry) => entry.GetProperty("path").GetString()!;

    private static void Judge(string expected, string path, Outcome outcome, double[] values)
    {
        if (outcome.Code == 2)
        {
            Assert.Contains(expected, (string[])["error", "load_or_error", "error_or_convert"]);
            Assert.Contains(path, outcome.Output, StringComparison.Ordinal);
            Assert.Single(outcome.Output.TrimEnd().Split('\n'));
            return;
        }

        Assert.True(outcome.Code == 0, outcome.ToString());
        Assert.NotEqual("error", expected);
        Assert.Contains("6 of 6 variables loaded", outcome.Output, StringComparison.Ordinal);
        if (expected is "load_with_conversion" or "error_or_convert")
            Assert.Contains("loaded, converted", outcome.Output, StringComparison.Ordinal);
        if (path == "nan_weights.h5")
            Assert.Contains("not finite", outcome.Output, StringComparison.Ordinal);
        else if (expected == "load")
            KerasReference.AssertClose(values, outcome.Values, 0);
    }

    /// <summary>What became of each file. The one at which a process dies has its end as outcome; those after it run in the next.</summary>
    private static async Task<Dictionary<string, Outcome>> Run(string what, string[] paths)
    {
        Dictionary<string, Outcome> outcomes = new(StringComparer.Ordinal);
        while (outcomes.Count < paths.Length)
        {
            string[] left = paths[outcomes.Count..];
            (string output, string end) = await RunProcess(what, left);
            List<string> lines = [];
            int done = 0;
            foreach (string line in output.Split('\n'))
            {
                if (line.StartsWith("code ", StringComparison.Ordinal))
                {
                    outcomes.Add(left[done++],
                        new Outcome(int.Parse(line["code ".Length..], CultureInfo.InvariantCulture), string.Join('\n', lines)));
                    lines.Clear();
                }
                else
                {
                    lines.Add(line);
                }
            }

            if (done < left.Length)
                outcomes.Add(left[done], new Outcome(-1, $"{string.Join('\n', lines)}\n{end}"));
        }

        return outcomes;
    }

    private static async Task<(string Output, string End)> RunProcess(string what, string[] paths)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "TfLbfgs.Tests.Probe.dll");
        IEnumerable<string> files = paths.Select(path => ReferenceRoot.Require("keras", "bad", path));
        ProcessStartInfo start =
            new("dotnet", ["exec", program, what, .. files]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["DOTNET_GCHeapHardLimit"] = "0x40000000";
        using Process process = Process.Start(start)!;
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Limit);
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string end = "";
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            end = $"no end within {Limit.TotalMinutes} min; ";
        }

        string text = await output;
        return (text, $"{end}exit code {(process.HasExited ? process.ExitCode : -1)}: {await error}");
    }

    private sealed record Outcome(int Code, string Output)
    {
        public double[] Values =>
            [.. Output.Split('\n').First(line => line.StartsWith("values: ", StringComparison.Ordinal))["values: ".Length..].Trim()
            .Split(' ')
            .Select(text => double.Parse(text, CultureInfo.InvariantCulture))];
    }
}
