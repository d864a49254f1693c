using System.Runtime.InteropServices;
using TfLbfgs.Keras.Saving.Hdf5;
using TfLbfgs.Keras.Saving.LegacyHdf5;
using TfLbfgs.Runtime;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Saving;

public class LegacyHdf5RoundTripTests
{
    [Theory]
    [InlineData(DType.Float16)]
    [InlineData(DType.BFloat16)]
    [InlineData(DType.Float32)]
    [InlineData(DType.Float64)]
    [InlineData(DType.Int8)]
    [InlineData(DType.Int16)]
    [InlineData(DType.Int32)]
    [InlineData(DType.Int64)]
    [InlineData(DType.UInt8)]
    [InlineData(DType.UInt16)]
    [InlineData(DType.UInt32)]
    [InlineData(DType.UInt64)]
    [InlineData(DType.Bool)]
    public void Write_EachTypeAndRank_ReadsBackTheSame(DType dtype)
    {
        NamedArray[] arrays = [Array("a/scalar:0", dtype), Array("a/vector:0", dtype, 5), Array("b", dtype, 3, 4, 2), Array("none", dtype, 0, 3)];
        AssertSameAfterWriting(Weights(new LegacyHdf5Layer("layer", arrays)));
    }

    [Fact]
    public void Write_WholeModel_KeepsConfigurationsOptimizerAndTopLevelWeights()
    {
        AssertSameAfterWriting(new LegacyHdf5Model
        {
            Kind = LegacyHdf5Kind.WholeModel,
            ModelConfigJson = """{"class_name": "Sequential", "note": "größer → λ"}""",
            TrainingConfigJson = """{"loss": "mse"}""",
            KerasVersion = "2.21.0",
            Backend = "tensorflow",
            Layers = [new("dense", [Array("dense/kernel:0", DType.Float64, 3, 4), Array("dense/bias:0", DType.Float64, 4)]), new("dropout", []), new("block/größer", [Array("x", DType.Float32, 1)])],
            TopLevelWeights = [Array("own:0", DType.Float32, 2)],
            OptimizerWeights = [Array("iteration:0", DType.Int64), Array("Adam/m/dense/kernel:0", DType.Float64, 3, 4)],
        });
    }

    [Fact]
    public void Write_MoreNamesThanAnAttributeHolds_AreSplitAndReadBackInOrder()
    {
        NamedArray[] many = [.. Enumerable.Range(0, 8500).Select(i => Array($"w{i}", DType.Int8, 1))];
        LegacyHdf5Layer[] layers = [.. Enumerable.Range(0, 4097).Select(i => new LegacyHdf5Layer($"layer_{i}", i == 7 ? many : []))];
        AssertSameAfterWriting(Weights(layers));
    }

    [Fact]
    public void Write_LongConfigurationAndNames_ReadBackTheSame()
    {
        string name = new('n', 60_000);
        LegacyHdf5Model model = Weights(new LegacyHdf5Layer(name, [Array(name, DType.Float32, 1)]));
        AssertSameAfterWriting(model with { Kind = LegacyHdf5Kind.WholeModel, ModelConfigJson = $"{{\"a\": \"{new string('x', 5_000_000)}\"}}" });
    }

    [Fact]
    public void Write_NonFiniteValues_KeepTheirBits()
    {
        double[] values = [double.NaN, BitConverter.Int64BitsToDouble(0x7ff0000000000001), double.NegativeInfinity, -0.0, double.Epsilon];
        AssertSameAfterWriting(Weights(new LegacyHdf5Layer("d", [new NamedArray("w", DType.Float64, [5], MemoryMarshal.AsBytes(values.AsSpan()).ToArray())])));
    }

    [Theory]
    [InlineData(512)]
    [InlineData(1024)]
    [InlineData(65536)]
    public void Read_UserBlockPutInFront_IsSkipped(int length)
    {
        using var folder = new ScratchFolder();
        string path = folder.File("model.h5");
        LegacyHdf5Model model = Weights(new LegacyHdf5Layer("d", [Array("w", DType.Float32, 3, 4)]));
        LegacyHdf5Writer.Write(path, model);
        File.WriteAllBytes(path, [.. new byte[length], .. File.ReadAllBytes(path)]);
        AssertSame(model, LegacyHdf5Reader.Read(path));
    }

