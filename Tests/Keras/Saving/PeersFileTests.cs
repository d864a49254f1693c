using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using TfLbfgs.Keras;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Saving;
using TfLbfgs.Tests.Support;
using Xunit;
using Xunit.Sdk;

namespace TfLbfgs.Tests.Keras.Saving;

/// <summary>
/// Models of every layer and of many structures, which real Keras 2 and 3 make and save, are loaded, compared and saved here, and opened by
/// Keras again: <c>Tests/Results/keras-files-peers.txt</c>.
/// </summary>
[Trait("Category", "Peers")]
public class PeersFileTests : LeakChecked
{
    private const double Tolerance = 2e-5;
    private static readonly string[] Formats = [".h5", ".keras", ".weights.h5"];

    /// <summary>Takes minutes: files that were made before are taken from the folder in <c>TFLBFGS_PEER_FILES</c>.</summary>
    [Fact(Explicit = true)]
    public void Load_EveryLayerAndStructure_OutputsAreKerass()
    {
        using ScratchFolder folder = new();
        Counts counts = new();
        foreach (JsonElement row in Rows(folder))
        {
            string file = row.GetProperty("file").GetString()!;
            string remark = row.TryGetProperty("reload_error", out _) ? "; Keras itself cannot read it" : "";
            counts.Check(KeyOf(row), Path.GetFileName(file), remark, () => CheckRead(row, file));
        }

        StoredResult.Write("keras-files-peers.txt", counts.Table("files that real Keras made, loaded here with equal outputs"));
    }

    [Fact(Explicit = true)]
    public void Save_EveryLayerAndStructure_KerasOpensItWithEqualOutputs()
    {
        using ScratchFolder folder = new();
        Counts counts = new();
        StringBuilder list = new();
        Dictionary<string, (string Generation, string Format, string Family)> written = [];
        foreach (JsonElement row in Rows(folder))
        {
            string file = row.GetProperty("file").GetString()!, copy = folder.File(Path.GetFileName(file)), model = ModelOf(row);
            (string Generation, string Format, string Family) key = KeyOf(row);
            bool isWeights = key.Format == ".weights.h5";
            written[copy] = key;
            if (!counts.Check(null, Path.GetFileName(file), "", () => Save(isWeights ? model : file, copy, key.Format)))
                continue;
            JsonObject open = new()
            {
                ["file"] = copy,
                ["generation"] = row.GetProperty("generation").GetInt32(),
                ["data"] = row.GetProperty("data").GetString()
            };
            if (isWeights)
                open["model"] = model;
            list.Append(open.ToJsonString()).Append('\n');
        }

        File.WriteAllText(folder.File("list.jsonl"), list.ToString());
        Dictionary<string, JsonElement> opened = Python(folder, "open", folder.File("list.jsonl")).Split('\n')
            .Where(line => line.StartsWith('{')).Select(Parse)
            .ToDictionary(row => row.GetProperty("file").GetString()!);
        foreach ((string file, (string, string, string) key) in written)
        {
            counts.Check(key, Path.GetFileName(file), "", () =>
            {
                Assert.True(opened.TryGetValue(file, out JsonElement row), "not written");
                Assert.True(
                    row.TryGetProperty("difference", out JsonElement difference) && difference.ValueKind == JsonValueKind.Number
                        && difference.GetDouble() <= Tolerance,
                    row.TryGetProperty("error", out JsonElement error) ? error.GetString() : row.GetRawText());
            });
        }

        StoredResult.Write("keras-files-peers-written.txt",
            counts.Table("files that real Keras made, loaded and written here, and opened by Keras with equal outputs"));
    }

    private static IEnumerable<JsonElement> Rows(ScratchFolder folder)
    {
        Peers.Require();
        string made = Environment.GetEnvironmentVariable("TFLBFGS_PEER_FILES") ?? folder.Path;
        if (!File.Exists(Path.Combine(made, "index.jsonl")))
            Python(folder, "make", made);
        return File.ReadLines(Path.Combine(made, "index.jsonl")).Select(Parse).Where(row => !row.TryGetProperty("not_written", out _));
    }

