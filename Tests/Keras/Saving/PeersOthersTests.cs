using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using TfLbfgs.Formats;
using TfLbfgs.Formats.Npy;
using TfLbfgs.Keras;
using TfLbfgs.Keras.Saving;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Runtime;
using TfLbfgs.SavedModels;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Keras.Saving;

/// <summary>
/// Files that other people saved, in the folder of <c>TFLBFGS_FILES_OF_OTHERS</c>: each is loaded, or named as what it is, and models
/// compute what real Keras computes: <c>Tests/Results/keras-files-of-others.txt</c>.
/// </summary>
[Trait("Category", "Peers")]
public class PeersOthersTests : LeakChecked
{
    private const double Tolerance = 1e-4;

    [Fact(Explicit = true)]
    public void Load_FilesOfOthers_AreModelsOrNamedAsWhatTheyAre()
    {
        string root = Environment.GetEnvironmentVariable("TFLBFGS_FILES_OF_OTHERS") ?? "";
        Assert.SkipUnless(Directory.Exists(root), "no folder in TFLBFGS_FILES_OF_OTHERS");
        string[] places = [.. Places(root).Order(StringComparer.Ordinal)];
        Dictionary<string, (JsonElement Row, string Npz)> peers = Peers(root, places);
        SortedDictionary<string, int> counts = new(StringComparer.Ordinal);
        StringBuilder details = new();
        foreach (string place in places)
        {
            string outcome = Outcome(place, out string detail);
            if (peers.TryGetValue(place, out (JsonElement Row, string Npz) peer))
                outcome += Compare(place, outcome, peer.Row, peer.Npz, ref detail);
            counts[outcome] = counts.GetValueOrDefault(outcome) + 1;
            details.Append(CultureInfo.InvariantCulture, $"{Path.GetRelativePath(root, place)}: {outcome}{(detail.Length > 0 ? ": " : "")}{detail.Replace(root, "", StringComparison.Ordinal)}\n");
        }

        TestContext.Current.TestOutputHelper?.WriteLine(details.ToString());
        File.WriteAllText(Path.Combine(root, "details.txt"), details.ToString());
        StoredResult.Write("keras-files-of-others.txt", $"files that other people saved: what became of them\n{string.Concat(counts.Select(count => $"{count.Key}: {count.Value}\n"))}all: {places.Length}\n");
    }

    /// <summary>Files, folders of SavedModels, and checkpoints by their index.</summary>
    private static IEnumerable<string> Places(string folder)
    {
        if (File.Exists(Path.Combine(folder, "saved_model.pb")))
        {
            yield return folder;
            yield break;
        }

        foreach (string file in Directory.GetFiles(folder))
        {
            bool isPart = file.Contains(".data-0", StringComparison.Ordinal) || Path.GetFileName(file) is "details.txt";
            if (!isPart)
                yield return file;
        }

        foreach (string child in Directory.GetDirectories(folder).SelectMany(Places))
            yield return child;
    }

    private static string Outcome(string place, out string detail)
    {
        detail = "";
        try
        {
            using Model model = Model.Load(place);
            detail = string.Join("; ", model.LoadReport!.Warnings);
            return "model";
        }
        catch (Exception e) when (e is ModelConfigException or WeightsMismatchException)
        {
            detail = Short(e);
            return e is ModelConfigException ? "model that is refused" : "model whose weights do not fit";
        }
        catch (FileFormatException e)
        {
            detail = Short(e);
        }
        catch (Exception e) when (e is not TfLbfgsException)
        {
            detail = Short(e);
            return "FAULT";
        }

        if (Directory.Exists(place))
        {
            try
            {
                using SavedModelBundle bundle = SavedModelBundle.Load(place);
                return bundle.Signatures.Count + bundle.Functions.Count > 0 ? "SavedModel whose functions are called" : "SavedModel without functions";
            }
            catch (TfLbfgsException e)
            {
                detail = Short(e);
                return "SavedModel that is refused";
            }
        }

        try
        {
            if (FileProbe.Recognize(place) == FileKind.FrozenGraph)
            {
                using FrozenGraph graph = FrozenGraph.Load(place);
                detail = $"{graph.Nodes.Count} nodes";
                return "frozen graph";
            }

            using ModelFile file = ModelFile.Open(place);
            return file.Weights.Count > 0 ? $"weights: {file.Format}" : "architecture alone";
        }
        catch (TfLbfgsException e)
        {
            detail = Short(e);
            return "no model, and named";
        }
    }

