using System.Globalization;
using System.Text;
using System.Text.Json;
using TfLbfgs.Keras;
using TfLbfgs.Tests.Saving;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Keras.Saving;

/// <summary>
/// Real Keras 2 and Keras 3 open the <c>.keras</c> and <c>.weights.h5</c> files that are written:
/// <c>Tests/Results/keras-files-written.txt</c>.
/// </summary>
[Trait("Category", "Peers")]
public class PeersFormatTests : LeakChecked
{
    // For each model: opens the archive, and then loads the weights into a copy of it with other weights; prints the largest difference of
    // its outputs from those given.
    private const string Open = """
        import json, sys
        import numpy as np
        import keras, tf_keras
        for line in open(sys.argv[1]):
            archive, weights, data, generation = line.rstrip("\n").split("\t")
            library = tf_keras if generation == "2" else keras
            case = json.load(open(data))
            inputs = [np.array(a["data"], dtype=a["dtype"]).reshape(a["shape"]) for a in case["inputs"]]
            def differ(model):
                y = model(inputs[0] if len(inputs) == 1 else inputs, training=False)
                ys = y if isinstance(y, (list, tuple)) else [y]
                return max(float(np.max(np.abs(np.asarray(v, dtype="float64").ravel() - np.array(o["data"], dtype="float64")), initial=0)) for v, o in zip(ys, case["outputs"]))
            try:
                model = library.models.load_model(archive, compile=False)
                opened = differ(model)
                model.set_weights([np.zeros_like(w) for w in model.get_weights()])
                model.load_weights(weights)
                print(json.dumps({"file": archive, "archive": opened, "weights": differ(model)}))
            except Exception as e:
                print(json.dumps({"file": archive, "error": repr(e)[:400]}))
        """;

    // For each model: loads the weights that are written in each other format into a copy with zeros, and prints the difference of outputs.
    private const string OpenWeights = """
        import json, sys
        import numpy as np
        import tensorflow as tf
        import keras, tf_keras
        def outputs(model, case):
            inputs = [np.array(a["data"], dtype=a["dtype"]).reshape(a["shape"]) for a in case["inputs"]]
            y = model(inputs[0] if len(inputs) == 1 else inputs, training=False)
            return y if isinstance(y, (list, tuple)) else [y]
        def differ(model, case):
            return max(float(np.max(np.abs(np.asarray(v, dtype="float64").ravel() - np.array(o["data"], dtype="float64")), initial=0)) for v, o in zip(outputs(model, case), case["outputs"]))
        for line in open(sys.argv[1]):
            archive, stem, data, generation = line.rstrip("\n").split("\t")
            library = tf_keras if generation == "2" else keras
            case = json.load(open(data))
            model = library.models.load_model(archive, compile=False)
            ways = {"checkpoint, tf.train.Checkpoint": lambda: tf.train.Checkpoint(model=model).restore(stem + ".ckpt").assert_existing_objects_matched()}
            if generation == "2":
                ways["checkpoint, load_weights"] = lambda: model.load_weights(stem + ".ckpt").assert_existing_objects_matched()
                ways["legacy weights"] = lambda: model.load_weights(stem + ".h5")
            else:
                ways["several files"] = lambda: model.load_weights(stem + ".weights.json")
            ways["npz, set_weights"] = lambda: model.set_weights([a for a in np.load(stem + ".npz").values()])
            for way, load in ways.items():
                model.set_weights([np.zeros_like(w) for w in model.get_weights()])
                try:
                    load()
                    print(json.dumps({"case": stem, "way": f"Keras {generation}, {way}", "difference": differ(model, case)}), flush=True)
                except Exception as e:
                    print(json.dumps({"case": stem, "way": f"Keras {generation}, {way}", "error": repr(e)[:300]}), flush=True)
        """;

