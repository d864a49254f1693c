using System.Globalization;
using System.Text;
using System.Text.Json;
using TfLbfgs.Keras;
using TfLbfgs.Keras.Losses;
using TfLbfgs.Optimization;
using TfLbfgs.Runtime;
using TfLbfgs.SavedModels;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Keras;
using TfLbfgs.Tests.Saving;
using TfLbfgs.Tests.Support;
using TfLbfgs.Variables;
using Xunit;

namespace TfLbfgs.Tests.SavedModels;

public class SavedModelWriterTests : LeakChecked
{
    // For each SavedModel: the signature by tf.saved_model.load and by a session of TensorFlow 1, the function by TFSMLayer, and loss and
    // gradient at the point that the variables hold, against those given; prints the largest differences.
    private const string Open = """
        import json, os, sys
        import numpy as np
        import tensorflow as tf
        import keras, tf_keras
        def differ(ys, expected):
            return max(float(np.max(np.abs(np.asarray(y, dtype="float64").ravel() - np.array(e["data"], dtype="float64")) / np.maximum(1, np.abs(np.array(e["data"], dtype="float64"))), initial=0)) for y, e in zip(ys, expected))
        for line in open(sys.argv[1]):
            folder, data = line.rstrip("\n").split("\t")
            case = json.load(open(data))
            xs = [np.array(a["data"], dtype=a["dtype"]).reshape(a["shape"]) for a in case["inputs"]]
            found = {"folder": folder}
            try:
                loaded = tf.saved_model.load(folder)
                y = loaded.signatures["serving_default"](**{n: tf.constant(x) for n, x in zip(case["names"], xs)})
                found["load"] = differ([y[f"output_{i}"] for i in range(len(y))], case["outputs"])
                flat = loaded.signatures["get_flat"]()["flat"]
                at = loaded.signatures["value_and_gradients"](flat=flat)
                found["loss"] = abs(float(at["loss"]) - case["loss"])
                found["gradient"] = differ([at["gradient"]], [{"data": case["gradient"]}])
                loaded.signatures["set_flat"](flat=flat * 0)
                found["set"] = float(np.max(np.abs(loaded.signatures["get_flat"]()["flat"])))
                layer = keras.layers.TFSMLayer(folder, call_endpoint="serve", dtype=next((str(x.dtype) for x in xs if x.dtype.kind == "f"), "float32"))
                y = layer(xs[0] if len(xs) == 1 else [tf.constant(x) for x in xs])
                found["layer"] = differ(y if isinstance(y, (list, tuple)) else [y], case["outputs"])
                found["weights"] = abs(len(layer.weights) - case["variables"])
                with tf.Graph().as_default(), tf.compat.v1.Session() as session:
                    meta = tf.compat.v1.saved_model.load(session, ["serve"], folder).signature_def["serving_default"]
                    y = session.run({k: v.name for k, v in meta.outputs.items()}, {meta.inputs[n].name: x for n, x in zip(case["names"], xs)})
                    found["session"] = differ([y[f"output_{i}"] for i in range(len(y))], case["outputs"])
                if os.path.exists(os.path.join(folder, "keras_metadata.pb")):
                    y = tf_keras.models.load_model(folder, compile=False)(xs[0] if len(xs) == 1 else xs, training=False)
                    found["keras2"] = differ(y if isinstance(y, (list, tuple)) else [y], case["outputs"])
            except Exception as e:
                found["error"] = repr(e)[:600]
            print(json.dumps(found))
        """;

