using System.Diagnostics;
using System.Text.RegularExpressions;
using TfLbfgs.Formats;
using TfLbfgs.Formats.Npy;
using TfLbfgs.Keras;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Keras.Saving;
using TfLbfgs.Runtime;
using Xunit;

namespace TfLbfgs.Tests.Cli.Commands;

public class TrainCommandTests : CommandTestBase
{
    [Fact]
    public void Train_Diabetes_AdamThenLbfgsThenEvaluated()
    {
        string output = Folder.At("t.keras");
        CliRun run = CliProgram.Run(
            "train", "--data", Diabetes, "--target", "progression", "--standardize", "--layers", "8,8", "--epochs", "3", "--max-iterations",
                "20", "--validation-split", "0.2", "--l2", "0.001",
            "--output", output, "--report", Folder.At("report"), "--json").Succeeded();
        Assert.Equal(3, run.Number("adam_epochs"));
        Assert.Equal(20, run.Number("iterations"));
        Assert.True(run.Number("loss_after") < 0.8 * run.Number("data_loss_before"));
        Assert.True(run.Number("regularization_after") > 0);
        // The validation for the report leaves the end of the run alone.
        CliRun plain = CliProgram.Run(
            "train", "--data", Diabetes, "--target", "progression", "--standardize", "--layers", "8,8", "--epochs", "3",
            "--max-iterations", "20", "--validation-split", "0.2", "--l2", "0.001", "--output", Folder.At("plain.keras"), "--json")
                .Succeeded();
        Assert.Equal(plain.Number("loss_after"), run.Number("loss_after"));
        Assert.Equal([output, output + ".scaling.json", Folder.At("report", "report.html")], run.Texts("files"));
        using (Model model = Model.Load(output))
        {
            Assert.Equal(DType.Float64, model.DType);
            Assert.Equal([10L, 8L], model.Variables[0].Shape.ToArray());
        }

        CliRun measured = CliProgram.Run("evaluate", output, "--data", Diabetes, "--target", "progression", "--json").Succeeded();
        Assert.Equal(442, measured.Number("rows"));
        double error = measured.Json.GetProperty("errors")[0].GetProperty("mse").GetDouble();
        double[] truth = Column(Diabetes, 10);
        Assert.InRange(error, 0, truth.Average(t => (t - truth.Average()) * (t - truth.Average())));
        CheckPage(File.ReadAllText(Folder.At("report", "report.html")), ["adam", "loss", "terms", "gradient", "predicted-0", "residuals-0"],
            ["result", "errors", "configuration"]);
    }

    [Fact]
    public void Train_ClassesOfAnArchive_ConfusionsInReportAndEvaluation()
    {
        double[] x = [.. Enumerable.Range(0, 120).SelectMany(i => new[] { i % 3 + (0.1 * (i % 5)), 1.0 - (i % 3) + (0.1 * (i % 7)) })];
        long[] classes = [.. Enumerable.Range(0, 120).Select(i => (long)(i % 3))];
        string data = Folder.At("d.npz"), output = Folder.At("c.h5");
        NpzFile.Write(data, [("x", Array(DType.Float64, [120, 2], x)), ("label", Array(DType.Int64, [120], classes))]);
        CliRun run = CliProgram.Run(
            "train", "--data", data, "--target", "label", "--loss", "sparse_categorical_crossentropy", "--layers", "6", "--epochs", "0",
                "--max-iterations", "40", "--output", output,
            "--report", Folder.At("r"), "--json").Succeeded();
        Assert.Equal(["x[0]", "x[1]"], run.Texts("inputs"));
        string page = File.ReadAllText(Folder.At("r", "report.html"));
        CheckPage(page, ["loss", "gradient"], ["result", "confusion", "configuration"]);
        CliRun measured = CliProgram.Run("evaluate", output, "--data", data, "--target", "label", "--json").Succeeded();
        Assert.Equal("sparse_categorical_crossentropy", measured.Json.GetProperty("loss").GetString());
        Assert.InRange(measured.Number("accuracy"), 0.95, 1);
        Assert.Equal(run.Number("data_loss_after"), measured.Number("data_loss"), 12);
        Assert.Equal(120,
            measured.Json.GetProperty("confusion").EnumerateArray()
            .Sum(row => row.GetProperty("predicted").EnumerateArray().Sum(count => count.GetInt32())));
    }

