using TfLbfgs.Keras;
using TfLbfgs.Keras.Callbacks;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Saving;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Keras.Training;

/// <summary>Real TensorFlow reads what callbacks write.</summary>
[Trait("Category", "Peers")]
public class PeersTrainingTests : LeakChecked
{
    private const string Read = """
        import glob, os, sys
        import tensorflow as tf
        for part in ("train", "validation"):
            for path in glob.glob(os.path.join(sys.argv[1], part, "*")):
                for event in tf.compat.v1.train.summary_iterator(path):
                    for value in event.summary.value:
                        print(part, value.tag, event.step, repr(value.simple_value) if value.HasField("simple_value") else "histogram")
        """;

    [Fact(Explicit = true)]
    public void TensorBoard_Events_AreReadByTensorFlow()
    {
        Peers.Require();
        using ScratchFolder folder = new();
        using Tensor x = Tensor.Ones([4, 2], DType.Float32), y = Tensor.Ones([4, 1], DType.Float32);
        using Sequential model = new(DType.Float32) { new InputLayer([2]), new Dense(1) };
        model.Build();
        model.Compile("sgd", "mse");
        History history =
            model.Fit(x, y,
            new FitOptions { Epochs = 2, ValidationData = (x, y), Callbacks = [new TensorBoard(folder.Path) { HistogramFrequency = 2 }] });
        string[] lines = Peers.Run(Read, folder.Path).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        for (int epoch = 0; epoch < 2; epoch++)
        {
            foreach ((string part, string log) in new[] { ("train", "loss"), ("validation", "val_loss") })
            {
                string line = Assert.Single(
                    lines, line => line.StartsWith(FormattableString.Invariant($"{part} epoch_loss {epoch} "), StringComparison.Ordinal));
                Assert.Equal(
                    (float)history[log][epoch], float.Parse(line.Split(' ')[3], System.Globalization.CultureInfo.InvariantCulture));
            }
        }

        Assert.Contains(lines, line => line.Contains("epoch_learning_rate", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("kernel/histogram 0 histogram", StringComparison.Ordinal));
    }
}
