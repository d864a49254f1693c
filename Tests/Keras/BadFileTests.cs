using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Keras;

/// <summary>
/// Each damaged, hostile or odd <c>.h5</c> file of the reference, in a child process with little memory; one that does not end is killed.
/// </summary>
[Trait("Category", "Reference")]
public class BadFileTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    [Fact]
    public async Task Load_EveryBadHdf5File_EndsAsExpected()
    {
        JsonElement bad = KerasReference.Read("bad", "bad.json");
        ReferenceReport report = new("keras/bad .h5");
        foreach (JsonElement entry in bad.GetProperty("files").EnumerateArray())
        {
            string path = entry.GetProperty("path").GetString()!;
            if (!path.EndsWith(".h5", StringComparison.Ordinal))
                continue;
            ReferenceRoot.Require("keras", "bad", path);
            string what = entry.GetProperty("read_as").GetString() == "h5_model" ? "model" : "weights";
            Outcome outcome = await Run(what, path);
            report.Check(path, () => Judge(entry.GetProperty("expect").GetString()!, path, outcome));
        }

        report.Finish();
    }

    [Theory]
    [InlineData("model", "good_model.h5")]
    [InlineData("weights", "good_weights.h5")]
    [InlineData("weights", "good_model.h5")]
    public async Task Load_SoundFile_HasTheValues(string what, string path)
    {
        JsonElement bad = KerasReference.Read("bad", "bad.json");
        ReferenceRoot.Require("keras", "bad", path);
        Outcome outcome = await Run(what, path);
        Assert.True(outcome.Code == 0, outcome.ToString());
        KerasReference.AssertClose(KerasReference.Numbers(bad.GetProperty("flat_parameters")), outcome.Values, 0);
    }

    private static void Judge(string expected, string path, Outcome outcome)
    {
        if (outcome.Code == 2)
        {
            Assert.Contains(expected, (string[])["error", "load_or_error", "error_or_convert"]);
            Assert.Contains(path, outcome.Error, StringComparison.Ordinal);
            Assert.Single(outcome.Error.TrimEnd().Split('\n'));
            return;
        }

        Assert.True(outcome.Code == 0, outcome.ToString());
        Assert.NotEqual("error", expected);
        Assert.Contains("6 of 6 variables loaded", outcome.Output, StringComparison.Ordinal);
        if (expected is "load_with_conversion" or "error_or_convert")
            Assert.Contains("loaded, converted", outcome.Output, StringComparison.Ordinal);
        if (path == "nan_weights.h5")
            Assert.Contains("not finite", outcome.Output, StringComparison.Ordinal);
    }

    private static async Task<Outcome> Run(string what, string path)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "TfLbfgs.Tests.Probe.dll");
        ProcessStartInfo start = new("dotnet", ["exec", program, what, ReferenceRoot.PathOf("keras", "bad", path)]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["DOTNET_GCHeapHardLimit"] = "0x40000000";
        using Process process = Process.Start(start)!;
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Limit);
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(limit.Token), error = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return new Outcome(process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            return new Outcome(-1, "", $"no end within {Limit.TotalMinutes} min");
        }
    }

    private sealed record Outcome(int Code, string Output, string Error)
    {
        public double[] Values => [.. Output.Split('\n').First(line => line.StartsWith("values: ", StringComparison.Ordinal))["values: ".Length..].Trim().Split(' ')
            .Select(text => double.Parse(text, CultureInfo.InvariantCulture))];
    }
}