    private static string Compare(string place, string outcome, JsonElement row, string npz, ref string detail)
    {
        if (!row.TryGetProperty("opened", out JsonElement opened))
            return row.TryGetProperty("skipped", out JsonElement skipped) ? skipped.GetString() == "no architecture" ? "" : $", not opened by Keras here ({skipped.GetString()})" : ", which no Keras here opens";
        if (outcome != "model")
            return $", which {opened.GetString()} opens";
        using NpzFile values = NpzFile.Open(npz);
        using TensorScope scope = new();
        using Model model = Model.Load(place);
        try
        {
            using ModelOutput output = model.Forward([.. Enumerable.Range(0, row.GetProperty("inputs").GetInt32()).Select(i => Tensor(values, $"x{i}"))]);
            double worst = 0;
            for (int i = 0; i < row.GetProperty("outputs").GetInt32(); i++)
            {
                double[] expected = Tf.Cast(Tensor(values, $"y{i}"), DType.Float64).ToDoubles(), received = Tf.Cast(output.Values[i], DType.Float64).ToDoubles();
                double size = Math.Max(1, expected.Max(Math.Abs));
                worst = expected.Length == received.Length ? Math.Max(worst, expected.Zip(received, (a, b) => a.Equals(b) ? 0 : Math.Abs(a - b)).Max() / size) : double.NaN;
            }

            if (worst <= Tolerance)
                return $" with the outputs of {opened.GetString()}";
            detail = string.Create(CultureInfo.InvariantCulture, $"differs by {worst:G3}");
        }
        catch (TfLbfgsException e)
        {
            detail = Short(e);
        }

        return $" with OTHER outputs than {opened.GetString()}";
    }

    private static Tensor Tensor(NpzFile values, string name)
    {
        StoredArray array = values.Arrays.First(entry => entry.Name == name).Array;
        return TfLbfgs.Tensors.Tensor.FromBytes(array.DType, TfLbfgs.Tensors.Shape.Create([.. array.Shape]), array, static (bytes, stored) => stored.Read(bytes));
    }

    private static string Short(Exception e)
    {
        string message = (e is TfLbfgsException ? e.Message : e.ToString()).ReplaceLineEndings(" ");
        return message[..Math.Min(message.Length, 700)];
    }

    private static Dictionary<string, (JsonElement Row, string Npz)> Peers(string root, string[] places)
    {
        Support.Peers.Require();
        string kept = root.TrimEnd('/') + ".peers", results = Path.Combine(kept, "results.jsonl");
        if (!File.Exists(results))
        {
            Directory.CreateDirectory(kept);
            File.WriteAllLines(Path.Combine(kept, "list.txt"), places.Where(File.Exists));
            ProcessStartInfo start = new(Support.Peers.Script,
                [Path.Combine(Checkout.Root, "Tests", "Reference", "keras", "others.py"), Path.Combine(kept, "list.txt"), kept]);
            start.Environment["TF_USE_LEGACY_KERAS"] = "1";
            start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
            using Process process = Process.Start(start)!;
            process.WaitForExit();
            Assert.Equal(0, process.ExitCode);
        }

        Dictionary<string, (JsonElement, string)> rows = new(StringComparer.Ordinal);
        foreach (string line in File.ReadLines(results))
        {
            using JsonDocument document = JsonDocument.Parse(line);
            JsonElement row = document.RootElement.Clone();
            rows[row.GetProperty("file").GetString()!] = (row, Path.Combine(kept, $"{row.GetProperty("number").GetInt32()}.npz"));
        }

        return rows;
    }
}
