using System.Text.Json;
using TfLbfgs.Keras;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Saving;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Keras;

/// <summary>Real Keras 2 and Keras 3 judge what is written, and make what is read.</summary>
[Trait("Category", "Peers")]
public class PeersKerasTests : LeakChecked
{
    // Opens each file with both generations and prints what it predicts for the inputs in the JSON beside it.
    private const string Predict = """
        import json, sys
        import numpy as np
        import keras, tf_keras
        for line in open(sys.argv[1]):
            path, inputs_path, generations = line.rstrip("\n").split("\t")
            inputs = [np.array(a["data"], dtype=a["dtype"]).reshape(a["shape"]) for a in json.load(open(inputs_path))]
            for generation in generations.split(","):
                library = tf_keras if generation == "2" else keras
                try:
                    model = library.models.load_model(path, compile=False)
                    y = model(inputs[0] if len(inputs) == 1 else inputs, training=False)
                    ys = y if isinstance(y, (list, tuple)) else [y]
                    print(json.dumps({"file": path, "generation": generation, "outputs": [np.asarray(v).astype("float64").ravel().tolist() for v in ys]}))
                except Exception as e:
                    print(json.dumps({"file": path, "generation": generation, "error": repr(e)[:600]}))
        """;

    private const string Make = """
        import sys
        import numpy as np
        import keras, tf_keras
        folder = sys.argv[1]
        for number, library in (("2", tf_keras), ("3", keras)):
            library.utils.set_random_seed(11)
            layers = library.layers
            activation = library.Sequential([library.Input((3,)) if number == "3" else layers.InputLayer((3,)), layers.Dense(4), layers.Activation("elu"), layers.Dense(2), layers.Activation("softmax")])
            dropout = library.Sequential([library.Input((3,)) if number == "3" else layers.InputLayer((3,)), layers.Dense(5, "tanh"), layers.Dropout(0.4, seed=3), layers.Dense(1, "sigmoid")])
            a = library.Input((3,), name="a")
            shared = layers.Dense(3, "gelu", name="shared")
            inner = library.Sequential([layers.Dense(3, "swish", name="in1"), layers.Dense(3, name="in2")], name="inner")
            functional = library.Model(a, [layers.Dense(2, name="p")(shared(layers.Dropout(0.1)(shared(a)))), layers.Activation("hard_sigmoid", name="q")(inner(a))])
            x = np.linspace(-2, 2, 12).reshape(4, 3).astype("float32")
            for name, model in (("activation", activation), ("dropout", dropout), ("functional", functional)):
                y = model(x)
                model.save(f"{folder}/{name}{number}.h5")
                np.save(f"{folder}/{name}{number}.npy", np.concatenate([np.asarray(v).ravel() for v in (y if isinstance(y, (list, tuple)) else [y])]))
                np.concatenate([np.asarray(v).ravel() for v in (y if isinstance(y, (list, tuple)) else [y])]).astype("float64").tofile(f"{folder}/{name}{number}.bin")
        """;

    [Fact]
    [Trait("Category", "Reference")]
    public void Save_EveryCase_OpensInKeras2AndKeras3WithTheSamePredictions()
    {
        Peers.Require();
        using ScratchFolder folder = new();
        List<string> lines = [];
        foreach (string name in KerasCases.Names())
        {
            using Model model = Model.Load(KerasCases.PathOf(name, "model.h5"));
            model.Save(folder.File($"{name}.h5"));
            File.WriteAllText(folder.File($"{name}.json"),
                KerasReference.Read("cases", name, "case.json").GetProperty("inputs").GetRawText());
            lines.Add($"{folder.File($"{name}.h5")}\t{folder.File($"{name}.json")}\t2,3");
        }

        ReferenceReport report = new("keras/cases opened by real Keras");
        foreach (JsonElement result in PredictAll(folder, lines))
        {
            string name = Path.GetFileNameWithoutExtension(result.GetProperty("file").GetString()!);
            report.Check($"{name} in Keras {result.GetProperty("generation")}", () =>
            {
                Assert.False(result.TryGetProperty("error", out JsonElement error), error.ToString());
                JsonElement expected = KerasReference.Read("cases", name, "case.json").GetProperty("outputs")[0];
                KerasReference.AssertClose(KerasReference.Numbers(expected), Doubles(result.GetProperty("outputs")[0]),
                    expected.GetProperty("dtype").GetString() == "float64" ? 1e-12 : 1e-5);
            });
        }

        report.Finish();
    }

