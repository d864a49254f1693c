using System.Text.Json;
using System.Text.Json.Nodes;
using TfLbfgs.Keras;
using TfLbfgs.Keras.Losses;
using TfLbfgs.Keras.Metrics;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Keras.Metrics;

public class MetricTests : LeakChecked
{
    [Theory]
    [InlineData("mse", "mean_squared_error")]
    [InlineData("MAE", "mean_absolute_error")]
    [InlineData("accuracy", "accuracy")]
    [InlineData("acc", "accuracy")]
    [InlineData("AUC", "auc")]
    [InlineData("auc", "auc")]
    [InlineData("F1Score", "f1_score")]
    [InlineData("FBetaScore", "fbeta_score")]
    [InlineData("kullback_leibler_divergence", "kl_divergence")]
    [InlineData("BinaryIoU", "binary_io_u")]
    [InlineData("top_k_categorical_accuracy", "top_k_categorical_accuracy")]
    public void FromString_KerasName_GivesTheMetricWithItsName(string name, string expected)
    {
        using Metric metric = Metric.FromString(name);
        Assert.Equal(expected, metric.Name);
    }

    [Theory]
    [InlineData("accuracy", new[] { 4 }, new[] { 4, 1 }, typeof(BinaryAccuracy))]
    [InlineData("acc", new[] { 4 }, new[] { 4, 3 }, typeof(SparseCategoricalAccuracy))]
    [InlineData("accuracy", new[] { 4, 1 }, new[] { 4, 3 }, typeof(SparseCategoricalAccuracy))]
    [InlineData("accuracy", new[] { 4, 3 }, new[] { 4, 3 }, typeof(CategoricalAccuracy))]
    [InlineData("ce", new[] { 4 }, new[] { 4, 3 }, typeof(TfLbfgs.Keras.Metrics.SparseCategoricalCrossentropy))]
    [InlineData("mae", new[] { 4 }, new[] { 4, 3 }, typeof(TfLbfgs.Keras.Metrics.MeanAbsoluteError))]
    public void ForOutput_Name_IsTheMetricOfTheShapes(string name, int[] yTrue, int[] yPred, Type expected)
    {
        using Metric metric = Metric.ForOutput(name, yTrue, yPred);
        Assert.IsType(expected, metric);
    }

    // The configurations that Keras 2 and Keras 3 write.
    [Theory]
    [InlineData("AUC",
        """{"num_thresholds": 200, "curve": "ROC", "summation_method": "interpolation", "multi_label": false, "num_labels": null, "label_weights": null, "from_logits": false}""")]
    [InlineData("BinaryAccuracy", """{"threshold": 0.5}""")]
    [InlineData("BinaryCrossentropy", """{"from_logits": false, "label_smoothing": 0}""")]
    [InlineData("F1Score", """{"average": null, "threshold": null}""")]
    [InlineData("FBetaScore", """{"average": null, "beta": 1, "threshold": null}""")]
    [InlineData("Precision", """{"thresholds": null, "top_k": null, "class_id": null}""")]
    [InlineData("TruePositives", """{"thresholds": null}""")]
    [InlineData("R2Score", """{"class_aggregation": "uniform_average", "num_regressors": 0}""")]
    [InlineData("SparseTopKCategoricalAccuracy", """{"k": 5}""")]
    [InlineData("Mean", "{}")]
    [InlineData("BinaryIoU", """{"target_class_ids": [0, 1], "threshold": 0.5}""")]
    public void GetConfig_DefaultMetric_IsTheOneThatKerasWrites(string name, string expected)
    {
        foreach (KerasGeneration generation in new[] { KerasGeneration.Keras2, KerasGeneration.Keras3 })
        {
            using Metric metric = KerasRegistry.Create<Metric>(name, generation);
            JsonObject all = JsonNode.Parse(expected)!.AsObject();
            all["name"] = metric.Name;
            all["dtype"] = generation == KerasGeneration.Keras3 && metric is IoUMetric ? "int64" : "float32";
            JsonObject config = metric.GetConfig(generation);
            Assert.Equal(all.Select(field => field.Key).Order(), config.Select(field => field.Key).Order());
            Assert.All(all,
                field => Assert.True(JsonNode.DeepEquals(field.Value, config[field.Key]),
                $"{field.Key}: {field.Value} against {config[field.Key]}"));
        }
    }

