using System.Text.Json;
using TfLbfgs.Keras.Initializers;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Keras;

public class InitializerTests : LeakChecked
{
    [Theory]
    [Trait("Category", "Reference")]
    [InlineData("k2")]
    [InlineData("k3")]
    public void Create_EveryEntryOfTheTable_HasItsMoments(string flavour)
    {
        ReferenceReport report = new($"keras/tables/{flavour}_initializers.json");
        int index = 0;
        foreach (JsonElement entry in KerasReference.Read("tables", $"{flavour}_initializers.json").GetProperty("entries").EnumerateArray())
        {
            long seed = ++index;
            report.Check($"{entry.GetProperty("class")} {entry.GetProperty("arguments")} {entry.GetProperty("shape")}",
                () => Check(entry, seed));
        }

        report.Finish();
    }

    [Fact]
    public void Create_SameSeed_SameValues()
    {
        using TensorScope scope = new();
        double[] first = new GlorotUniform { Seed = 7 }.Create([20, 30], DType.Float64).ToDoubles();
        Assert.Equal(first, new GlorotUniform { Seed = 7 }.Create([20, 30], DType.Float64, defaultSeed: 3).ToDoubles());
        Assert.NotEqual(first, new GlorotUniform { Seed = 8 }.Create([20, 30], DType.Float64).ToDoubles());
        // Pinned: another sequence would change the start of every model.
        Assert.Equal(0.083862971059882163, new RandomSource(42).NextUniform());
    }

    [Fact]
    public void FromString_UnknownName_SaysWhichAreKnown() =>
        Assert.Contains("GlorotUniform", Assert.Throws<TfLbfgsException>(() => Initializer.FromString("glorot")).Message,
            StringComparison.Ordinal);

    private static void Check(JsonElement entry, long seed)
    {
        using TensorScope scope = new();
        Shape shape = Shape.Create([.. entry.GetProperty("shape").EnumerateArray().Select(d => d.GetInt64())]);
        Initializer initializer =
            KerasRegistry.FromConfig<Initializer>(entry.GetProperty("class").GetString()!, entry.GetProperty("arguments"));
        double[] values = initializer.Create(shape, DType.Float64, seed).ToDoubles();
        string family = entry.GetProperty("family").GetString()!;
        if (family == "orthogonal")
        {
            AssertOrthogonal(values, (int)shape[-1], entry.GetProperty("arguments").TryGetProperty("gain", out JsonElement gain)
                ? gain.GetDouble() : 1);
            return;
        }

        (double mean, double deviation) = Moments(values);
        JsonElement reference = family == "constant" ? entry.GetProperty("sample") : entry.GetProperty("expected");
        double expectedMean = reference.GetProperty("mean").GetDouble(), expectedDeviation = reference.GetProperty("stddev").GetDouble();

        // Six standard errors; those of the deviation are at most those of a normal distribution.
        double error = 6 / Math.Sqrt(values.Length);
        Assert.InRange(mean, expectedMean - (error * expectedDeviation) - 1e-12, expectedMean + (error * expectedDeviation) + 1e-12);
        Assert.InRange(deviation, (expectedDeviation * (1 - error)) - 1e-12, (expectedDeviation * (1 + error)) + 1e-12);
        if (reference.GetProperty("min").ValueKind == JsonValueKind.Number)
        {
            double low = reference.GetProperty("min").GetDouble(), high = reference.GetProperty("max").GetDouble(), width = high - low;
            Assert.InRange(values.Min(), low - 1e-9, low + (0.02 * width));
            Assert.InRange(values.Max(), high - (0.02 * width), high + 1e-9);
        }
    }

    private static (double Mean, double Deviation) Moments(double[] values)
    {
        double mean = values.Average();
        return (mean, Math.Sqrt(values.Average(v => (v - mean) * (v - mean))));
    }

    private static void AssertOrthogonal(double[] values, int columns, double gain)
    {
        int rows = values.Length / columns;
        int count = Math.Min(rows, columns), length = Math.Max(rows, columns);
        double At(int i, int j) => rows >= columns ? values[(j * columns) + i] : values[(i * columns) + j];
        for (int i = 0; i < count; i += 7)
        {
            for (int j = 0; j < count; j++)
            {
                double product = 0;
                for (int k = 0; k < length; k++)
                    product += At(i, k) * At(j, k);
                Assert.Equal(i == j ? gain * gain : 0, product, 1e-12);
            }
        }
    }
}