    [Fact]
    public void Load_ModelsMadeByRealKeras_PredictTheSameAndAreWrittenBackEqual()
    {
        Peers.Require();
        using ScratchFolder folder = new();
        Peers.Run(Make, folder.Path);
        File.WriteAllText(folder.File("x.json"),
            $$"""[{"shape": [4, 3], "dtype": "float32", "data": [{{string.Join(", ", Inputs())}}]}]""");
        List<string> lines = [];
        Dictionary<string, double[]> expected = [];
        foreach (string name in new[] { "activation", "dropout", "functional" })
        {
            foreach (string generation in new[] { "2", "3" })
            {
                using TensorScope scope = new();
                using Model model = Model.Load(folder.File($"{name}{generation}.h5"));
                double[] made =
                    [.. File.ReadAllBytes(folder.File($"{name}{generation}.bin")).Chunk(8).Select(bytes => BitConverter.ToDouble(bytes))];
                Tensor[] outputs = model.Call([Tensor.From<float>([.. Inputs().Select(v => (float)v)], [4, 3])]);
                KerasReference.AssertClose(made, [.. outputs.SelectMany(o => o.ToDoubles())], 2e-6);
                string written = folder.File($"{name}{generation}-written.h5");
                IReadOnlyList<string> warnings = model.Save(written).Warnings;
                Assert.Equal(name == "functional", warnings.Any(w => w.Contains("hard_sigmoid", StringComparison.Ordinal)));
                expected[written] = made;

                // hard_sigmoid is another function in the other generation, as the warning says.
                lines.Add($"{written}\t{folder.File("x.json")}\t{(name == "functional" ? generation : "2,3")}");
            }
        }

        foreach (JsonElement result in PredictAll(folder, lines))
        {
            Assert.False(result.TryGetProperty("error", out JsonElement error), $"{result}");
            KerasReference.AssertClose(expected[result.GetProperty("file").GetString()!],
                [.. result.GetProperty("outputs").EnumerateArray().SelectMany(Doubles)], 2e-6);
        }
    }

    [Fact]
    public void Save_ModelMadeHere_OpensInBothAndAKeras3ActivationInKeras3Only()
    {
        Peers.Require();
        using ScratchFolder folder = new();
        using TensorScope scope = new();
        File.WriteAllText(folder.File("x.json"), """[{"shape": [1, 2], "dtype": "float64", "data": [0.3, -0.7]}]""");
        Tensor x = Tensor.From(new double[,] { { 0.3, -0.7 } });
        using Sequential both = new(DType.Float64) { new Dense(3, "swish"), new Dropout(0.5), new Dense(1) };
        using Sequential only3 = new(DType.Float64) { new Dense(3, "relu6"), new Dense(1, "squareplus") };
        double[] expectedBoth = both.Predict(x).ToDoubles(), expected3 = only3.Predict(x).ToDoubles();
        Assert.Empty(both.Save(folder.File("both.h5")).Warnings);
        Assert.Equal(2, only3.Save(folder.File("only3.h5")).Warnings.Count(w => w.Contains("Keras 3 only", StringComparison.Ordinal)));
        JsonElement[] results =
            PredictAll(folder,
            [$"{folder.File("both.h5")}\t{folder.File("x.json")}\t2,3", $"{folder.File("only3.h5")}\t{folder.File("x.json")}\t2,3"]);
        KerasReference.AssertClose(expectedBoth, Doubles(results[0].GetProperty("outputs")[0]), 1e-12);
        KerasReference.AssertClose(expectedBoth, Doubles(results[1].GetProperty("outputs")[0]), 1e-12);
        Assert.True(results[2].TryGetProperty("error", out _));
        KerasReference.AssertClose(expected3, Doubles(results[3].GetProperty("outputs")[0]), 1e-12);
    }

    private static double[] Inputs() => [.. Enumerable.Range(0, 12).Select(i => (double)(float)(-2 + (4.0 * i / 11)))];

    private static double[] Doubles(JsonElement list) => [.. list.EnumerateArray().Select(v => v.GetDouble())];

    private static JsonElement[] PredictAll(ScratchFolder folder, List<string> lines)
    {
        File.WriteAllLines(folder.File("list.txt"), lines);
        return [.. Peers.Run(Predict, folder.File("list.txt")).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => line.StartsWith('{')).Select(line =>
        {
            using var document = JsonDocument.Parse(line);
            return document.RootElement.Clone();
        })];
    }
}
