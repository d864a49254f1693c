using System.IO.Compression;
using System.Text;
using TfLbfgs.Formats;
using TfLbfgs.Formats.Hdf5;
using TfLbfgs.Keras;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Keras.Saving;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Runtime;
using TfLbfgs.Tests.Saving;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Keras.Saving;

/// <summary>Files are known by their content, not by their names, and what is no model is named as what it is.</summary>
public class ModelFilesTests : LeakChecked
{
    public static TheoryData<string, byte[], string> NoModels => new()
    {
        { "empty", [], "empty" },
        { "lfs", Encoding.UTF8.GetBytes("version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"), "Git LFS" },
        { "html", Encoding.UTF8.GetBytes("<!DOCTYPE html>\n<html><head><title>Not found</title></head></html>"), "HTML" },
        { "pickle", [0x80, 4, 0x95, 10, 0, 0, 0, 0, 0, 0, 0, (byte)'}', 0x94, (byte)'.'], "pickle" },
        { "old pickle", Encoding.UTF8.GetBytes("(dp0\nS'a'\np1\nI1\ns."), "pickle" },
        { "npy", [0x93, .. "NUMPY"u8, 1, 0, 118, 0, .. "{'descr': '<f4'}"u8], "NumPy" },
        { "gzip", [0x1f, 0x8b, 8, 0, 0, 0, 0, 0], "gzip" },
        { "tflite", [28, 0, 0, 0, .. "TFL3"u8, 0, 0, 0, 0], "TensorFlow Lite" },
        { "safetensors", [16, 0, 0, 0, 0, 0, 0, 0, .. "{\"a\":{\"dtype\":1}"u8], "safetensors" },
        { "text", Encoding.UTF8.GetBytes("a,b,c\n1,2,3\n"), "text" },
        { "json", Encoding.UTF8.GetBytes("{\"loss\": [1, 2]}"), "no architecture" },
        { "noise", [7, 3, 0, 1, 9, 9, 9, 200], "unknown format" },
        { "pytorch", Zip(("archive/data.pkl", "x"), ("archive/data/0", "y")), "PyTorch" },
        { "npz", Zip(("arr_0.npy", "x")), "no array of NumPy" },
        { "docx", Zip(("[Content_Types].xml", "x"), ("word/document.xml", "y")), "word/document.xml" },
        { "zip of nothing", [.. "PK\x05\x06"u8, .. new byte[18]], "nothing" },
    };

    [Theory]
    [MemberData(nameof(NoModels))]
    public void Load_NoModel_IsNamedAsWhatItIs(string name, byte[] content, string said)
    {
        using ScratchFolder folder = new();
        foreach (string extension in (string[])["h5", "keras"])
        {
            string path = folder.File($"{name}.{extension}");
            File.WriteAllBytes(path, content);
            foreach (Action load in (Action[])[() => Model.Load(path).Dispose(), () => ModelFiles.ReadWeights(path).Dispose()])
            {
                FileFormatException e = Assert.Throws<FileFormatException>(load);
                Assert.Contains(said, e.Message, StringComparison.Ordinal);
                Assert.StartsWith(path, e.Message, StringComparison.Ordinal);
                Assert.DoesNotContain('\n', e.Message);
            }
        }
    }