    // A compiled model that was loaded and saved here goes on as the original does: the same optimizer, and the same weights after two
    // steps.
    private const string GoOn = """
        import json, sys
        import numpy as np
        import keras, tf_keras
        for line in open(sys.argv[1]):
            original, copy, data, generation = line.rstrip("\n").split("\t")
            library = tf_keras if generation == "2" else keras
            case = json.load(open(data))
            x, y = [np.array(a[0]["data"], dtype=a[0]["dtype"]).reshape(a[0]["shape"]) for a in (case["inputs"], case["targets"])]
            def run(path):
                model = library.models.load_model(path, compile=True)
                before = [np.asarray(v) for v in model.optimizer.variables]
                for _ in range(2):
                    model.train_on_batch(x, y)
                return before, model.get_weights()
            try:
                try:
                    before, after = run(original)
                except Exception as e:
                    print(json.dumps({"file": copy, "error": "Keras cannot go on from its own file: " + repr(e)[:200]}), flush=True)
                    continue
                other_before, other_after = run(copy)
                same = len(before) == len(other_before) and all(np.array_equal(a, b) for a, b in zip(before, other_before))
                print(json.dumps({"file": copy, "optimizer": same, "variables": len(before), "difference": max(float(np.max(np.abs(a - b), initial=0)) for a, b in zip(after, other_after))}), flush=True)
            except Exception as e:
                print(json.dumps({"file": copy, "error": repr(e)[:400]}), flush=True)
        """;

    [Fact(Explicit = true)]
    public void SaveWeights_EveryCaseAndFormat_OpensInItsGeneration()
    {
        using ScratchFolder folder = new();
        List<string> lines = [];
        foreach (string name in KerasCases.Names())
        {
            using Model model = Model.Load(KerasCases.PathOf(name, "model.h5"));
            model.Save(folder.File($"{name}.keras"));
            foreach (string extension in (string[])[".ckpt", ".h5", ".weights.json", ".npz"])
                model.SaveWeights(folder.File(name + extension));
            WriteData(folder, name);
            lines.Add($"{folder.File($"{name}.keras")}\t{folder.File(name)}\t{folder.File($"{name}.json")}\t{name[1]}");
        }

        File.WriteAllLines(folder.File("list.txt"), lines);
        SortedDictionary<string, (int Equal, int Total)> counts = new(StringComparer.Ordinal);
        StringBuilder reasons = new();
        foreach (JsonElement row in Rows(Peers.Run(OpenWeights, folder.File("list.txt"))))
        {
            string way = row.GetProperty("way").GetString()!;
            bool isEqual = row.TryGetProperty("difference", out JsonElement difference) && difference.GetDouble() < 1e-5;
            (int equal, int total) = counts.GetValueOrDefault(way);
            counts[way] = (equal + (isEqual ? 1 : 0), total + 1);
            if (!isEqual)
                reasons.Append(CultureInfo.InvariantCulture, $"{Path.GetFileName(row.GetProperty("case").GetString())}, {way}: {(row.TryGetProperty("error", out JsonElement error) ? error.GetString() : difference.GetRawText())}\n");
        }

        StoredResult.Write("keras-weights-written.txt", $"weights written here, loaded by Python: equal outputs of all\n{string.Concat(counts.Select(c => $"{c.Key}: {c.Value.Equal} of {c.Value.Total}\n"))}\n{reasons}");
    }

