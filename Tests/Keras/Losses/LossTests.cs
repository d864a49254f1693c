using System.Text.Json;
using System.Text.Json.Nodes;
using TfLbfgs.Gradients;
using TfLbfgs.Keras;
using TfLbfgs.Keras.Activations;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Keras.Losses;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Keras.Losses;

public class LossTests : LeakChecked
{
    [Fact]
    public void Call_TargetsOfAnotherShape_SaysBothShapes()
    {
        using TensorScope scope = new();
        TfLbfgsException e =
            Assert.Throws<TfLbfgsException>(() => new MeanSquaredError()
            .Call(Tensor.Zeros([3, 2], DType.Float64), Tensor.Zeros([3, 1], DType.Float64)));
        Assert.Contains("(3, 1)", e.Message, StringComparison.Ordinal);
        Assert.Contains("(3, 2)", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Call_TargetsWithoutTheLastDimension_AreTakenAsAColumn()
    {
        using TensorScope scope = new();
        Assert.Equal(5.0, new MeanSquaredError().Call(Tensor.From([1.0, 3.0]), Tensor.Zeros([2, 1], DType.Float64)).ToDouble(), 1e-15);
    }

    [Fact]
    public void Call_IntegerTargets_AreCast()
    {
        using TensorScope scope = new();
        Assert.Equal(5.0, new MeanSquaredError().Call(Tensor.From([1, 3]), Tensor.Zeros([2, 1], DType.Float64)).ToDouble(), 1e-15);
    }

    [Fact]
    public void Call_WeightsOfAnotherShape_SaysBothShapes()
    {
        using TensorScope scope = new();
        TfLbfgsException e =
            Assert.Throws<TfLbfgsException>(() => new MeanSquaredError()
            .Call(Tensor.Zeros([3, 2], DType.Float64), Tensor.Zeros([3, 2], DType.Float64), Tensor.From([1.0, 2.0])));
        Assert.Contains("(3,)", e.Message, StringComparison.Ordinal);
        Assert.Contains("(2,)", e.Message, StringComparison.Ordinal);
    }

    // Values of both generations of Keras for predictions with a mask.
    [Theory]
    [InlineData("sum_over_batch_size", 1.2800380279183632, 2.494218307687399)]
    [InlineData("sum", 3.84011408375509, 7.4826549230621975)]
    [InlineData("mean_with_sample_weight", 1.2800380279183632, 2.494218307687399)]
    public void Call_MaskedPrediction_IsKerass(string reduction, double plain, double weighted)
    {
        using TensorScope scope = new();
        Prediction prediction = new(TestWaves.Of([2, 3, 2]), Mask: TestWaves.Mask);
        MeanSquaredError loss = new() { Reduction = reduction };
        Assert.Equal(plain, loss.Call(TestWaves.Of([2, 3, 2], 0.2), prediction).ToDouble(), 1e-13);
        Assert.Equal(weighted, loss.Call(TestWaves.Of([2, 3, 2], 0.2), prediction, Tensor.From([0.5, 2.0])).ToDouble(), 1e-13);
    }

    [Fact]
    public void Call_MaskedPredictionWithoutReduction_LeavesOutWhatDoesNotCount()
    {
        using TensorScope scope = new();
        Tensor losses =
            new MeanSquaredError { Reduction = "none" }.Call(TestWaves.Of([2, 3, 2], 0.2),
            new Prediction(TestWaves.Of([2, 3, 2]), Mask: TestWaves.Mask));
        KerasReference.AssertClose([0.06553845255841576, 0.06617704374023861, 0.0, 3.7083985874564354, 0.0, 0.0], losses.ToDoubles(),
            1e-13);
    }

    [Fact]
    public void Call_NothingCounts_IsZeroWithAZeroGradient()
    {
        using TensorScope scope = new();
        Tensor yPred = TestWaves.Of([2, 3, 2]);
        using GradientTape tape = new();
        tape.Watch(yPred);
        Tensor loss = new MeanSquaredError()
            .Call(TestWaves.Of([2, 3, 2], 0.2), new Prediction(yPred, Mask: RawOps.ZerosLike(TestWaves.Mask)));
        Assert.Equal(0, loss.ToDouble());
        Assert.All(tape.Gradient(loss, yPred).ToDoubles(), value => Assert.Equal(0, value));
    }

    [Fact]
    public void Call_HalfPrecisionPredictions_AreComputedInFloat32()
    {
        using TensorScope scope = new();
        Tensor yPred = RawOps.Cast(Tensor.From([300f, -300f]), DType.Float16);
        Tensor loss = new MeanSquaredError().Call(Tensor.From([0f, 0f]), yPred);
        Assert.Equal(DType.Float32, loss.DType);
        Assert.Equal(90000, loss.ToDouble(), 1e-6);
    }

    [Fact]
    public void Call_DType_IsThatOfTheResult()
    {
        using TensorScope scope = new();
        Tensor loss = new MeanSquaredError { DType = DType.Float64 }.Call(Tensor.From([0f, 0f]), Tensor.From([0.1f, 0.1f]));
        Assert.Equal(DType.Float64, loss.DType);
        Assert.Equal((double)0.1f * 0.1f, loss.ToDouble(), 1e-15);
    }

    [Fact]
    public void Call_Function_IsTheMeanOfWhatItGives()
    {
        using TensorScope scope = new();
        Loss loss = Loss.FromFunction((y, p) => RawOps.Abs(y - p));
        Assert.Equal(2.0, loss.Call(Tensor.From([1.0, 3.0]), Tensor.From([0.0, 0.0])).ToDouble(), 1e-15);
    }

    [Fact]
    public void Call_DerivedClassWithAMask_IsTheMeanOfWhatCounts()
    {
        using TensorScope scope = new();
        Assert.Equal(2.0, new PositiveTargetsOnly().Call(Tensor.From([1.0, -3.0, 3.0]), Tensor.From([0.0, 0.0, 0.0])).ToDouble(), 1e-15);
    }

    [Theory]
    [InlineData("mse", "mean_squared_error")]
    [InlineData("MSE", "mean_squared_error")]
    [InlineData("mean_absolute_error", "mean_absolute_error")]
    [InlineData("mape", "mean_absolute_percentage_error")]
    [InlineData("msle", "mean_squared_logarithmic_error")]
    [InlineData("bce", "binary_crossentropy")]
    [InlineData("kld", "kl_divergence")]
    [InlineData("kullback_leibler_divergence", "kl_divergence")]
    [InlineData("logcosh", "log_cosh")]
    [InlineData("huber", "huber_loss")]
    [InlineData("ctc", "ctc")]
    [InlineData("categorical_generalized_cross_entropy", "categorical_generalized_cross_entropy")]
    [InlineData("SparseCategoricalCrossentropy", "sparse_categorical_crossentropy")]
    public void FromString_KerasName_GivesTheLossWithItsName(string name, string expected) =>
        Assert.Equal(expected, Loss.FromString(name).Name);

    [Fact]
    public void FromString_UnknownName_SaysWhichIsNear() =>
        Assert.Contains("MeanSquaredError", Assert.Throws<TfLbfgsException>(() => Loss.FromString("mean_square_error")).Message,
            StringComparison.Ordinal);

    // The configurations that Keras 2 and Keras 3 write.
    [Theory]
    [InlineData("MeanSquaredError", "{}", "{}")]
    [InlineData("LogCosh", "{}", "{}")]
    [InlineData("KLDivergence", "{}", "{}")]
    [InlineData("BinaryCrossentropy", """{"from_logits": false, "label_smoothing": 0, "axis": -1}""",
        """{"from_logits": false, "label_smoothing": 0, "axis": -1}""")]
    [InlineData(
        "BinaryFocalCrossentropy",
            """{"apply_class_balancing": false, "alpha": 0.25, "gamma": 2, "from_logits": false, "label_smoothing": 0, "axis": -1}""",
        """{"from_logits": false, "label_smoothing": 0, "axis": -1, "apply_class_balancing": false, "alpha": 0.25, "gamma": 2}""")]
    [InlineData("CategoricalFocalCrossentropy", """{"alpha": 0.25, "gamma": 2, "from_logits": false, "label_smoothing": 0, "axis": -1}""",
        """{"from_logits": false, "label_smoothing": 0, "axis": -1, "alpha": 0.25, "gamma": 2}""")]
    [InlineData("SparseCategoricalCrossentropy", """{"from_logits": false, "ignore_class": null}""",
        """{"from_logits": false, "ignore_class": null, "axis": -1}""")]
    [InlineData("Tversky", null, """{"alpha": 0.5, "beta": 0.5, "axis": null}""")]
    [InlineData("Dice", null, """{"axis": null}""")]
    [InlineData("Circle", null, """{"gamma": 80, "margin": 0.4, "remove_diagonal": true}""")]
    [InlineData("CategoricalGeneralizedCrossEntropy", null, """{"q": 0.5}""")]
    [InlineData("CTC", null, "{}")]
    public void GetConfig_DefaultLoss_IsTheOneThatKerasWrites(string name, string? keras2, string keras3)
    {
        Loss loss = KerasRegistry.Create<Loss>(name);
        if (keras2 is not null)
            AssertSame(keras2, loss, loss.GetConfig(KerasGeneration.Keras2), "auto");
        AssertSame(keras3, loss, loss.GetConfig(), "sum_over_batch_size");
    }

    [Fact]
    public void GetConfig_EveryLoss_IsReadAgain()
    {
        foreach (string name in KerasRegistry.Names<Loss>())
        {
            foreach (KerasGeneration generation in new[] { KerasGeneration.Keras2, KerasGeneration.Keras3 })
            {
                JsonObject config = KerasRegistry.Create<Loss>(name, generation).GetConfig(generation);
                config["name"] = "own";
                config["reduction"] = "sum";
                Loss read = KerasRegistry.FromConfig<Loss>(name, JsonSerializer.SerializeToElement(config), generation);
                Assert.True(JsonNode.DeepEquals(config, read.GetConfig(generation)),
                    $"{name}: {config} became {read.GetConfig(generation)}");
                Assert.Equal(("own", "sum", generation), (read.Name, read.Reduction, read.Generation));
            }
        }
    }

    [Theory]
    [InlineData("null", "none")]
    [InlineData("\"none\"", "none")]
    [InlineData("\"auto\"", "sum_over_batch_size")]
    [InlineData("\"mean\"", "mean")]
    public void FromConfig_Reduction_IsUnderstood(string json, string expected)
    {
        using JsonDocument config = JsonDocument.Parse($$"""{"reduction": {{json}}}""");
        Assert.Equal(expected, KerasRegistry.FromConfig<Loss>("MeanSquaredError", config.RootElement).Reduction);
    }

    [Fact]
    public void FromConfig_AlphaOfEachClass_IsRead()
    {
        using JsonDocument config = JsonDocument.Parse("""{"alpha": [0.1, 0.2, 0.3]}""");
        var loss = (CategoricalFocalCrossentropy)KerasRegistry.FromConfig<Loss>("CategoricalFocalCrossentropy", config.RootElement);
        Assert.Equal([0.1, 0.2, 0.3], loss.Alpha);
        Assert.Equal([0.1, 0.2, 0.3], loss.GetConfig()["alpha"]!.AsArray().Select(value => value!.GetValue<double>()));
    }

    [Fact]
    public void Reduction_Unknown_SaysWhichThereAre() =>
        Assert.Contains("sum_over_batch_size",
            Assert.Throws<TfLbfgsException>(() => new MeanSquaredError { Reduction = "average" }).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("softmax", "categorical_crossentropy", 600)]
    [InlineData("sigmoid", "binary_crossentropy", 300)]
    [InlineData("sigmoid", "binary_focal_crossentropy", 300)]
    public void Call_SaturatedPredictionWithLogits_IsComputedFromThem(string activation, string name, double expected)
    {
        using TensorScope scope = new();
        Tensor logits = Tensor.From(new double[,] { { 300, -300 } }), target = Tensor.From(new double[,] { { 0, 1 } });
        Tensor probabilities = activation == "softmax" ? RawOps.Softmax(logits) : RawOps.Sigmoid(logits);
        Assert.Equal(expected,
            Loss.FromString(name).Call(target, new Prediction(probabilities, new Logits(logits, activation))).ToDouble(), 1e-9);

        // From the probabilities alone nothing better than the clipped value can be had.
        Assert.Equal(-Math.Log(1e-7), Loss.FromString(name).Call(target, probabilities).ToDouble(), 1e-6);
    }

    [Theory]
    [InlineData("softmax", "categorical_crossentropy", 600)]
    [InlineData("sigmoid", "binary_crossentropy", 300)]
    public void Call_SaturatedOutputOfAModel_IsComputedFromLogits(string activation, string name, double expected)
    {
        using TensorScope scope = new();
        using Sequential model =
            new(DType.Float64) { new Dense(2, activation) { KernelInitializer = new TfLbfgs.Keras.Initializers.Identity(100) } };
        using ModelOutput output = model.Forward(Tensor.From(new double[,] { { 3, -3 } }));
        Assert.Equal(expected, Loss.FromString(name).Call(Tensor.From(new double[,] { { 0, 1 } }), output).ToDouble(), 1e-9);
    }

    private static void AssertSame(string expected, Loss loss, JsonObject config, string reduction)
    {
        JsonObject all = JsonNode.Parse(expected)!.AsObject();
        all["name"] = loss.Name;
        all["reduction"] = reduction;
        Assert.Equal(all.Select(field => field.Key).Order(), config.Select(field => field.Key).Order());
        Assert.All(all,
            field => Assert.True(JsonNode.DeepEquals(field.Value, config[field.Key]),
            $"{field.Key}: {field.Value} against {config[field.Key]}"));
    }

    private sealed class PositiveTargetsOnly : Loss
    {
        protected internal override Tensor PerSample(Tensor yTrue, Tensor yPred) => RawOps.Abs(yTrue - yPred);

        protected internal override SampleLosses PerSample(Tensor yTrue, Prediction prediction) =>
            new(PerSample(yTrue, prediction.Value), yTrue > 0);
    }
}
