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
        StringBuilder table = new("file written here: opened by its generation of Keras, largest difference of its outputs (.keras, .weights.h5)\n");
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

            (double archive, double weights) = (document.RootElement.GetProperty("archive").GetDouble(), document.RootElement.GetProperty("weights").GetDouble());
            bool isEqual = archive < 1e-5 && weights < 1e-5;
            equal += isEqual ? 1 : 0;
            table.Append(CultureInfo.InvariantCulture, $"{file}: {(isEqual ? "equal" : $"differs by {archive:G2}, {weights:G2}")}\n");
        }

        table.Append(CultureInfo.InvariantCulture, $"{equal} of {lines.Count} equal\n");
        StoredResult.Write("keras-files-written.txt", table.ToString());
    }
}
