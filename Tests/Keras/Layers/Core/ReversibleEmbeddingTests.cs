using TfLbfgs.Keras.Layers;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Keras.Layers.Core;

/// <summary>What the recorded entries of the layer lack: untied weights, and errors.</summary>
public sealed class ReversibleEmbeddingTests : LeakChecked
{
    [Fact]
    public void Call_Untied_HasOtherWeightsForTheWayBack()
    {
        using TensorScope scope = new();
        using ReversibleEmbedding layer = new(5, 3, tieWeights: false);
        Tensor vectors = layer.Call(Tf.Constant(new[,] { { 1, 4 } }));
        Tensor scores = layer.Call([vectors], new CallArguments().With("reverse", true))[0];
        Assert.Equal(Shape.Create([1, 2, 5]), scores.Shape);
        double[] expected = Tf.MatMul(Tf.Reshape(vectors, [2, 3]), layer.ReverseEmbeddings!.Value).ToDoubles();
        Assert.All(expected.Zip(scores.ToDoubles()), pair => Assert.Equal(pair.First, pair.Second, 1e-6));
        Assert.Contains(
            "for the way back",
            Assert.Throws<TfLbfgsException>(() => layer.Call([Tf.Zeros([2, 4])], new CallArguments().With("reverse", true))).Message,
                StringComparison.Ordinal);
    }
}