    [Fact(Explicit = true)]
    public void Save_CompiledModel_KerasGoesOn()
    {
        using ScratchFolder folder = new();
        List<string> lines = [];
        string[] names = ["k2_trained_adam", "k2_trained_sgd_f32", "k3_trained_adam", "k3_trained_sgd_f32"],
            files = ["model.h5", "model.keras"], outputs = ["h5", "keras"];
        foreach ((string name, string file, string output) in names.SelectMany(name => files.SelectMany(file => outputs.Select(output => (name, file, output)))))
        {
            string copy = folder.File($"{name}-{file.Replace('.', '-')}.{output}");
            using Model model = Model.Load(KerasCases.PathOf(name, file));
            model.Save(copy);
            WriteData(folder, name);
            // Keras 3 does not go on from .h5, so both sides have the format that is written.
            lines.Add($"{KerasCases.PathOf(name, $"model.{(name[1] == '3' ? output : file.Split('.')[1])}")}\t{copy}\t{folder.File($"{name}.json")}\t{name[1]}");
        }

        File.WriteAllLines(folder.File("list.txt"), lines);
        StringBuilder table = new("compiled model loaded and saved here: Keras goes on from it as from the original (optimizer variables equal, largest difference of weights after two more steps)\n");
        foreach (JsonElement row in Rows(Peers.Run(GoOn, folder.File("list.txt"))))
        {
            string file = Path.GetFileName(row.GetProperty("file").GetString()!);
            table.Append(row.TryGetProperty("error", out JsonElement error)
                ? $"{file}: {error.GetString()}\n"
                : string.Create(CultureInfo.InvariantCulture, $"{file}: {row.GetProperty("variables").GetInt32()} variables {(row.GetProperty("optimizer").GetBoolean() ? "equal" : "differ")}, {row.GetProperty("difference").GetDouble():G2}\n"));
        }

        StoredResult.Write("keras-training-goes-on.txt", table.ToString());
    }

    private static void WriteData(ScratchFolder folder, string name)
    {
        JsonElement reference = KerasReference.Read("cases", name, "case.json");
        File.WriteAllText(
            folder.File($"{name}.json"),
            $"{{\"inputs\": {reference.GetProperty("inputs").GetRawText()}, \"outputs\": {reference.GetProperty("outputs").GetRawText()}, \"targets\": {reference.GetProperty("targets").GetRawText()}}}");
    }

    private static IEnumerable<JsonElement> Rows(string output)
    {
        foreach (string line in output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line.StartsWith('{')))
        {
            using var document = JsonDocument.Parse(line);
            yield return document.RootElement.Clone();
        }
    }

    [Fact(Explicit = true)]
    [Trait("Category", "Reference")]
    public void Save_EveryCase_OpensInItsGenerationWithTheSameOutputs()
    {
        Peers.Require();
        using ScratchFolder folder = new();
        List<string> lines = [];
        foreach (string name in KerasCases.Names())
        {
            using Model model = Model.Load(KerasCases.PathOf(name, "model.h5"));
            model.Save(folder.File($"{name}.keras"));
            model.SaveWeights(folder.File($"{name}.weights.h5"));
            JsonElement reference = KerasReference.Read("cases", name, "case.json");
            File.WriteAllText(folder.File($"{name}.json"), $"{{\"inputs\": {reference.GetProperty("inputs").GetRawText()}, \"outputs\": {reference.GetProperty("outputs").GetRawText()}}}");
            lines.Add($"{folder.File($"{name}.keras")}\t{folder.File($"{name}.weights.h5")}\t{folder.File($"{name}.json")}\t{name[1]}");
        }

        File.WriteAllLines(folder.File("list.txt"), lines);
        StringBuilder table =
            new("file written here: opened by its generation of Keras, largest difference of its outputs (.keras, .weights.h5)\n");
        int equal = 0;
        foreach (string line in Peers.Run(Open, folder.File("list.txt")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line.StartsWith('{')))
        {
            using var document = JsonDocument.Parse(line);
            string file = Path.GetFileName(document.RootElement.GetProperty("file").GetString()!);
            if (document.RootElement.TryGetProperty("error", out JsonElement error))
            {
                table.Append(CultureInfo.InvariantCulture, $"{file}: {error.GetString()}\n");
                continue;
            }

            (double archive, double weights) =
                (document.RootElement.GetProperty("archive").GetDouble(), document.RootElement.GetProperty("weights").GetDouble());
            bool isEqual = archive < 1e-5 && weights < 1e-5;
            equal += isEqual ? 1 : 0;
            table.Append(CultureInfo.InvariantCulture, $"{file}: {(isEqual ? "equal" : $"differs by {archive:G2}, {weights:G2}")}\n");
        }

        table.Append(CultureInfo.InvariantCulture, $"{equal} of {lines.Count} equal\n");
        StoredResult.Write("keras-files-written.txt", table.ToString());
    }
}