    /// <summary>The whole model of a file of weights; Keras cannot write each as <c>.keras</c>.</summary>
    private static string ModelOf(JsonElement row)
    {
        string archive = Path.ChangeExtension(row.GetProperty("data").GetString()!, ".keras");
        return File.Exists(archive) ? archive : Path.ChangeExtension(archive, ".h5");
    }

    private static (string Generation, string Format, string Family) KeyOf(JsonElement row) =>
        ($"Keras {row.GetProperty("generation").GetInt32()}", Formats.Last(row.GetProperty("file").GetString()!.EndsWith),
            row.GetProperty("family").GetString()!);

    private static void CheckRead(JsonElement row, string file)
    {
        bool isWeights = file.EndsWith(".weights.h5", StringComparison.Ordinal);
        using Model model = Model.Load(isWeights ? ModelOf(row) : file);
        if (isWeights)
        {
            model.SetWeights([.. model.GetWeights().Select(w => new double[w.Length])]);
            model.LoadWeights(file);
        }

        JsonElement data = Parse(File.ReadAllText(row.GetProperty("data").GetString()!));
        using TensorScope scope = new();
        using ModelOutput output = model.Forward([.. data.GetProperty("inputs").EnumerateArray().Select(KerasReference.ToTensor)]);
        JsonElement[] expected = [.. data.GetProperty("outputs").EnumerateArray()];
        Assert.Equal(expected.Length, output.Values.Count);
        double tolerance = row.GetProperty("name").GetString()!.Contains("mixed", StringComparison.Ordinal) ? 2e-3 : Tolerance;
        for (int i = 0; i < expected.Length; i++)
            KerasReference.AssertClose(
                KerasReference.Numbers(expected[i]), Tf.Cast(output.Values[i], TfLbfgs.Runtime.DType.Float64).ToDoubles(), tolerance);
    }

    private static void Save(string file, string copy, string format)
    {
        using Model model = Model.Load(file);
        if (format == ".weights.h5")
            model.SaveWeights(copy);
        else
            model.Save(copy);
    }

    private static JsonElement Parse(string text)
    {
        // A difference may be infinite.
        using JsonDocument document = PythonJson.Parse(text);
        return document.RootElement.Clone();
    }

    private static string Python(ScratchFolder folder, params string[] arguments)
    {
        ProcessStartInfo start =
            new(Peers.Script,
            [Path.Combine(Checkout.Root, "Tests", "Reference", "keras", "file_models.py"),
            .. arguments])
            { RedirectStandardOutput = true, WorkingDirectory = folder.Path };
        start.Environment["TF_CPP_MIN_LOG_LEVEL"] = "3";
        start.Environment["TF_USE_LEGACY_KERAS"] = "1";
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, output);
        return output;
    }

    /// <summary>How many files of each generation, format and family of layers are equal, and why others are not.</summary>
    private sealed class Counts
    {
        private readonly Dictionary<(string Generation, string Format, string Family), (int Equal, int Total)> _counts = [];
        private readonly StringBuilder _reasons = new();

        public bool Check((string Generation, string Format, string Family)? key, string file, string remark, Action check)
        {
            string? reason = null;
            try
            {
                check();
            }
            catch (Exception e) when (e is TfLbfgsException or XunitException or InvalidOperationException)
            {
                reason = e.Message.ReplaceLineEndings(" ");
                reason = reason[Math.Max(0, reason.IndexOf(file, StringComparison.Ordinal))..];
                _reasons.Append(CultureInfo.InvariantCulture, $"{file}: {reason[..Math.Min(reason.Length, 400)]}{remark}\n");
            }

            if (key is { } counted)
            {
                (int equal, int total) = _counts.GetValueOrDefault(counted);
                _counts[counted] = (equal + (reason is null ? 1 : 0), total + 1);
            }

            return reason is null;
        }

        public string Table(string title)
        {
            StringBuilder table = new($"{title}: equal of all\n");
            foreach (((string generation, string format, string family), (int equal, int total)) in _counts.OrderBy(c => c.Key))
                table.Append(CultureInfo.InvariantCulture, $"{generation}, {format}, {family}: {equal} of {total}\n");
            table.Append(
                CultureInfo.InvariantCulture, $"all: {_counts.Values.Sum(c => c.Equal)} of {_counts.Values.Sum(c => c.Total)}\n\n");
            return table.Append(_reasons).ToString();
        }
    }
}
