using System.Globalization;
using System.Text.Json;
using TfLbfgs.Keras;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Saving;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Keras.Saving;

/// <summary>Real Keras trains, we go on as it does, and it goes on with what we saved.</summary>
[Trait("Category", "Peers")]
public class PeersTrainingStateTests : LeakChecked
{
    private const string Common = """
        import json, os, sys
        os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
        import numpy as np
        if sys.argv[1] == "k2":
            import tf_keras as keras
        else:
            import keras
        keras.utils.set_random_seed(3)
        x = np.sin(np.arange(24.0)).reshape(12, 2).astype("float32")
        y = np.cos(np.arange(12.0)).reshape(12, 1).astype("float32")
        def fit(model, epochs):
            return [float(v) for v in model.fit(x, y, batch_size=12, epochs=epochs, shuffle=False, verbose=0).history["loss"]]
        """;

    private const string Begin = Common + """

        optimizer = eval("keras.optimizers." + sys.argv[2])
        model = keras.Sequential([keras.layers.Input((2,)), keras.layers.Dense(5, "tanh"), keras.layers.Dense(1)])
        model.compile(optimizer, "mse", metrics=["mae"])
        fit(model, 4)
        model.save(sys.argv[3])
        print(json.dumps(fit(keras.models.load_model(sys.argv[3]), 5)))
        """;

    private const string GoOn = Common + """

        print(json.dumps(fit(keras.models.load_model(sys.argv[2]), 5)))
        """;

    // Not Keras 3 with .h5: from such a file of its own it cannot go on (Tests/Results/keras-training-goes-on.txt).
    [Theory(Explicit = true)]
    [InlineData("k3", "Adam(0.02)", "keras")]
    [InlineData("k3", "Adam(0.02, amsgrad=True, weight_decay=0.01)", "keras")]
    [InlineData("k3", "SGD(0.1, momentum=0.9, nesterov=True)", "keras")]
    [InlineData("k3", "RMSprop(keras.optimizers.schedules.ExponentialDecay(0.02, 2, 0.5), centered=True)", "keras")]
    [InlineData("k3", "AdamW(0.02)", "keras")]
    [InlineData("k3", "Nadam(0.02)", "keras")]
    [InlineData("k3", "Adagrad(0.1)", "keras")]
    [InlineData("k3", "Adam(0.02, use_ema=True)", "keras")]
    [InlineData("k2", "Adam(0.02)", "keras")]
    [InlineData("k2", "Adam(0.02)", "h5")]
    [InlineData("k2", "SGD(0.1, momentum=0.9)", "h5")]
    [InlineData("k2", "legacy.Adam(0.02)", "h5")]
    [InlineData("k2", "legacy.Adam(0.02, amsgrad=True, decay=0.1)", "h5")]
    [InlineData("k2", "legacy.SGD(0.1)", "h5")]
    [InlineData("k2", "legacy.RMSprop(0.02, momentum=0.5, centered=True)", "h5")]
    [InlineData("k2", "legacy.Nadam(0.02)", "h5")]
    [InlineData("k2", "RMSprop(keras.optimizers.schedules.ExponentialDecay(0.02, 2, 0.5))", "keras")]
    [InlineData("k2", "Ftrl(0.1)", "keras")]
    public void Fit_WhereKerasStopped_GivesItsLossesAndItOurs(string keras, string optimizer, string format)
    {
        Peers.Require();
        using ScratchFolder folder = new();
        string theirs = folder.File("theirs." + format), ours = folder.File("ours." + format);
        double[] expected = Losses(Peers.Run(Begin, keras, optimizer, theirs));
        float[] xs = [.. Enumerable.Range(0, 24).Select(i => (float)Math.Sin(i))],
            ys = [.. Enumerable.Range(0, 12).Select(i => (float)Math.Cos(i))];
        using Tensor x = Tensor.From<float>(xs, Shape.Create([12, 2])), y = Tensor.From<float>(ys, Shape.Create([12, 1]));
        FitOptions options = new() { BatchSize = 12, Epochs = 5, Shuffle = false };
        using Model model = Model.Load(theirs);
        History first = model.Fit((x, y), options);
        AssertClose(expected, [.. first["loss"]]);
        Assert.Equal(["loss", "mae"], first.Names);
        Assert.Empty(model.Save(ours).Warnings);
        double[] next = Losses(Peers.Run(GoOn, keras, ours));
        AssertClose(next, [.. model.Fit((x, y), options)["loss"]]);
    }

    private static double[] Losses(string output) =>
        [.. JsonDocument.Parse(output.Trim().Split('\n')[^1]).RootElement.EnumerateArray().Select(loss => loss.GetDouble())];

    private static void AssertClose(double[] expected, double[] received)
    {
        Assert.Equal(expected.Length, received.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - received[i]) <= 2e-6 * Math.Max(1, Math.Abs(expected[i])),
                string.Create(CultureInfo.InvariantCulture, $"epoch {i}: expected {expected[i]:R}, received {received[i]:R}"));
    }
}
