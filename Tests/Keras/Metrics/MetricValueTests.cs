using System.Text.Json;
using System.Text.Json.Nodes;
using TfLbfgs.Keras;
using TfLbfgs.Keras.Metrics;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Keras.Metrics;

/// <summary>
/// Metrics and arguments that the tables do not have. The values are those of tf_keras 2.21 and Keras 3.15, of two batches, without and
/// with weights.
/// </summary>
public class MetricValueTests : LeakChecked
{
    [Theory]
    [InlineData(
        "IoU", """{"num_classes": 3, "target_class_ids": [0, 2]}""", "classes", 2,
        new[] { 0.5833333333333333 }, new[] { 0.5416666666666666 })]
    [InlineData(
        "IoU", """{"num_classes": 3, "target_class_ids": [0, 1], "ignore_class": 2}""", "classes", 2,
        new[] { 0.5 }, new[] { 0.303030303030303 })]
    [InlineData(
        "OneHotIoU", """{"num_classes": 3, "target_class_ids": [0, 2]}""", "onehot", 2,
        new[] { 0.16666666666666666 }, new[] { 0.13333333333333333 })]
    [InlineData("OneHotMeanIoU", """{"num_classes": 3}""", "onehot", 2, new[] { 0.1111111111111111 }, new[] { 0.08888888888888889 })]
    [InlineData("MeanIoU", """{"num_classes": 4}""", "classes", 2, new[] { 0.47222222222222215 }, new[] { 0.452020202020202 })]
    [InlineData("BinaryIoU", """{"target_class_ids": [1], "threshold": 0.3}""", "column", 2, new[] { 0.25 }, new[] { 0.15 })]
    [InlineData(
        "FBetaScore", """{"average": "micro", "beta": 2, "threshold": 0.4}""", "labels", 2,
        new[] { 0.5555555820465088 }, new[] { 0.40740740299224854 })]
    [InlineData(
        "FBetaScore", """{"average": "macro", "beta": 2, "threshold": 0.4}""", "labels", 2,
        new[] { 0.5661881566047668 }, new[] { 0.4110003709793091 })]
    [InlineData(
        "FBetaScore", """{"average": "weighted", "beta": 2, "threshold": 0.4}""", "labels", 2,
        new[] { 0.5661882162094116 }, new[] { 0.4343566298484802 })]
    [InlineData(
        "FBetaScore", """{"beta": 2, "threshold": 0.4}""", "labels", 2,
        new[] { 0.4545454680919647, 0.4545454680919647, 0.7894736528396606 },
        new[] { 0.30000001192092896, 0.1190476194024086, 0.8139535188674927 })]
    [InlineData("F1Score", """{}""", "onehot", 2, new[] { 0.0, 0.0, 0.5 }, new[] { 0.0, 0.0, 0.42105263471603394 })]
    [InlineData(
        "R2Score", """{"class_aggregation": "variance_weighted_average"}""", "waves", 2,
        new[] { -0.8840157673528196 }, new[] { -0.2527173939211586 })]
    [InlineData("R2Score", """{"num_regressors": 4}""", "waves", 2, new[] { -1.3000738620758057 }, new[] { -0.5402144193649292 })]
    [InlineData(
        "AUC", """{"curve": "PR", "summation_method": "interpolation", "num_thresholds": 7}""", "labels", 2,
        new[] { 0.5876656044636983 }, new[] { 0.4050458133923153 })]
    [InlineData(
        "AUC", """{"curve": "PR", "summation_method": "minoring", "num_thresholds": 7}""", "labels", 2,
        new[] { 0.2611111111111111 }, new[] { 0.2023333333333333 })]
    [InlineData(
        "AUC", """{"curve": "PR", "summation_method": "majoring", "num_thresholds": 7}""", "labels", 2,
        new[] { 0.6182539682539683 }, new[] { 0.4441904761904762 })]
    [InlineData(
        "AUC", """{"curve": "ROC", "summation_method": "interpolation", "num_thresholds": 7}""", "labels", 2,
        new[] { 0.5069444444444444 }, new[] { 0.37428571428571433 })]
    [InlineData(
        "AUC", """{"curve": "ROC", "summation_method": "minoring", "num_thresholds": 7}""", "labels", 2,
        new[] { 0.4375 }, new[] { 0.3142857142857143 })]
    [InlineData(
        "AUC", """{"curve": "ROC", "summation_method": "majoring", "num_thresholds": 7}""", "labels", 2,
        new[] { 0.576388888888889 }, new[] { 0.4342857142857143 })]
    [InlineData("AUC", """{"thresholds": [0.2, 0.35, 0.8]}""", "labels", 2, new[] { 0.5173611111111112 }, new[] { 0.39714285714285713 })]
    [InlineData(
        "AUC", """{"multi_label": true, "label_weights": [1, 2, 0.5]}""", "labels", 2,
        new[] { 0.39285714285714285 }, new[] { 0.20412920412920416 })]
    [InlineData("AUC", """{"label_weights": [1, 2, 0.5]}""", "labels", 2, new[] { 0.45663265306122447 }, new[] { 0.2419251336898396 })]
    [InlineData("AUC", """{"from_logits": true}""", "logits", 2, new[] { 0.5347222222222223 }, new[] { 0.40342857142857147 })]
    [InlineData(
        "Precision", """{"thresholds": [0.2, 0.7], "class_id": 1}""", "labels", 2,
        new[] { 0.3333333333333333, 0.6666666666666666 }, new[] { 0.07142857142857142, 0.14285714285714285 })]
    [InlineData("Recall", """{"top_k": 2, "class_id": 1}""", "labels", 2, new[] { 1.0 }, new[] { 1.0 })]
    [InlineData("PrecisionAtRecall", """{"recall": 0.6, "num_thresholds": 5, "class_id": 2}""", "labels", 2, new[] { 1.0 }, new[] { 1.0 })]
    [InlineData(
        "SensitivityAtSpecificity", """{"specificity": 0.3, "num_thresholds": 1}""", "labels", 2,
        new[] { 0.5833333333333334 }, new[] { 0.44 })]
    [InlineData("MeanSquaredError", """{}""", "sequence", 2, new[] { 0.9285275234640977 }, new[] { 0.9521768525549101 })]
    [InlineData("SparseCategoricalAccuracy", """{}""", "classSequence", 2, new[] { 0.125 }, new[] { 0.1 })]
    [InlineData("SparseTopKCategoricalAccuracy", """{"k": 2}""", "ties", 2, new[] { 0.75 }, new[] { 0.8500000238418579 })]
    [InlineData(
        "SparseCategoricalCrossentropy", """{"from_logits": true, "ignore_class": 2}""", "sparse", 2,
        new[] { 1.2780011541476508 }, new[] { 1.1758457124008908 })]
    [InlineData(
        "IoU", """{"num_classes": 3, "target_class_ids": [0, 2]}""", "classes", 3,
        new[] { 0.5833333730697632 }, new[] { 0.5416666865348816 })]
    [InlineData(
        "IoU", """{"num_classes": 3, "target_class_ids": [0, 1], "ignore_class": 2}""", "classes", 3,
        new[] { 0.5 }, new[] { 0.3030303120613098 })]
    [InlineData(
        "OneHotIoU", """{"num_classes": 3, "target_class_ids": [0, 2]}""", "onehot", 3,
        new[] { 0.1666666716337204 }, new[] { 0.13333334028720856 })]
    [InlineData("OneHotMeanIoU", """{"num_classes": 3}""", "onehot", 3, new[] { 0.1111111119389534 }, new[] { 0.08888889104127884 })]
    [InlineData("MeanIoU", """{"num_classes": 4}""", "classes", 3, new[] { 0.472222238779068 }, new[] { 0.45202019810676575 })]
    [InlineData(
        "BinaryIoU", """{"target_class_ids": [1], "threshold": 0.3}""", "column", 3,
        new[] { 0.2499999701976776 }, new[] { 0.14999999105930328 })]
    [InlineData(
        "FBetaScore", """{"average": "micro", "beta": 2, "threshold": 0.4}""", "labels", 3,
        new[] { 0.5555555820465088 }, new[] { 0.40740734338760376 })]
    [InlineData(
        "FBetaScore", """{"average": "macro", "beta": 2, "threshold": 0.4}""", "labels", 3,
        new[] { 0.5661881566047668 }, new[] { 0.4110003709793091 })]
    [InlineData(
        "FBetaScore", """{"average": "weighted", "beta": 2, "threshold": 0.4}""", "labels", 3,
        new[] { 0.5661882162094116 }, new[] { 0.4343566298484802 })]
    [InlineData(
        "FBetaScore", """{"beta": 2, "threshold": 0.4}""", "labels", 3,
        new[] { 0.45454543828964233, 0.45454543828964233, 0.7894736528396606 },
        new[] { 0.29999998211860657, 0.11904759705066681, 0.8139535188674927 })]
    [InlineData("F1Score", """{}""", "onehot", 3, new[] { 0.0, 0.0, 0.4999999403953552 }, new[] { 0.0, 0.0, 0.42105257511138916 })]
    [InlineData(
        "R2Score", """{"class_aggregation": "variance_weighted_average"}""", "waves", 3,
        new[] { -0.8840157673528196 }, new[] { -0.2527173939211586 })]
    [InlineData("R2Score", """{"num_regressors": 4}""", "waves", 3, new[] { -1.3000740974802483 }, new[] { -0.5402144957683472 })]
    [InlineData(
        "AUC", """{"curve": "PR", "summation_method": "interpolation", "num_thresholds": 7}""", "labels", 3,
        new[] { 0.5876656044636983 }, new[] { 0.4050458133923153 })]
    [InlineData(
        "AUC", """{"curve": "PR", "summation_method": "minoring", "num_thresholds": 7}""", "labels", 3,
        new[] { 0.2611111111111111 }, new[] { 0.2023333333333333 })]
    [InlineData(
        "AUC", """{"curve": "PR", "summation_method": "majoring", "num_thresholds": 7}""", "labels", 3,
        new[] { 0.6182539682539683 }, new[] { 0.4441904761904762 })]
    [InlineData(
        "AUC", """{"curve": "ROC", "summation_method": "interpolation", "num_thresholds": 7}""", "labels", 3,
        new[] { 0.5069444444444444 }, new[] { 0.37428571428571433 })]
    [InlineData(
        "AUC", """{"curve": "ROC", "summation_method": "minoring", "num_thresholds": 7}""", "labels", 3,
        new[] { 0.4375 }, new[] { 0.3142857142857143 })]
    [InlineData(
        "AUC", """{"curve": "ROC", "summation_method": "majoring", "num_thresholds": 7}""", "labels", 3,
        new[] { 0.576388888888889 }, new[] { 0.4342857142857143 })]
    [InlineData(
        "AUC", """{"curve": "PRGAIN", "summation_method": "interpolation", "num_thresholds": 7}""", "labels", 3,
        new[] { -0.14285714285714285 }, new[] { -0.5049593263878979 })]
    [InlineData(
        "AUC", """{"curve": "PRGAIN", "summation_method": "minoring", "num_thresholds": 7}""", "labels", 3,
        new[] { -0.3979591836734694 }, new[] { -0.8899282535646174 })]
    [InlineData(
        "AUC", """{"curve": "PRGAIN", "summation_method": "majoring", "num_thresholds": 7}""", "labels", 3,
        new[] { 0.11224489795918367 }, new[] { -0.11999039921117832 })]
    [InlineData("AUC", """{"thresholds": [0.2, 0.35, 0.8]}""", "labels", 3, new[] { 0.5173611111111112 }, new[] { 0.39714285714285713 })]
    [InlineData(
        "AUC", """{"multi_label": true, "label_weights": [1, 2, 0.5]}""", "labels", 3,
        new[] { 0.39285714285714285 }, new[] { 0.20412920412920416 })]
    [InlineData("AUC", """{"label_weights": [1, 2, 0.5]}""", "labels", 3, new[] { 0.45663265306122447 }, new[] { 0.2419251336898396 })]
    [InlineData("AUC", """{"from_logits": true}""", "logits", 3, new[] { 0.5347222222222223 }, new[] { 0.40342857142857147 })]
    [InlineData(
        "Precision", """{"thresholds": [0.2, 0.7], "class_id": 1}""", "labels", 3,
        new[] { 0.3333333333333333, 0.6666666666666666 }, new[] { 0.07142857142857142, 0.14285714285714285 })]
    [InlineData("Recall", """{"top_k": 2, "class_id": 1}""", "labels", 3, new[] { 1.0 }, new[] { 1.0 })]
    [InlineData("PrecisionAtRecall", """{"recall": 0.6, "num_thresholds": 5, "class_id": 2}""", "labels", 3, new[] { 1.0 }, new[] { 1.0 })]
    [InlineData(
        "SensitivityAtSpecificity", """{"specificity": 0.3, "num_thresholds": 1}""", "labels", 3,
        new[] { 0.5833333333333334 }, new[] { 0.44 })]
    [InlineData("MeanSquaredError", """{}""", "sequence", 3, new[] { 0.9285275234640978 }, new[] { 0.9521768525549099 })]
    [InlineData("SparseCategoricalAccuracy", """{}""", "classSequence", 3, new[] { 0.125 }, new[] { 0.1 })]
    [InlineData("SparseTopKCategoricalAccuracy", """{"k": 2}""", "ties", 3, new[] { 0.75 }, new[] { 0.8500000238418579 })]
    [InlineData("PearsonCorrelation", """{}""", "waves", 3, new[] { 0.11016329020792998 }, new[] { -0.01065634654265093 })]
    [InlineData("ConcordanceCorrelation", """{}""", "waves", 3, new[] { 0.1589214247241318 }, new[] { 0.04930600643478836 })]
    [InlineData("SparseTopKCategoricalAccuracy", """{"k": 2, "from_sorted_ids": true}""", "sorted", 3, new[] { 0.625 }, new[] { 0.75 })]
    [InlineData(
        "MeanRelativeError", """{"normalizer": [1, 2, 0]}""", "waves", 2,
        new[] { 0.37764841134531996 }, new[] { 0.3778956299900892 })]
    public void Result_Arguments_IsKerass(string name, string arguments, string data, int generation, double[] plain, double[] weighted)
    {
        using TensorScope scope = new();
        JsonObject config = JsonNode.Parse(arguments)!.AsObject();
        config["dtype"] = "float64";
        using Metric metric =
            KerasRegistry.FromConfig<Metric>(name, JsonSerializer.SerializeToElement(config), (KerasGeneration)generation);
        (Tensor yTrue, Tensor yPred) = Data(data);
        Tensor weights = Tensor.From([0.5, 1, 2, 0, 1.5, 1, 3, 1]);
        metric.Update(yTrue[..3], yPred[..3]);
        metric.Update(yTrue[3..], yPred[3..]);
        KerasReference.AssertClose(plain, metric.Result().ToDoubles(), Tolerance(name));
        metric.Reset();
        metric.Update(yTrue[..3], yPred[..3], weights[..3]);
        metric.Update(yTrue[3..], yPred[3..], weights[3..]);
        KerasReference.AssertClose(weighted, metric.Result().ToDoubles(), Tolerance(name));
    }