    [Fact]
    public void Write_CodeWithVariablesConstantsAndLoops_IsLoadedAgain()
    {
        using TensorScope scope = new();
        using ScratchFolder folder = new();
        using Variable weight = new(Tensor.From<double>([1, -2]), "net/weight"), steps = new(Tensor.Scalar(3), "steps", trainable: false);
        Tensor shift = Tensor.From<double>([0.5, 0.25]);
        using (SavedModelWriter writer = new([weight, steps]))
        {
            writer.AddSignature("iterate", [new TensorSpec("x", DType.Float64, new long[] { -1, 2 }), new TensorSpec("a "
                + "scale", DType.Float64, Shape.Scalar)], ["y", "n"], inputs =>
            {
                Tensor count = steps.Value;
                Tensor[] state =
                    Tf.While(now => Tf.Less(now[0], count), now => [now[0] + Tensor.Scalar(1), Tf.Tanh(now[1] * weight.Value + shift)],
                    [Tensor.Scalar(0), inputs[0] * inputs[1]]);
                return [state[1], state[0]];
            });
            writer.AddFunction("twice", [new TensorSpec("x", DType.Float64, new long[] { 2 })], ["y"], inputs => [inputs[0] * 2 + shift]);
            writer.Write(folder.File("model"));
        }

        using SavedModelBundle model = SavedModelBundle.Load(folder.File("model"));
        Assert.Equal(["net/weight float64(2,)", "steps int32()"], model.Variables.Select(v => v.ToString()));
        Assert.Equal([true, false], model.Variables.Select(v => v.Trainable));
        Assert.Equal("iterate(a scale: float64(), x: float64(None, 2)) -> (n: int32(), y: float64(None, 2))",
            model.Signatures["iterate"].ToString());
        double expected = 4;
        for (int i = 0; i < 3; i++)
            expected = Math.Tanh(expected + 0.5);
        IReadOnlyDictionary<string, Tensor> found =
            model.Signatures["iterate"].Call(("x", Tensor.From<double>(new double[,] { { 2, 0 } })), ("a scale", Tensor.Scalar(2.0)));
        Assert.Equal((3, expected), (found["n"].ToScalar<int>(), found["y"].ToDoubles()[0]));
        Assert.Equal([2.5, 4.25], model.Functions["twice"][0].Call(Tensor.From<double>([1, 2]))[0].ToDoubles());
        Assert.Equal(["steps"], model.Variables.Where(v => !v.Trainable).Select(v => v.Name));
    }

