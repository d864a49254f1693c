using System.Text.Json;
using TfLbfgs.Functions;
using TfLbfgs.Keras;
using TfLbfgs.Keras.Optimizers;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Keras.Optimizers;

public class LearningRateScheduleTests : LeakChecked
{
    [Theory]
    [Trait("Category", "Reference")]
    [InlineData("k2", KerasGeneration.Keras2)]
    [InlineData("k3", KerasGeneration.Keras3)]
    public void Call_EveryEntryOfTheTable_IsKerass(string flavour, KerasGeneration generation)
    {
        JsonElement table = KerasReference.Read("tables", $"{flavour}_schedules.json");
        ReferenceReport report = new($"keras/tables/{flavour}_schedules");
        using TensorScope scope = new();
        Tensor[] steps = [.. table.GetProperty("steps").EnumerateArray().Select(step => Tensor.Scalar(step.GetInt64()))];
        foreach (JsonElement entry in table.GetProperty("entries").EnumerateArray())
        {
            report.Check($"{entry.GetProperty("class")} {entry.GetProperty("arguments")}", () =>
            {
                LearningRateSchedule schedule = KerasRegistry.FromConfig<LearningRateSchedule>(
                    entry.GetProperty("class").GetString()!, entry.GetProperty("arguments"), generation);
                double[] expected = [.. entry.GetProperty("values").EnumerateArray().Select(value => value.GetDouble())];
                using Function function = new(inputs => [schedule.Call(inputs[0])]);
                // The optimizer of graphs joins constants, which rounds otherwise in float32.
                KerasReference.AssertClose(expected, [.. steps.Select(step => function.Call(step)[0].ToDouble())], 1e-7);
                KerasReference.AssertClose(expected, [.. steps.Select(step => schedule.At(step.ToScalar<long>()))], 1e-8);
            });
        }

        report.Finish();
    }

    [Fact]
    public void PiecewiseConstantDecay_WithoutAValueForEachPart_Throws() =>
        Assert.Contains("one value more", Assert.Throws<TfLbfgsException>(() => new PiecewiseConstantDecay([1, 2], [0.1, 0.2])).Message,
            StringComparison.Ordinal);

    [Fact]
    public void ExponentialDecay_OfNoSteps_Throws() =>
        Assert.Contains(
            "decay_steps", Assert.Throws<TfLbfgsException>(() => new ExponentialDecay(0.1, 0, 0.5)).Message, StringComparison.Ordinal);
}