    [Theory]
    [InlineData("IoU",
        """{"num_classes": 3, "target_class_ids": [0, 2], "ignore_class": 1, "sparse_y_true": false, "sparse_y_pred": false, "axis": 1}""")]
    [InlineData("OneHotIoU", """{"num_classes": 3, "target_class_ids": [0, 2], "ignore_class": null, "sparse_y_pred": true, "axis": -1}""")]
    [InlineData("OneHotMeanIoU", """{"num_classes": 3, "ignore_class": null, "sparse_y_pred": true, "axis": -1}""")]
    [InlineData("MeanIoU", """{"num_classes": 3, "ignore_class": 0, "sparse_y_true": true, "sparse_y_pred": true, "axis": -1}""")]
    [InlineData("PrecisionAtRecall", """{"recall": 0.4, "num_thresholds": 20, "class_id": 1}""")]
    [InlineData("AUC",
        """{"num_thresholds": 5, "curve": "PR", "summation_method": "majoring", "multi_label": true, "num_labels": 2, "label_weights": [1, 2], "from_logits": true, "thresholds": [0.1, 0.5, 0.7]}""")]
    [InlineData("Precision", """{"thresholds": [0.1, 0.5], "top_k": null, "class_id": 2}""")]
    [InlineData("Recall", """{"thresholds": 0.3, "top_k": 2, "class_id": null}""")]
    [InlineData("CosineSimilarity", """{"axis": 1}""")]
    [InlineData("MeanRelativeError", """{"normalizer": [1, 2]}""")]
    public void FromConfig_Arguments_AreReadAndWritten(string name, string arguments)
    {
        JsonObject config = JsonNode.Parse(arguments)!.AsObject();
        config["name"] = "own";
        config["dtype"] = "float64";
        using Metric metric = KerasRegistry.FromConfig<Metric>(name, JsonSerializer.SerializeToElement(config), KerasGeneration.Keras2);
        JsonObject written = metric.GetConfig(KerasGeneration.Keras2);
        Assert.Equal(config.Select(field => field.Key).Order(), written.Select(field => field.Key).Order());
        Assert.All(config,
            field => Assert.True(JsonNode.DeepEquals(field.Value, written[field.Key]),
            $"{field.Key}: {field.Value} against {written[field.Key]}"));
        Assert.Equal(("own", DType.Float64), (metric.Name, metric.DType));
    }

    [Fact]
    public void FromConfig_NormalizerOfNumPy_IsRead()
    {
        using JsonDocument config =
            JsonDocument.Parse("""{"normalizer": {"class_name": "__numpy__", "config": {"value": [1.0, 2.0], "dtype": "float32"}}}""");
        using var metric =
            (MeanRelativeError)KerasRegistry.FromConfig<Metric>("MeanRelativeError", config.RootElement, KerasGeneration.Keras2);
        Assert.Equal([1.0, 2.0], metric.Normalizer);
    }

    [Fact]
    public void Merge_StatesOfTwoParts_IsTheStateOfAll()
    {
        using TensorScope scope = new();
        Tensor y = TestWaves.Of([8, 3]), p = TestWaves.Of([8, 3], 0.4);
        using R2Score whole = new() { DType = DType.Float64 }, first = new() { DType = DType.Float64 },
            second = new() { DType = DType.Float64 }, merged = new() { DType = DType.Float64 };
        whole.Update(y, p);
        first.Update(y[..3], p[..3]);
        second.Update(y[3..], p[3..]);
        merged.Merge(first, second);
        Assert.Equal(whole.Result().ToDouble(), merged.Result().ToDouble(), 1e-13);
        Assert.Equal(5, merged.Variables.Count);
    }

