using System.Runtime.InteropServices;
using TfLbfgs.Formats;
using TfLbfgs.Formats.Hdf5;
using TfLbfgs.Keras.Saving;
using TfLbfgs.Keras.Saving.Formats.LegacyHdf5;
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
        WeightArray[] arrays =
            [Array("a/scalar:0", dtype), Array("a/vector:0", dtype, 5), Array("b", dtype, 3, 4, 2), Array("none", dtype, 0, 3)];
        AssertSameAfterWriting(Weights(SavingReference.Layer("layer", arrays)));
    }

    [Fact]
    public void Write_WholeModel_KeepsConfigurationsOptimizerAndTopLevelWeights()
    {
        WeightNode weights = new("");
        weights.Children.Add(
            SavingReference.Layer("dense", Array("dense/kernel:0", DType.Float64, 3, 4), Array("dense/bias:0", DType.Float64, 4)));
        weights.Children.Add(SavingReference.Layer("dropout"));
        weights.Children.Add(SavingReference.Layer("block/größer", Array("x", DType.Float32, 1)));
        weights.Arrays.Add(Array("own:0", DType.Float32, 2));
        AssertSameAfterWriting(new ModelContents
        {
            ConfigJson = """{"class_name": "Sequential", "note": "größer → λ"}""",
            TrainingConfigJson = """{"loss": "mse"}""",
            KerasVersion = "2.21.0",
            Backend = "tensorflow",
            Weights = weights,
            TrainingNodes =
                [SavingReference.Layer("optimizer", Array("iteration:0", DType.Int64),
                Array("Adam/m/dense/kernel:0", DType.Float64, 3, 4))],
        });
    }

    [Fact]
    public void Write_MoreNamesThanAnAttributeHolds_AreSplitAndReadBackInOrder()
    {
        WeightArray[] many = [.. Enumerable.Range(0, 8500).Select(i => Array($"w{i}", DType.Int8, 1))];
        WeightNode[] layers = [.. Enumerable.Range(0, 4097).Select(i => SavingReference.Layer($"layer_{i}", i == 7 ? many : []))];
        AssertSameAfterWriting(Weights(layers));
    }

    [Fact]
    public void Write_LongConfigurationAndNames_ReadBackTheSame()
    {
        string name = new('n', 60_000);
        ModelContents model = Weights(SavingReference.Layer(name, Array(name, DType.Float32, 1)));
        AssertSameAfterWriting(new ModelContents { ConfigJson = $"{{\"a\": \"{new string('x', 5_000_000)}\"}}", Weights = model.Weights });
    }

    [Fact]
    public void Write_NonFiniteValues_KeepTheirBits()
    {
        double[] values = [double.NaN, BitConverter.Int64BitsToDouble(0x7ff0000000000001), double.NegativeInfinity, -0.0, double.Epsilon];
        AssertSameAfterWriting(
            Weights(SavingReference.Layer("d",
            [new WeightArray("w", StoredArray.FromBytes(DType.Float64, [5], MemoryMarshal.AsBytes(values.AsSpan()).ToArray()))])));
    }

    [Fact]
    public void Read_NameThatBeginsWithASlash_IsFoundFromTheRoot()
    {
        using ScratchFolder folder = new();
        Hdf5GroupBuilder root = new();
        root.SetText("model_config", "{}");
        root.TryAddGroup("model_weights")!.SetTexts("layer_names", []);
        Hdf5GroupBuilder optimizer = root.TryAddGroup("optimizer_weights")!;
        optimizer.SetTexts("weight_names", ["/iterations", "param_1"]);
        Assert.True(root.TryAddArray("iterations", StoredArray.FromBytes(DType.Float32, [], new byte[4])));
        Assert.True(optimizer.TryAddArray("param_1", StoredArray.FromBytes(DType.Float32, [2], new byte[8])));
        using (FileStream stream = File.Create(folder.File("model.h5")))
            root.WriteTo(stream);
        using ModelContents contents = SavingReference.ReadLegacy(folder.File("model.h5"));
        Assert.Equal(["iterations", "param_1"], Assert.Single(contents.TrainingNodes).Arrays.Select(array => array.Name));
    }

    [Theory]
    [InlineData(512)]
    [InlineData(1024)]
    [InlineData(65536)]
    public void Read_UserBlockPutInFront_IsSkipped(int length)
    {
        using var folder = new ScratchFolder();
        string path = folder.File("model.h5");
        ModelContents model = Weights(SavingReference.Layer("d", [Array("w", DType.Float32, 3, 4)]));
        LegacyHdf5Writer.Write(path, model);
        File.WriteAllBytes(path, [.. new byte[length], .. File.ReadAllBytes(path)]);
        using ModelContents again = SavingReference.ReadLegacy(path);
        AssertSame(model, again);
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
        Assert.Equal(expected, StoredArray.CountNonFinite(bytes, dtype));
    }

    [Fact]
    [Trait("Category", "Reference")]
    public void Write_EveryReferenceFileReadBefore_ReadsBackTheSame()
    {
        ReferenceReport report = new("keras/cases legacy .h5 written again");
        foreach ((string name, string file) in SavingReference.Files("legacy_h5_model", "legacy_h5_weights"))
        {
            report.Check($"{name}/{file}", () =>
            {
                using ModelContents contents = SavingReference.ReadLegacy(SavingReference.Case(name, file));
                AssertSameAfterWriting(contents);
            });
        }

        report.Finish();
    }

    internal static ModelContents Weights(params IReadOnlyList<WeightNode> layers)
    {
        WeightNode root = new("");
        root.Children.AddRange(layers);
        return new ModelContents { KerasVersion = "2.21.0", Backend = "tensorflow", Weights = root };
    }

    internal static WeightArray Array(string name, DType dtype, params long[] shape)
    {
        byte[] bytes = new byte[shape.Aggregate(1L, (a, b) => a * b) * dtype.Size];
        new Random(name.Length + shape.Length).NextBytes(bytes);
        if (dtype == DType.Bool)
            bytes = [.. bytes.Select(b => (byte)(b & 1))];
        return new WeightArray(name, StoredArray.FromBytes(dtype, shape, bytes));
    }

    private static void AssertSameAfterWriting(ModelContents model)
    {
        using var folder = new ScratchFolder();
        string path = folder.File("model.h5");
        LegacyHdf5Writer.Write(path, model);
        using ModelContents again = SavingReference.ReadLegacy(path);
        AssertSame(model, again);
        Assert.Equal([path], Directory.GetFileSystemEntries(folder.Path));
    }

    private static void AssertSame(ModelContents expected, ModelContents actual)
    {
        Assert.Equal((expected.ConfigJson, expected.TrainingConfigJson), (actual.ConfigJson, actual.TrainingConfigJson));
        Assert.Equal((expected.KerasVersion, expected.Backend), (actual.KerasVersion, actual.Backend));
        Assert.Equal(expected.Weights.Children.Select(l => l.Name), actual.Weights.Children.Select(l => l.Name));
        foreach ((WeightNode one, WeightNode other) in expected.Weights.Children.Zip(actual.Weights.Children))
            AssertSame(one.Arrays, other.Arrays);
        AssertSame(expected.Weights.Arrays, actual.Weights.Arrays);
        AssertSame([.. expected.TrainingNodes.SelectMany(node => node.Arrays)], [.. actual.TrainingNodes.SelectMany(node => node.Arrays)]);
    }

    private static void AssertSame(IReadOnlyList<WeightArray> expected, IReadOnlyList<WeightArray> actual)
    {
        Assert.Equal(expected.Select(a => a.ToString()), actual.Select(a => a.ToString()));
        foreach ((WeightArray one, WeightArray other) in expected.Zip(actual))
            Assert.True(one.Data.ToBytes().AsSpan().SequenceEqual(other.Data.ToBytes()), $"{one} differs");
    }
}
