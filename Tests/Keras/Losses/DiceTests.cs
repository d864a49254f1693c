using TfLbfgs.Keras;
using TfLbfgs.Keras.Losses;
using TfLbfgs.Gradients;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Keras.Losses;

/// <summary>Dice, Tversky and cosine similarity on axes and at zero. The values are those of Keras.</summary>
public class DiceTests : LeakChecked
{
    [Fact]
    public void Dice_Axes_GiveOneLossForEachSample()
    {
        using TensorScope scope = new();
        KerasReference.AssertClose([0.3750829034325285, 0.620656424782632],
            new Dice([1, 2]) { Reduction = "none" }.Call(Areas(), Shares()).ToDoubles(), 1e-13);
    }

    [Fact]
    public void Tversky_AxesAndWeights_AreKerass()
    {
        using TensorScope scope = new();
        Assert.Equal(0.5032447754276731, new Tversky(0.3, 0.7, [1, 2]).Call(Areas(), Shares()).ToDouble(), 1e-13);
        Assert.Equal(0.7144271554701378, new Tversky(axes: [1, 2]).Call(Areas(), Shares(), Tensor.From([0.5, 2.0])).ToDouble(), 1e-13);
    }

    [Theory]
    [InlineData(KerasGeneration.Keras2, 1015519.5731111745)]
    [InlineData(KerasGeneration.Keras3, 10155188.774249403)]
    public void CosineSimilarity_PredictionOfZero_HasTheFiniteGradientOfKeras(KerasGeneration generation, double expected)
    {
        using TensorScope scope = new();
        Tensor yPred = TestWaves.Of([3, 2]) * Tensor.From(new[,] { { 1.0 }, { 0 }, { 1 } });
        using GradientTape tape = new();
        tape.Watch(yPred);
        Tensor loss = new CosineSimilarity { Reduction = "none", Generation = generation }.Call(TestWaves.Of([3, 2], 0.4), yPred);
        KerasReference.AssertClose([-0.9957388646565046, 0, 0.564263361852445], loss.ToDoubles(), 1e-13);
        Assert.Equal(expected, tape.Gradient(loss, yPred).ToDoubles().Select((g, i) => g * Math.Cos(i)).Sum(), 1e-3);
    }

    private static Tensor Areas() => TestWaves.Of([2, 3, 4], 1.3, value => value > 0 ? 1 : 0);

    private static Tensor Shares() => TestWaves.Of([2, 3, 4], change: value => (value + 1.1) / 2.2);
}