    [Fact]
    public void Merge_AnotherClass_IsRefused()
    {
        using Mean mean = new();
        using Sum sum = new();
        Assert.Contains("Mean", Assert.Throws<TfLbfgsException>(() => mean.Merge(sum)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Result_BeforeABatch_IsZeroOrSaysThatThereWasNone()
    {
        using TensorScope scope = new();
        using Mean mean = new();
        Assert.Equal(0, mean.Result().ToDouble());
        using R2Score score = new();
        Assert.Contains("Update", Assert.Throws<TfLbfgsException>(score.Result).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Reset_AfterABatch_ForgetsIt()
    {
        using TensorScope scope = new();
        using TfLbfgs.Keras.Metrics.MeanSquaredError metric = new();
        metric.Update(Tensor.From([1f, 2f]), Tensor.From([0f, 0f]));
        metric.Reset();
        metric.Update(Tensor.From([2f]), Tensor.From([0f]));
        Assert.Equal(4, metric.Result().ToDouble());
    }

    [Fact]
    public void Update_MaskedPrediction_CountsTheOthers()
    {
        using TensorScope scope = new();
        using TfLbfgs.Keras.Metrics.MeanSquaredError metric = new() { DType = DType.Float64 };
        metric.Update(TestWaves.Of([2, 3, 2], 0.2), new Prediction(TestWaves.Of([2, 3, 2]), Mask: TestWaves.Mask));
        Assert.Equal(1.2800380279183632, metric.Result().ToDouble(), 1e-13);
    }

    [Fact]
    public void Update_Function_IsTheMeanOfWhatItGives()
    {
        using TensorScope scope = new();
        using Metric metric = Metric.FromFunction((y, p) => RawOps.Abs(y - p));
        metric.Update(Tensor.From([1f, 3f]), Tensor.From([0f, 0f]), Tensor.From([3f, 1f]));
        Assert.Equal(1.5, metric.Result().ToDouble());
    }

    [Fact]
    public void Update_Loss_IsItsMean()
    {
        using TensorScope scope = new();
        using MeanMetricWrapper metric = new(new Huber(0.5));
        metric.Update(Tensor.From(new[,] { { 1f }, { 3f } }), Tensor.From(new[,] { { 0f }, { 0f } }));
        Assert.Equal("huber_loss", metric.Name);
        Assert.Equal((0.375 + 1.375) / 2, metric.Result().ToDouble(), 1e-6);
    }

    [Fact]
    public void Update_DerivedClass_KeepsItsState()
    {
        using TensorScope scope = new();
        using LargestError metric = new();
        Assert.Equal(2, metric.Call(Tensor.From([1f, 2f]), Tensor.From([0f, 0f])).ToDouble());
        Assert.Equal(5, metric.Call(Tensor.From([1f, 7f]), Tensor.From([0f, 2f])).ToDouble());
        Assert.Equal(5, metric.Call(Tensor.From([1f, 2f]), Tensor.From([0f, 0f])).ToDouble());
    }

    [Fact]
    public void Update_AnotherNumberOfOutputs_SaysBothShapes()
    {
        using TensorScope scope = new();
        using R2Score metric = new();
        metric.Update(TestWaves.Of([4, 3]), TestWaves.Of([4, 3]));
        Assert.Contains("(3,)", Assert.Throws<TfLbfgsException>(() => metric.Update(TestWaves.Of([4, 2]), TestWaves.Of([4, 2]))).Message,
            StringComparison.Ordinal);
    }

    private sealed class LargestError : Metric
    {
        protected override void UpdateState(Tensor yTrue, Tensor yPred, Tensor? sampleWeight)
        {
            Tensor error = RawOps.Max(RawOps.Abs(yTrue - yPred), Tensor.From([0]));
            State("largest").Assign(RawOps.Maximum(State("largest").Value, error));
        }

        protected override Tensor ComputeResult() => RawOps.Identity(State("largest").Value);
    }
}
