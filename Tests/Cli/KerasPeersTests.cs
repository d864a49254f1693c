using System.Globalization;
using System.Text.Json;
using TfLbfgs.Tests.Cli.Commands;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Cli;

/// <summary>Models that real Keras trained and saved, refined by the tool, then judged by Keras from the files written.</summary>
[Trait("Category", "Peers")]
public class KerasPeersTests : CommandTestBase
{
    private const string Import = """
        import json, os, sys
        if sys.argv[1] == "2":
            os.environ["TF_USE_LEGACY_KERAS"] = "1"
            import tf_keras as keras
        else:
            import keras
        import numpy as np
        # Losses of Keras 3 round to floatx, and then no longer know the logits.
        keras.backend.set_floatx("float64")

        def rows(path):
            values = np.genfromtxt(path, delimiter=",", skip_header=1)
            return values, len(values) - int(len(values) * 0.2)

        """;

    private const string Make = Import + """
        folder = sys.argv[2]
        for name, path, last, loss in [("diabetes", sys.argv[3], None, "mse"), ("breast", sys.argv[4], "sigmoid", "binary_crossentropy")]:
            values, n = rows(path)
            x, y = values[:n, :-1], values[:n, -1:]
            x = (x - x.mean(0)) / x.std(0)
            if loss == "mse":
                y = (y - y.mean(0)) / y.std(0)
            keras.utils.set_random_seed(7)
            layers = [keras.layers.Dense(8, activation="tanh", kernel_regularizer=keras.regularizers.L2(1e-2)), keras.layers.Dense(1, activation=last)]
            model = keras.Sequential([keras.layers.Input((x.shape[1],))] + layers)
            model.compile("adam", loss)
            model.fit(x, y, epochs=3, verbose=0)
            model.save(os.path.join(folder, name + ".h5"))
        """;

    private const string Judge = Import + """
        folder = sys.argv[2]
        result = {}
        for name, path, loss in [("diabetes", sys.argv[3], keras.losses.MeanSquaredError()), ("breast", sys.argv[4], keras.losses.BinaryCrossentropy())]:
            values, n = rows(path)
            model = keras.models.load_model(os.path.join(folder, name + "-refined.h5"), compile=False)
            scaling = json.load(open(os.path.join(folder, name + "-refined.h5.scaling.json")))
            part = lambda v, s: (v - np.array(s["mean"])) / np.array(s["scale"])
            x, y = part(values[:, :-1], scaling["inputs"]), part(values[:, -1:], scaling["targets"])
            measure = lambda x, y: float(loss(y, model(x))) + float(sum(model.losses))
            predicted = np.array(model(x)) * np.array(scaling["targets"]["scale"]) + np.array(scaling["targets"]["mean"])
            result[name] = {"training": measure(x[:n], y[:n]), "validation": measure(x[n:], y[n:]), "regularization": float(sum(model.losses)), "predicted": predicted[:, 0].tolist()}
        print(json.dumps(result))
        """;

    [Theory]
    [InlineData("2")]
    [InlineData("3")]
    public void Refine_ModelOfKeras_KerasFindsTheSameLosses(string generation)
    {
        Peers.Run(Make, generation, Folder.Path, Diabetes, BreastCancer);
        (string Name, string Data, string Target, string Loss)[] cases =
            [("diabetes", Diabetes, "progression", "mse"), ("breast", BreastCancer, "benign", "binary_crossentropy")];
        Dictionary<string, CliRun> runs = [];
        foreach ((string name, string data, string target, string loss) in cases)
        {
            string refined = Folder.At($"{name}-refined.h5");
            CliRun run = runs[name] = CliProgram.Run(
                "refine", Folder.At($"{name}.h5"), "--data", data, "--target", target, "--loss", loss, "--standardize",
                    "--validation-split", "0.2", "--output", refined, "--json").Succeeded();
            CliProgram.Run("predict", refined, "--data", data, "--output", Folder.At($"{name}.csv")).Succeeded();
            Assert.True(run.Number("loss_after") < run.Number("loss_before"));
            Assert.True(run.Number("regularization_after") > 0);
        }

        JsonElement judged =
            JsonDocument.Parse(Peers.Run(Judge, generation, Folder.Path, Diabetes, BreastCancer).TrimEnd('\n').Split('\n')[^1]).RootElement;
        foreach ((string name, CliRun run) in runs)
        {
            JsonElement keras = judged.GetProperty(name);
            TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"Keras {generation}, {name}: loss {run.Number("loss_before"):G9} -> {run.Number("loss_after"):G9} (Keras: "
                    + $"{keras.GetProperty("training").GetDouble():G9}), validation {run.Number("validation_loss_before"):G9} -> "
                    + $"{run.Number("validation_loss_after"):G9} (Keras: {keras.GetProperty("validation").GetDouble():G9}), "
                    + $"{run.Json.GetProperty("reason").GetString()} after {run.Number("iterations")} iterations, "
                    + $"{run.Number("evaluations")} evaluations, {run.Number("seconds"):F2} s"));
            Near(run.Number("loss_after"), keras.GetProperty("training").GetDouble());
            Near(run.Number("validation_loss_after"), keras.GetProperty("validation").GetDouble());
            Near(run.Number("regularization_after"), keras.GetProperty("regularization").GetDouble());
            double[] predicted = Column(Folder.At($"{name}.csv"), 0);
            double[] expected = [.. keras.GetProperty("predicted").EnumerateArray().Select(value => value.GetDouble())];
            Assert.Equal(expected.Length, predicted.Length);
            Assert.All(predicted.Zip(expected), pair => Near(pair.First, pair.Second));
        }
    }

    private static void Near(double actual, double expected) => Assert.InRange(Math.Abs(actual - expected), 0, 1e-6 * Math.Abs(expected));
}