    [Fact]
    public void AddSignature_VariableThatIsNoneOfTheModel_IsRefused()
    {
        using TensorScope scope = new();
        using Variable known = new(Tensor.From<double>([1.0])), other = new(Tensor.From<double>([2.0]));
        using SavedModelWriter writer = new([known]);
        Assert.Contains("another one",
            Assert.Throws<TfLbfgsException>(() => writer.AddSignature("f", [], ["y"], _ => [other.Value])).Message,
            StringComparison.Ordinal);
        Assert.Contains("expected 1 results",
            Assert.Throws<TfLbfgsException>(() => writer.AddSignature("f", [], ["y"], _ => [known.Value, known.Value])).Message,
            StringComparison.Ordinal);
        Assert.Empty(writer.Signatures);
        Assert.Contains(
            "at least one signature", Assert.Throws<TfLbfgsException>(() => writer.Write("/tmp/none")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_FolderOfSomethingElse_IsRefused()
    {
        using TensorScope scope = new();
        using ScratchFolder folder = new();
        Directory.CreateDirectory(folder.File("documents"));
        File.WriteAllText(folder.File("documents/letter.txt"), "dear");
        using SavedModelWriter writer = new([]);
        writer.AddSignature("f", [], ["y"], _ => [Tensor.Scalar(1.0)]);
        Assert.Throws<TfLbfgsException>(() => writer.Write(folder.File("documents")));
        Assert.Equal("dear", File.ReadAllText(folder.File("documents/letter.txt")));
        writer.Write(folder.File("model"));
        writer.Write(folder.File("model"));
        Assert.Equal(["documents", "model"],
            Directory.GetFileSystemEntries(folder.File("."), "*").Select(Path.GetFileName)
            .Where(name => !name!.EndsWith(".py", StringComparison.Ordinal)).Order());
    }

    [Theory]
    [InlineData("k3_nested")]
    [InlineData("k2_shared_multi_io")]
    [Trait("Category", "Reference")]
    public void Export_Model_IsLoadedWithTheSameOutputs(string name)
    {
        using TensorScope scope = new();
        using ScratchFolder folder = new();
        JsonElement reference = KerasReference.Read("cases", name, "case.json");
        using (Model model = Model.Load(KerasCases.PathOf(name, "model.h5")))
            model.Export(folder.File("exported"));
        using SavedModelBundle bundle = SavedModelBundle.Load(folder.File("exported"));
        SavedFunction serve = bundle.Functions["serve"][0];
        Tensor[] outputs = serve.Call([.. reference.GetProperty("inputs").EnumerateArray().Select(KerasReference.ToTensor)]);
        foreach ((JsonElement expected, Tensor output) in reference.GetProperty("outputs").EnumerateArray().Zip(outputs))
            KerasReference.AssertClose(expected, output, 1e-12);
        Assert.Equal(["serve", "serving_default"], bundle.Signatures.Keys);
    }

    [Fact]
    public void Save_RefinedModel_HoldsTheNewValues()
    {
        using TensorScope scope = new();
        using ScratchFolder folder = new();
        Tensor x = Tensor.From<double>(new double[,] { { 1, 2 }, { 3, -1 } }),
            target = Tensor.From<double>(new double[,] { { 0, 1 }, { 1, 0 } });
        double[] refined;
        using (SavedModelBundle model = SavedModelBundle.Load(SavedModelBundleTests.Data("tf_module")))
        {
            SavedLossObjective objective = new(model.Signatures["loss"], new Dictionary<string, Tensor> { ["x"] = x, ["target"] = target });
            using (objective)
            using (LbfgsMinimizer minimizer = new(objective, new LbfgsOptions { MaxIterations = 40 }))
            {
                LbfgsResult result = minimizer.Minimize();
                Assert.True(result.Loss < 0.01, $"loss {result.Loss}");
                Assert.Equal(result.Loss, model.Signatures["loss"].Call(("x", x), ("target", target))["output_0"].ToDouble(), 1e-12);
            }

            refined = [.. model.TrainableVariables.SelectMany(v => v.Value.ToDoubles())];
            model.Save(folder.File("refined"));
        }

        using SavedModelBundle again = SavedModelBundle.Load(folder.File("refined"));
        Assert.Equal(refined, (double[])[.. again.TrainableVariables.SelectMany(v => v.Value.ToDoubles())]);
        Assert.Equal([-1, 2.5], again.Signatures["look_up"].Call(("words", Tensor.FromStrings(["gold", "tea"])))["price"].ToDoubles());
    }

    [Fact]
    public void Load_FrozenGraph_IsInspectedAndCalled()
    {
        using TensorScope scope = new();
        using var expected = JsonDocument.Parse(File.ReadAllBytes(SavedModelBundleTests.Data("expected.json")));
        using FrozenGraph graph = FrozenGraph.Load(SavedModelBundleTests.Data("frozen.pb"));
        Assert.Equal(["x: float64(None, 2)"], graph.Inputs.Select(input => input.ToString()));
        Assert.Contains("loss", graph.Outputs);
        Assert.Contains(graph.Nodes, node => node is { Name: "y", Op: "Identity" });
        Tensor x = Tensor.From<double>(new double[,] { { 1, 2 }, { -0.5, 0.25 } });
        KerasReference.AssertClose(expected.RootElement.GetProperty("tf1").GetProperty("y"), graph.Function(["y:0"]).Call(x)[0], 1e-14);
        KerasReference.AssertClose(expected.RootElement.GetProperty("tf1").GetProperty("loss"),
            graph.Function(["loss"], ["y"]).Call(graph.Function(["y"]).Call(x)[0])[0], 1e-14);
        string power = expected.RootElement.GetProperty("frozen").GetProperty("power").GetString()!;
        KerasReference.AssertClose(expected.RootElement.GetProperty("tf1").GetProperty("power"), graph.Function([power]).Call(x)[0], 1e-14);
        Assert.Contains("'nothing'", Assert.Throws<TfLbfgsException>(() => graph.Function(["nothing"])).Message, StringComparison.Ordinal);
    }

    /// <summary>All cases, opened by real TensorFlow and Keras: <c>Tests/Results/saved-models-written.txt</c>.</summary>
    [Fact(Explicit = true)]
    [Trait("Category", "Peers")]
    public void Export_EveryCase_OpensInTensorFlowAndKerasWithTheSameOutputs()
    {
        Peers.Require();
        using ScratchFolder folder = new();
        List<string> lines = [];
        StringBuilder refused = new();
        int total = 0;
        foreach (string name in KerasCases.Names())
        {
            total++;
            using TensorScope scope = new();
            using Model model = Model.Load(KerasCases.PathOf(name, "model.h5"));
            JsonElement reference = KerasReference.Read("cases", name, "case.json");
            Tensor[] inputs = [.. reference.GetProperty("inputs").EnumerateArray().Select(KerasReference.ToTensor)];
            Tensor[] targets = [.. reference.GetProperty("targets").EnumerateArray().Select(KerasReference.ToTensor)];
            Tensor[] predicted = model.Predict(inputs);
            using ModelObjective objective = new(
                model, [.. predicted.Select(_ => (Loss)new MeanSquaredError())], inputs,
                    [.. predicted.Select(output => Tensor.Zeros(output.Shape, output.DType))]);
            (Tensor loss, Tensor gradient) = objective.Evaluate(objective.InitialPosition(), objective.Data);
            try
            {
                model.Export(folder.File(name), objective);
            }
            catch (TfLbfgsException e)
            {
                refused.Append(CultureInfo.InvariantCulture, $"{name}: not exported: {e.Message}\n");
                continue;
            }

            string names = string.Join(", ", model.ExportedInputs().Select(input => $"\"{input.Name}\""));
            string at = string.Join(',', gradient.ToDoubles().Select(g => g.ToString("R", CultureInfo.InvariantCulture)));
            File.WriteAllText(folder.File($"{name}.json"), string.Create(
                CultureInfo.InvariantCulture,
                $"{{\"names\": [{names}], \"variables\": {model.Variables.Count}, \"loss\": {loss.ToDouble():R}, \"gradient\": [{at}], \"inputs\": {reference.GetProperty("inputs").GetRawText()}, \"outputs\": {reference.GetProperty("outputs").GetRawText()}}}"));
            lines.Add($"{folder.File(name)}\t{folder.File($"{name}.json")}");
        }

        File.WriteAllLines(folder.File("list.txt"), lines);
        StringBuilder table = new("SavedModel written here: opened by tf.saved_model.load, by TFSMLayer of Keras 3, by a session of "
            + "TensorFlow 1, and where it is described by load_model of Keras 2, with equal outputs, loss and gradient\n");
        int equal = 0, described = 0;
        foreach (string line in Peers.Run(Open, folder.File("list.txt")).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => line.StartsWith('{')))
        {
            using var document = JsonDocument.Parse(line);
            string name = Path.GetFileName(document.RootElement.GetProperty("folder").GetString()!);
            if (document.RootElement.TryGetProperty("error", out JsonElement error))
            {
                table.Append(CultureInfo.InvariantCulture, $"{name}: {error.GetString()}\n");
                continue;
            }

            string[] wrong =
                [.. document.RootElement.EnumerateObject().Where(entry => entry.Name != "folder" && !(entry.Value.GetDouble() < 1e-5))
                .Select(entry => $"{entry.Name} {entry.Value}")];
            equal += wrong.Length == 0 ? 1 : 0;
            bool isDescribed = document.RootElement.TryGetProperty("keras2", out _);
            described += isDescribed ? 1 : 0;
            table.Append(CultureInfo.InvariantCulture,
                $"{name}: {(wrong.Length == 0 ? $"equal{(isDescribed ? ", Keras 2 too" : "")}" : string.Join(", ", wrong))}\n");
        }

        table.Append(CultureInfo.InvariantCulture,
            $"{refused}{equal} of {total} equal, {described} of them with a description for Keras 2\n");
        StoredResult.Write("saved-models-written.txt", table.ToString());
    }
}