    [Theory]
    [InlineData(DType.Float64, 3)]
    [InlineData(DType.Float32, 3)]
    [InlineData(DType.Float16, 3)]
    [InlineData(DType.BFloat16, 3)]
    [InlineData(DType.UInt8, 0)]
    public void CountNonFinite_NaNAndInfinities_AreCounted(DType dtype, int expected)
    {
        double[] values = [1, double.NaN, double.PositiveInfinity, 0, double.NegativeInfinity, -2.5];
        byte[] bytes = dtype switch
        {
            DType.Float64 => MemoryMarshal.AsBytes(values.AsSpan()).ToArray(),
            DType.Float32 => [.. values.SelectMany(v => BitConverter.GetBytes((float)v))],
            DType.Float16 => [.. values.SelectMany(v => BitConverter.GetBytes((Half)v))],
            DType.BFloat16 => [.. values.SelectMany(v => BitConverter.GetBytes((float)v)[2..])],
            _ => [0, 255, 127, 1, 2, 3],
        };
        Assert.Equal(expected, new NamedArray("w", dtype, [6], bytes).CountNonFinite());
    }

    [Fact]
    [Trait("Category", "Reference")]
    public void Write_EveryReferenceFileReadBefore_ReadsBackTheSame()
    {
        ReferenceReport report = new("keras/cases legacy .h5 written again");
        foreach ((string name, string file) in SavingReference.Files("legacy_h5_model", "legacy_h5_weights"))
            report.Check($"{name}/{file}", () => AssertSameAfterWriting(LegacyHdf5Reader.Read(SavingReference.Case(name, file))));
        report.Finish();
    }

    internal static LegacyHdf5Model Weights(params LegacyHdf5Layer[] layers) => new() { Kind = LegacyHdf5Kind.WeightsOnly, KerasVersion = "2.21.0", Backend = "tensorflow", Layers = layers };

    internal static NamedArray Array(string name, DType dtype, params long[] shape)
    {
        byte[] bytes = new byte[shape.Aggregate(1L, (a, b) => a * b) * dtype.Size];
        new Random(name.Length + shape.Length).NextBytes(bytes);
        if (dtype == DType.Bool)
            bytes = [.. bytes.Select(b => (byte)(b & 1))];
        return new NamedArray(name, dtype, shape, bytes);
    }

    private static void AssertSameAfterWriting(LegacyHdf5Model model)
    {
        using var folder = new ScratchFolder();
        string path = folder.File("model.h5");
        LegacyHdf5Writer.Write(path, model);
        AssertSame(model, LegacyHdf5Reader.Read(path));
        Assert.Equal([path], Directory.GetFileSystemEntries(folder.Path));
    }

    private static void AssertSame(LegacyHdf5Model expected, LegacyHdf5Model actual)
    {
        Assert.Equal(
            (expected.Kind, expected.ModelConfigJson, expected.TrainingConfigJson, expected.KerasVersion, expected.Backend),
            (actual.Kind, actual.ModelConfigJson, actual.TrainingConfigJson, actual.KerasVersion, actual.Backend));
        Assert.Equal(expected.Layers.Select(l => l.Name), actual.Layers.Select(l => l.Name));
        foreach ((LegacyHdf5Layer one, LegacyHdf5Layer other) in expected.Layers.Zip(actual.Layers))
            AssertSame(one.Weights, other.Weights);
        AssertSame(expected.TopLevelWeights, actual.TopLevelWeights);
        AssertSame(expected.OptimizerWeights, actual.OptimizerWeights);
    }

    private static void AssertSame(IReadOnlyList<NamedArray> expected, IReadOnlyList<NamedArray> actual)
    {
        Assert.Equal(expected.Select(a => a.ToString()), actual.Select(a => a.ToString()));
        foreach ((NamedArray one, NamedArray other) in expected.Zip(actual))
            Assert.True(one.Bytes.Span.SequenceEqual(other.Bytes.Span), $"{one} differs");
    }
}
