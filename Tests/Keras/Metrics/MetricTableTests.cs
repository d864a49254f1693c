using System.Text.Json;
using TfLbfgs.Functions;
using TfLbfgs.Keras;
using TfLbfgs.Keras.Metrics;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Keras.Metrics;

public class MetricTableTests : LeakChecked
{
    [Theory]
    [Trait("Category", "Reference")]
    [InlineData("k2", KerasGeneration.Keras2)]
    [InlineData("k3", KerasGeneration.Keras3)]
    public void Result_EveryEntryOfTheTable_IsKerass(string flavour, KerasGeneration generation)
    {
        JsonElement table = KerasReference.Read("tables", $"{flavour}_metrics.json");
        ReferenceReport report = new($"keras/tables/{flavour}_metrics");
        foreach (JsonElement entry in table.GetProperty("entries").EnumerateArray())
            report.Check($"{entry.GetProperty("class")} {entry.GetProperty("arguments")} {entry.GetProperty("dtype")}",
                () => Check(table, entry, generation));
        report.Finish();
    }

    [Fact]
    public void Update_EveryMetricOfTheTableInAFunction_GivesTheEagerResult()
    {
        JsonElement table = KerasReference.Read("tables", "k3_metrics.json");
        foreach (JsonElement entry in table.GetProperty("entries").EnumerateArray().Where(entry => entry.TryGetProperty("data", out _)
            && entry.GetProperty("dtype").GetString() == "float32"))
        {
            using TensorScope scope = new();
            using Metric metric = Make(entry, KerasGeneration.Keras3);
            (Tensor yTrue, Tensor yPred) = Data(table, entry);
            using Function step = new(inputs =>
            {
                metric.Update(inputs[0], inputs[1], inputs[2]);
                return [metric.Result()];
            });
            Tensor weights = Weights(table, yPred.DType);
            // Twice, which shows that the state is no constant of the function.
            step.Call(yTrue, yPred, weights);
            double[] twice = step.Call(yTrue, yPred, weights)[0].ToDoubles();
            metric.Reset();
            metric.Update(yTrue, yPred, weights);
            metric.Update(yTrue, yPred, weights);
            KerasReference.AssertClose(metric.Result().ToDoubles(), twice, 1e-5);
        }
    }

    private static Metric Make(JsonElement entry, KerasGeneration generation) =>
        KerasRegistry.FromConfig<Metric>(entry.GetProperty("class").GetString()!, entry.GetProperty("arguments"), generation);

    private static void Check(JsonElement table, JsonElement entry, KerasGeneration generation)
    {
        DType before = KerasConfig.FloatX, dtype = entry.GetProperty("dtype").GetString() == "float64" ? DType.Float64 : DType.Float32;
        KerasConfig.FloatX = dtype;
        try
        {
            Check(table, entry, generation, dtype);
        }
        finally
        {
            KerasConfig.FloatX = before;
        }
    }

    private static void Check(JsonElement table, JsonElement entry, KerasGeneration generation, DType dtype)
    {
        using TensorScope scope = new();
        using Metric metric = Make(entry, generation);
        if (entry.TryGetProperty("values", out JsonElement values))
        {
            var statistic = (ValueMetric)metric;
            Tensor numbers = RawOps.Cast(KerasReference.ToTensor(values), dtype);
            statistic.Update(numbers);
            Compare(entry, "value", metric);
            metric.Reset();
            statistic.Update(numbers, KerasReference.ToTensor(entry.GetProperty("sample_weight")));
            Compare(entry, "weighted", metric);
            return;
        }

        (Tensor yTrue, Tensor yPred) = Data(table, entry);
        metric.Update(yTrue[..12], yPred[..12]);
        Compare(entry, "after_half", metric);
        metric.Update(yTrue[12..], yPred[12..]);
        Compare(entry, "value", metric);
        metric.Reset();
        metric.Update(yTrue, yPred, Weights(table, dtype));
        Compare(entry, "weighted", metric);
    }

    private static (Tensor YTrue, Tensor YPred) Data(JsonElement table, JsonElement entry)
    {
        JsonElement data = table.GetProperty("data").GetProperty(entry.GetProperty("data").GetString()!);
        Tensor Cast(JsonElement array)
        {
            Tensor values = KerasReference.ToTensor(array);
            return values.DType == DType.Float64 && entry.GetProperty("dtype").GetString() == "float32" ? RawOps.Cast(values, DType.Float32)
                : values;
        }

        return (Cast(data.GetProperty("y_true")), Cast(data.GetProperty("y_pred")));
    }

    private static Tensor Weights(JsonElement table, DType dtype) =>
        RawOps.Cast(KerasReference.ToTensor(table.GetProperty("sample_weight")), dtype);

    private static void Compare(JsonElement entry, string field, Metric metric)
    {
        // Keras computes some results in float32 for every dtype.
        JsonElement expected = entry.GetProperty(field);
        double tolerance = expected.GetProperty("dtype").GetString() == "float64" && entry.GetProperty("dtype").GetString() == "float64"
            ? 1e-12 : 2e-6;
        using Tensor result = metric.Result();
        KerasReference.AssertClose(expected, result, tolerance);
    }
}
