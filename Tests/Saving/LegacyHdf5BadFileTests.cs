using TfLbfgs.Formats;
using TfLbfgs.Keras.Saving;
using TfLbfgs.Runtime;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Saving;

/// <summary>
/// The reference's damaged and odd files, as far as the file itself decides; what depends on the model is the loader's to judge.
/// </summary>
[Trait("Category", "Reference")]
public class LegacyHdf5BadFileTests
{
    [Theory]
    [InlineData("truncated.h5", "truncated", "end-of-file address")]
    [InlineData("truncated_header.h5", "truncated", "60")]
    [InlineData("empty.h5", "empty", "HDF5")]
    [InlineData("text.h5", "signature", "HDF5")]
    [InlineData("zip_named.h5", "zip archive", ".keras")]
    [InlineData("missing_layer_group.h5", "dense_1", "no such group")]
    [InlineData("missing_dataset.h5", "dense_1/bias:0", "no such dataset")]
    [InlineData("wrong_dtype_string.h5", "dense_1/kernel:0", "string")]
    [InlineData("complex.h5", "dense_1/kernel:0", "complex")]
    [InlineData("no_weight_names.h5", "dense_1", "weight_names")]
    [InlineData("no_layer_names.h5", "layer_names", "not a Keras weights file")]
    [InlineData("corrupt_chunk.h5", "dense_1/kernel:0", "checksum")]
    [InlineData("external_link.h5", "dense_1", "external link")]
    [InlineData("soft_link_loop.h5", "dense_1", "soft link")]
    [InlineData("v3_named_legacy.h5", "v3", ".weights.h5")]
    public void Read_DamagedWeights_SaysWhatAndWhere(string file, string what, string also) =>
        AssertRefused(() => ReadAll(SavingReference.Bad(file)), file, what, also);

    [Theory]
    [InlineData("no_model_config.h5", "model_config", "weights only")]
    public void ReadModel_NoConfiguration_SaysSoAndStillGivesWeights(string file, string what, string also)
    {
        AssertRefused(() => ModelFiles.ReadModel(SavingReference.Bad(file)), file, what, also);
        using ModelContents weights = SavingReference.ReadLegacy(SavingReference.Bad(file));
        Assert.Equal(3, weights.Weights.Children.Count);
    }

    [Theory]
    [InlineData("bad_json_config.h5")]
    public void ReadWeights_DamagedConfiguration_GivesTheWeights(string file)
    {
        using ModelContents weights = ModelFiles.ReadWeights(SavingReference.Bad(file));
        Assert.Equal(3, weights.Weights.Children.Count);
    }

    [Theory]
    [InlineData("good_weights.h5", 3, "(4, 4)", DType.Float64)]
    [InlineData("good_model.h5", 3, "(4, 4)", DType.Float64)]
    [InlineData("missing_layer.h5", 2, "(4, 2)", DType.Float64)]
    [InlineData("extra_layer.h5", 4, "(4, 4)", DType.Float64)]
    [InlineData("wrong_shape.h5", 3, "(4, 5)", DType.Float64)]
    [InlineData("transposed.h5", 3, "(4, 4)", DType.Float64)]
    [InlineData("wrong_dtype_int.h5", 3, "(4, 4)", DType.Int32)]
    [InlineData("float32_values.h5", 3, "(4, 4)", DType.Float32)]
    [InlineData("float16_values.h5", 3, "(4, 4)", DType.Float16)]
    [InlineData("lzf.h5", 3, "(4, 4)", DType.Float64)]
    [InlineData("nan_weights.h5", 3, "(4, 4)", DType.Float64)]
    [InlineData("unknown_layer.h5", 3, "(4, 4)", DType.Float64)]
    public void Read_SoundFileThatMayNotFitTheModel_GivesWhatIsThere(string file, int layers, string secondKernel, DType dtype)
    {
        using ModelContents model = SavingReference.ReadLegacy(SavingReference.Bad(file));
        Assert.Equal(layers, model.Weights.Children.Count(l => l.Arrays.Count > 0));
        WeightArray kernel = model.Weights.Children[1].Arrays[0];
        Assert.Equal((secondKernel, dtype), (kernel.ShapeText, kernel.DType));
        Assert.Equal(file == "nan_weights.h5" ? 1 : 0, StoredArray.CountNonFinite(kernel.Data.ToBytes(), kernel.DType));
    }

    [Fact]
    public void Read_EveryH5FileOfBad_IsListedHere()
    {
        Assert.SkipWhen(ReferenceRoot.IsOther, "other reference data may have other files");
        string source =
            string.Join(' ',
            typeof(LegacyHdf5BadFileTests).GetMethods().SelectMany(m => m.GetCustomAttributes(typeof(InlineDataAttribute), false))
            .Cast<InlineDataAttribute>().Select(d => d.Data[0]));
        IEnumerable<string?> listed = SavingReference.Json(SavingReference.Bad("bad.json")).GetProperty("files").EnumerateArray()
            .Where(f => f.GetProperty("read_as").GetString() is "h5_weights" or "h5_model").Select(f => f.GetProperty("path").GetString());
        Assert.DoesNotContain(listed, path => !source.Contains(path!, StringComparison.Ordinal));
    }

    // Arrays are read when they are asked for, so damaged elements are found then.
    private static byte[][] ReadAll(string path)
    {
        using ModelContents contents = SavingReference.ReadLegacy(path);
        return [.. contents.Weights.AllArrays().Select(array => array.Data.ToBytes())];
    }

    private static void AssertRefused(Func<object> read, string file, string what, string also)
    {
        FileFormatException e = Assert.Throws<FileFormatException>(read);
        Assert.Contains(file, e.Message, StringComparison.Ordinal);
        Assert.Contains(what, e.Message, StringComparison.Ordinal);
        Assert.Contains(also, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', e.Message);
    }
}
