using TfLbfgs.Gradients;
using TfLbfgs.Keras;
using TfLbfgs.Keras.Losses;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Keras.Losses;

/// <summary>
/// What the table does not have: other axes, ignored classes, focal arguments, and gradients at the ends of the probabilities. The values
/// are those of Keras.
/// </summary>
public class CrossentropyTests : LeakChecked
{
    [Fact]
    public void CategoricalCrossentropy_OtherAxis_IsKerass()
    {
        using TensorScope scope = new();
        Tensor loss = new CategoricalCrossentropy(axis: 1) { Reduction = "none" }.Call(Targets(), Scores());
        KerasReference.AssertClose(
            [1.5889179355020897, 2.13275213163517, 1.4954806436062524, 1.4212556084244987, 2.6255028934016105, 1.3194371393486866],
            loss.ToDoubles(), 1e-13);
        Assert.Equal([2L, 3L], loss.Shape.ToArray());
    }

    [Fact]
    public void CategoricalCrossentropy_LogitsOnAnotherAxis_AreThoseOfTheTransposed()
    {
        using TensorScope scope = new();
        Tensor swap = Tensor.From([0, 2, 1]);
        Tensor first =
            new CategoricalCrossentropy(fromLogits: true, labelSmoothing: 0.2, axis: 1) { Reduction = "none" }.Call(Targets(), Scores());
        Tensor last =
            new CategoricalCrossentropy(fromLogits: true,
            labelSmoothing: 0.2)
            { Reduction = "none" }.Call(RawOps.Transpose(Targets(), swap), RawOps.Transpose(Scores(), swap));
        KerasReference.AssertClose(last.ToDoubles(), first.ToDoubles(), 1e-14);
    }

    [Fact]
    public void CategoricalFocalCrossentropy_Arguments_AreKerass()
    {
        using TensorScope scope = new();
        Tensor first =
            new CategoricalFocalCrossentropy(0.3, 1.5, fromLogits: true, axis: 1) { Reduction = "none" }.Call(Targets(), Scores());
        KerasReference.AssertClose(
            [0.29729569544432655, 0.31656117278244067, 0.2917556320718787, 0.272515507143928, 0.2913364657393025, 0.2575978447232223],
            first.ToDoubles(), 1e-13);

        // Keras rounds a list of weights to float32.
        Tensor list = new CategoricalFocalCrossentropy([0.1, 0.2, 0.3]) { Reduction = "none" }.Call(Targets(), Scores());
        KerasReference.AssertClose(
            [0.0704023083721114, 0.2380777190223246, 0.11786947713889034, 0.08328152466775388, 0.14009021533377028, 0.048297194275078656,
                0.07328931793949085, 0.3147788319471188],
            list.ToDoubles(), 1e-8);
        Tensor smooth =
            new CategoricalFocalCrossentropy(labelSmoothing: 0.2,
            axis: 1)
            { Reduction = "none", Generation = KerasGeneration.Keras2 }.Call(Targets(), Scores());
        KerasReference.AssertClose(
            [0.27580334570297166, 0.42845072080632246, 0.24421018484140544, 0.22800750546374593, 0.6246748674693199, 0.20271285768905983],
                smooth.ToDoubles(), 1e-13);
    }

    [Theory]
    [InlineData(KerasGeneration.Keras3, false, 0.298118859864581)]
    [InlineData(KerasGeneration.Keras2, false, 0.2981186007439127)]
    [InlineData(KerasGeneration.Keras3, true, 0.2997726077161528)]
    [InlineData(KerasGeneration.Keras2, true, 0.2997726077161528)]
    public void BinaryFocalCrossentropy_Arguments_AreKerass(KerasGeneration generation, bool fromLogits, double expected)
    {
        using TensorScope scope = new();
        Tensor yTrue = TestWaves.Of([4, 3], 1.3, value => value > 0
            ? 1
            : 0), yPred = TestWaves.Of([4, 3], change: value => fromLogits ? 3 * value : (value + 1) / 2);
        BinaryFocalCrossentropy loss =
            new(applyClassBalancing: true, gamma: 1.5, fromLogits: fromLogits, labelSmoothing: 0.1) { Generation = generation };
        Assert.Equal(expected, loss.Call(yTrue, yPred).ToDouble(), 1e-13);
    }