    [Fact]
    public void Result_MeanTensor_IsTheMeanOfEachElement()
    {
        using TensorScope scope = new();
        using MeanTensor mean = new() { DType = DType.Float64 };
        Tensor waves = TestWaves.Of([8, 3]);
        mean.Update(waves[0]);
        mean.Update(waves[1], Tensor.From([0.5, 2.0, 1.0]));
        KerasReference.AssertClose([0.4221678646246101, 0.3082107698914928, 0.18990345975487483], mean.Result().ToDoubles(), 1e-13);
        Assert.Contains("(3,)", Assert.Throws<TfLbfgsException>(() => mean.Update(waves)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new[] { 2, 3 }, null, 0.3723069923272381, 2.233841953963428)]
    [InlineData(new[] { 2, 3 }, new[] { 2 }, 0.1699599873392399, 1.274699905044299)]
    [InlineData(new[] { 2, 3 }, new[] { 2, 1 }, 0.1699599873392399, 1.274699905044299)]
    [InlineData(new[] { 2, 3 }, new[] { 2, 3 }, 0.32179640376935287, 1.7698802207314408)]
    [InlineData(new[] { 2, 3, 2 }, new[] { 2 }, 0.06332470413875915, 0.9498705620813874)]
    [InlineData(new[] { 2, 3, 2 }, new[] { 2, 3 }, 0.02646487326389309, 0.2911136059028241)]
    public void Result_MeanAndSumOfWeightedValues_AreKerass(int[] values, int[]? weights, double mean, double sum)
    {
        using TensorScope scope = new();
        Tensor? factors = weights switch
        {
            null => null,
            [2, 3] => Tensor.From(new[,] { { 0.5, 1, 0 }, { 2, 1, 1 } }),
            _ => Tensor.From<double>([0.5, 2], weights),
        };
        foreach (KerasGeneration generation in new[] { KerasGeneration.Keras2, KerasGeneration.Keras3 })
        {
            using Mean first = new() { DType = DType.Float64, Generation = generation };
            using Sum second = new() { DType = DType.Float64, Generation = generation };
            first.Update(TestWaves.Of(values), factors);
            second.Update(TestWaves.Of(values), factors);
            Assert.Equal(mean, first.Result().ToDouble(), 1e-13);
            Assert.Equal(sum, second.Result().ToDouble(), 1e-13);
        }
    }

    // Keras 3 counts ignored samples, with a loss of 0, where there are no weights.
    [Fact]
    public void Result_IgnoredClassInKeras3_IsKerass()
    {
        using TensorScope scope = new();
        (Tensor yTrue, Tensor yPred) = Data("sparse");
        using MeanMetricWrapper metric =
            new(new TfLbfgs.Keras.Losses.SparseCategoricalCrossentropy(fromLogits: true, ignoreClass: 2)) { DType = DType.Float64 };
        metric.Update(yTrue, yPred);
        Assert.Equal(0.7987507213422818, metric.Result().ToDouble(), 1e-13);
        metric.Reset();
        metric.Update(yTrue, yPred, Tensor.From([0.5, 1, 2, 0, 1.5, 1, 3, 1]));
        Assert.Equal(1.1758457124008908, metric.Result().ToDouble(), 1e-13);
    }

    [Fact]
    public void Update_ClassIdBeyondTheClasses_IsRefused()
    {
        using TensorScope scope = new();
        using Precision metric = new(classId: 3);
        Assert.Contains("class id is 3",
            Assert.Throws<TfLbfgsException>(() => metric.Update(TestWaves.Of([2, 3]), TestWaves.Of([2, 3]))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Constructor_ThresholdAboveOne_IsRefused() =>
        Assert.Contains("1.5", Assert.Throws<TfLbfgsException>(() => new TruePositives([0.5, 1.5])).Message, StringComparison.Ordinal);

    // Keras computes these in float32, or was asked to.
    private static double Tolerance(string name) =>
        name is "R2Score" or "F1Score" or "FBetaScore" or "Recall" or "SparseTopKCategoricalAccuracy"
            || name.Contains("IoU", StringComparison.Ordinal) ? 2e-6 : 1e-12;

    private static (Tensor YTrue, Tensor YPred) Data(string name)
    {
        Tensor classes = Tensor.From([0, 1, 2, 2, 1, 0, 1, 2]), predicted = Tensor.From([0, 2, 2, 1, 1, 0, 0, 2]);
        Tensor waves = TestWaves.Of([8, 3]), slow = TestWaves.Of([8, 3], 0.4), shares = (waves + 1) / 2;
        Tensor labels = TestWaves.Of([8, 3], 1.3, value => value > 0 ? 1 : 0);
        return name switch
        {
            "classes" => (classes, predicted),
            "onehot" => (RawOps.OneHot(classes, Tensor.Scalar(3), Tensor.Scalar(1.0), Tensor.Scalar(0.0)), shares),
            "column" => (labels[.., 0], shares[.., 0]),
            "labels" => (labels, shares),
            "logits" => (labels, waves * 3),
            "waves" => (waves, slow),
            "sequence" => (TestWaves.Of([8, 3, 2]), TestWaves.Of([8, 3, 2], 0.4)),
            "classSequence" => (RawOps.Pack([classes, predicted], axis: 1), RawOps.Pack([waves, slow], axis: 1)),
            "ties" => (classes, RawOps.Round(waves * 2)),
            "sorted" => (classes, RawOps.Cast(RawOps.TopKV2(waves, Tensor.Scalar(3)).Indices, DType.Float64)),
            "sparse" => (classes, waves),
            _ => throw new ArgumentException(name, nameof(name)),
        };
    }
}