    [Fact]
    public void Load_OtherHdf5Data_AreNamed()
    {
        using ScratchFolder folder = new();
        Hdf5GroupBuilder file = new();
        Assert.True(file.TryAddArray("measurements/x", StoredArray.FromBytes(DType.Float32, [2], new byte[8])));
        using (FileStream stream = File.Create(folder.File("data.h5")))
            file.WriteTo(stream);
        Assert.Contains("measurements", Assert.Throws<FileFormatException>(() => Model.Load(folder.File("data.h5"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_FolderOrMissing_IsNamed()
    {
        using ScratchFolder folder = new();
        Assert.Contains("folder", Assert.Throws<FileFormatException>(() => Model.Load(folder.Path)).Message, StringComparison.Ordinal);
        Assert.Contains("no such file", Assert.Throws<FileFormatException>(() => Model.Load(folder.File("none.h5"))).Message, StringComparison.Ordinal);
        File.WriteAllBytes(folder.File("saved_model.pb"), [1]);
        Assert.Contains("saved_model.pb", Assert.Throws<FileFormatException>(() => Model.Load(folder.Path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [Trait("Category", "Reference")]
    [InlineData("saved_model_no_variables", "variables")]
    [InlineData("saved_model_no_shard", "data-00000-of-00001")]
    [InlineData("saved_model_no_pb", "saved_model.pb")]
    public void Load_DamagedSavedModel_SaysWhat(string name, string said)
    {
        FileFormatException e = Assert.Throws<FileFormatException>(() => Model.Load(ReferenceRoot.Require("keras", "bad", name)));
        Assert.Contains(said, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("out.keras", "named.h5")]
    [InlineData("out.h5", "named.keras")]
    [InlineData("out.h5", "named")]
    public void Load_FileUnderAnotherName_IsKnownByItsContent(string written, string named)
    {
        using ScratchFolder folder = new();
        using Sequential model = Small();
        model.Save(folder.File(written));
        File.Move(folder.File(written), folder.File(named));
        using Model again = Model.Load(folder.File(named));
        Assert.Equal(model.GetWeights(), again.GetWeights());
    }

    [Fact]
    public void Load_JsonWithWeightsBesideIt_HasBoth()
    {
        using ScratchFolder folder = new();
        using Sequential model = Small();
        List<string> warnings = [];
        string json = TfLbfgs.Keras.Saving.Config.ModelConfigWriter.Write(model, warnings);
        File.WriteAllText(folder.File("net.json"), json);
        Assert.Contains("net.weights.h5", Assert.Throws<FileFormatException>(() => Model.Load(folder.File("net.json"))).Message, StringComparison.Ordinal);
        model.SaveWeights(folder.File("net.weights.h5"));
        using Model again = Model.Load(folder.File("net.json"));
        Assert.Equal(model.GetWeights(), again.GetWeights());
        using Model fresh = Model.FromJson(json);
        Assert.Equal(model.Variables.Select(v => v.ToString()), fresh.Variables.Select(v => v.ToString()));
    }

    [Fact]
    public void Save_NameOfTheWrongKind_IsRefused()
    {
        using ScratchFolder folder = new();
        using Sequential model = Small();
        foreach ((string name, bool whole) in ((string, bool)[])[("m.weights.h5", true), ("m.keras", false), ("m.txt", true), ("m.txt", false)])
            Assert.Throws<TfLbfgsException>(() => whole ? model.Save(folder.File(name)) : model.SaveWeights(folder.File(name)));
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void LoadWeights_DamagedLastWeight_ChangesNothing()
    {
        using ScratchFolder folder = new();
        using Sequential model = Small();
        model.Save(folder.File("m.keras"));
        double[][] before = model.GetWeights();
        byte[] bytes = File.ReadAllBytes(folder.File("m.keras"));
        byte[] last = BitConverter.GetBytes((float)model.GetWeights()[0][0]);
        int at = bytes.AsSpan().IndexOf(last);
        Assert.True(at > 0);
        bytes[at] ^= 1;
        File.WriteAllBytes(folder.File("m.keras"), bytes);
        Assert.Contains("checksum", Assert.Throws<FileFormatException>(() => model.LoadWeights(folder.File("m.keras"))).Message, StringComparison.Ordinal);
        Assert.Equal(before, model.GetWeights());
    }

    [Fact]
    public void LoadWeights_LayersInAnotherTree_AreFoundByClassAndOrderAndReported()
    {
        using ScratchFolder folder = new();
        using Sequential model = Small();
        Hdf5GroupBuilder file = new();
        file.TryAddGroup("vars");
        // As Keras 2.12 to 2.15 wrote: each layer with weights stands twice in the list, so every second number is left out.
        foreach ((int i, double[] values) in model.GetWeights().Index())
        {
            byte[] bytes = [.. values.SelectMany(v => BitConverter.GetBytes((float)v))];
            file.TryAddArray($"_layer_checkpoint_dependencies/dense{(i < 2 ? "" : "_2")}/vars/{i % 2}", StoredArray.FromBytes(DType.Float32, model.Variables[i].Shape.ToArray(), bytes));
        }

        using (FileStream stream = File.Create(folder.File("old.weights.h5")))
            file.WriteTo(stream);
        double[][] before = model.GetWeights();
        model.SetWeights([.. before.Select(w => new double[w.Length])]);
        Assert.Equal(4, model.LoadWeights(folder.File("old.weights.h5")).LoadedCount);
        Assert.Equal(before, model.GetWeights());
    }

    [Fact]
    public void Load_UnknownLayers_AreAllNamedAtOnce()
    {
        const string Json = """
            {"class_name": "Sequential", "keras_version": "2.1.6", "config": [
              {"class_name": "Quux", "config": {"name": "a"}},
              {"class_name": "Dense", "config": {"name": "b", "units": 2}},
              {"class_name": "Frob", "config": {"name": "c"}}]}
            """;
        ModelConfigException e = Assert.Throws<ModelConfigException>(() => Model.FromJson(Json));
        Assert.Contains("'Quux', 'Frob'", e.Message, StringComparison.Ordinal);
    }

    private static Sequential Small()
    {
        Sequential model = new("small") { new InputLayer([3]), new Dense(4, "tanh"), new Dense(2) };
        model.Build();
        return model;
    }

    private static byte[] Zip(params (string Name, string Text)[] members)
    {
        using MemoryStream stream = new();
        using (ZipArchive archive = new(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach ((string name, string text) in members)
            {
                using Stream member = archive.CreateEntry(name).Open();
                member.Write(Encoding.UTF8.GetBytes(text));
            }
        }

        return stream.ToArray();
    }
}