    [Theory]
    [InlineData(KerasGeneration.Keras2, "sum_over_batch_size", 1.760026572620349, 2.775968432340098)]
    [InlineData(KerasGeneration.Keras3, "sum_over_batch_size", 1.760026572620349, 2.775968432340098)]
    [InlineData(KerasGeneration.Keras3, "mean_with_sample_weight", 1.760026572620349, 1.8506456215600653)]
    public void SparseCategoricalCrossentropy_IgnoredClass_DoesNotCount(KerasGeneration generation, string reduction, double plain,
        double weighted)
    {
        using TensorScope scope = new();
        Tensor classes = Tensor.From(new[,] { { 0, 1, -1 }, { 2, -1, -1 } }), logits = TestWaves.Of([2, 3, 4]);
        SparseCategoricalCrossentropy loss = new(fromLogits: true, ignoreClass: -1) { Reduction = reduction, Generation = generation };
        using GradientTape tape = new();
        tape.Watch(logits);
        Tensor value = loss.Call(classes, logits);
        Assert.Equal(plain, value.ToDouble(), 1e-13);
        Assert.Equal(-0.26924941970240573, tape.Gradient(value, logits).ToDoubles().Select((g, i) => g * Math.Cos(i)).Sum(), 1e-13);
        Assert.Equal(weighted, loss.Call(classes, logits, Tensor.From(new[,] { { 0.5, 1, 2 }, { 3, 1, 1 } })).ToDouble(), 1e-13);
    }

    [Fact]
    public void SparseCategoricalCrossentropy_OtherAxis_IsThatOfTheTransposed()
    {
        using TensorScope scope = new();
        Tensor classes = Tensor.From(new[,] { { 0, 1, 3 }, { 2, 0, 1 } });
        Tensor first = new SparseCategoricalCrossentropy(fromLogits: true, axis: 1).Call(classes, Scores());
        Tensor last = new SparseCategoricalCrossentropy(fromLogits: true).Call(classes, RawOps.Transpose(Scores(), Tensor.From([0, 2, 1])));
        Assert.Equal(last.ToDouble(), first.ToDouble(), 1e-14);
    }

    [Fact]
    public void SparseCategoricalCrossentropy_TargetsOfAnotherShape_SaysWhatIsExpected()
    {
        using TensorScope scope = new();
        Assert.Contains("(2, 3)",
            Assert.Throws<TfLbfgsException>(() => new SparseCategoricalCrossentropy()
            .Call(Tensor.From([1, 2]), TestWaves.Of([2, 3, 4]))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void CategoricalGeneralizedCrossEntropy_ProbabilityZero_HasAFiniteGradient()
    {
        using TensorScope scope = new();
        Tensor probabilities = Tensor.From(new[,] { { 0, 1.0 }, { 0.25, 0.75 } });
        using GradientTape tape = new();
        tape.Watch(probabilities);
        Tensor loss = new CategoricalGeneralizedCrossEntropy { Reduction = "none" }.Call(Tensor.From([0, 0]), probabilities);
        KerasReference.AssertClose([2, 1], loss.ToDoubles(), 1e-15);
        KerasReference.AssertClose([0, 0, -2, 0], tape.Gradient(loss, probabilities).ToDoubles(), 1e-15);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(1.5)]
    public void BinaryFocalCrossentropy_CertainAndRight_HasAFiniteGradient(double gamma)
    {
        using TensorScope scope = new();
        Tensor probabilities = Tensor.From(new[,] { { 0, 1.0 } });
        using GradientTape tape = new();
        tape.Watch(probabilities);
        Tensor loss = new BinaryFocalCrossentropy(gamma: gamma).Call(Tensor.From(new[,] { { 0, 1.0 } }), probabilities);
        Assert.All(tape.Gradient(loss, probabilities).ToDoubles(), value => Assert.True(double.IsFinite(value)));
    }

    private static Tensor Targets()
    {
        Tensor waves = TestWaves.Of([2, 4, 3], 0.9, Math.Abs);
        return waves / RawOps.Sum(waves, Tensor.Scalar(1), keepDims: true);
    }

    private static Tensor Scores() => TestWaves.Of([2, 4, 3], change: Math.Abs);
}