    [Fact]
    public void Train_ArchitectureInJson_IsBuiltAndTrained()
    {
        using (Sequential model = new(DType.Float32) { new InputLayer([2]), new Dense(5, "relu"), new Dense(1) })
        {
            model.Build();
            model.Save(Folder.At("arch.h5"));
        }

        using (ModelFile file = ModelFile.Open(Folder.At("arch.h5")))
            Text("arch.json", file.ConfigJson!);
        string data = Text("d.csv", "name,a,b,y\nx,1,2,3\ny,2,5,7\nz,4,4,8\n");
        CliProgram.Run("train", "--config", Folder.At("arch.json"), "--data", data, "--target", "y", "--output", Folder.At("o.h5")).Refused(
            "column 'name': expected a number, received 'x'", "Text and categories", "--ignore");
        CliRun run = CliProgram.Run(
            "train", "--config", Folder.At("arch.json"), "--data", data, "--target", "y", "--ignore", "name", "--epochs", "2",
                "--max-iterations", "5", "--output", Folder.At("o.h5"), "--json").Succeeded();
        Assert.Equal("float32", run.Json.GetProperty("dtype").GetString());
        Assert.Equal(["a", "b"], run.Texts("inputs"));
        CliRun chosen = CliProgram.Run(
            "train", "--data", data, "--target", "y", "--input", "b", "--layers", "3", "--epochs", "0", "--max-iterations", "2", "--output",
                Folder.At("b.h5"), "--json").Succeeded();
        Assert.Equal(["b"], chosen.Texts("inputs"));
        CliProgram.Run("train", "--config", Folder.At("arch.json"), "--layers", "3", "--data", data, "--target", "y", "--output",
            Folder.At("o.h5")).Refused("--config");
    }

    [Fact]
    public void Report_InChromium_ShowsEveryPicture()
    {
        string? chromium = ((string[])["chromium", "chromium-browser", "chromium-headless-shell", "google-chrome", "chrome"])
            .FirstOrDefault(IsInstalled);
        Assert.SkipWhen(chromium is null, "no Chromium is installed: chromium, chromium-headless-shell and google-chrome were looked for");
        CliProgram.Run(
            "train", "--data", Diabetes, "--target", "progression", "--standardize", "--layers", "8", "--epochs", "2", "--max-iterations",
                "5", "--output", Folder.At("t.h5"), "--report", Folder.Path).Succeeded();
        string page = File.ReadAllText(Folder.At("report.html"));
        const string count = "<script>onload = () => document.body.dataset.shown = [...document.images].filter(image => "
            + "image.naturalWidth > 0).length</script>";
        string probe = Text("probe.html", page.Replace("</body>", count + "</body>", StringComparison.Ordinal));
        using Process process =
            Process.Start(
            new ProcessStartInfo(chromium!,
            ["--headless", "--no-sandbox", "--disable-gpu", "--dump-dom",
            $"file://{probe}"])
            { RedirectStandardOutput = true, RedirectStandardError = true })!;
        CliRun dom = CliProgram.Finish(process);
        Assert.Contains("data-shown=\"5\"", dom.Output, StringComparison.Ordinal);
        Assert.Contains("<table class=\"facts\" id=\"configuration\">", dom.Output, StringComparison.Ordinal);
    }

    private static void CheckPage(string page, string[] figures, string[] tables)
    {
        Assert.StartsWith("<!DOCTYPE html>", page, StringComparison.Ordinal);
        Assert.Equal(figures, Regex.Matches(page, "<figure id=\"([^\"]+)\">").Select(match => match.Groups[1].Value));
        Assert.Equal(tables, Regex.Matches(page, "<table[^>]* id=\"([^\"]+)\">").Select(match => match.Groups[1].Value));
        foreach (Match image in Regex.Matches(page, "data:image/png;base64,([A-Za-z0-9+/=]+)\""))
            Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], Convert.FromBase64String(image.Groups[1].Value)[..4]);
        // One file, nothing from elsewhere.
        Assert.DoesNotMatch("(src|href)=\"(?!data:)", page);
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
    }

    private static StoredArray Array<T>(DType dtype, long[] shape, T[] values)
        where T : unmanaged =>
            StoredArray.FromBytes(dtype, shape, System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan()).ToArray());

    private static bool IsInstalled(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
            .Any(folder => folder.Length > 0 && File.Exists(Path.Combine(folder, program)));
}
