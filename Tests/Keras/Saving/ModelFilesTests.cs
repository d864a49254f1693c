using System.IO.Compression;
using System.Text;
using TfLbfgs.Formats;
using TfLbfgs.Formats.Hdf5;
using TfLbfgs.Formats.TensorBundle;
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
        { "torchscript", Zip(("m/data.pkl", "x"), ("m/constants.pkl", "y")), "TorchScript" },
        { "old torch", [0x80, 2, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, (byte)'.'], "PyTorch" },
        { "pickle of an object", Encoding.UTF8.GetBytes("csklearn.pipeline\nPipeline\np0\n(dp1\n"), "pickle" },
        { "onnx", [8, 7, 18, 7, .. "pytorch"u8, 58, 4, 10, 2, 10, 0, 66, 2, 16, 13], "ONNX" },
        { "graph", [10, 9, 10, 1, (byte)'x', 18, 4, .. "Relu"u8, 34, 2, 8, 27], "FrozenGraph.Load" },
        { "saved_model.pb", [8, 1, 18, 4, 10, 2, 26, 0], "graph of a SavedModel" },
        { "keras_metadata.pb", [10, 29, 16, 0, 26, 4, .. "root"u8, 34, 19, .. "_tf_keras_sequential"u8[..19]],
            "description of a SavedModel" },
        { "meta", [10, 2, 10, 0, 18, 11, 10, 9, 10, 1, (byte)'x', 18, 4, .. "Relu"u8], "checkpoint of TensorFlow 1" },
        { "mlmodel", [8, 1, 18, 2, 10, 0, 0xa2, 0x1f, 2, 10, 0], "Core ML" },
        { "gguf", [.. "GGUF"u8, 3, 0, 0, 0], "GGUF" },
        { "yolo.weights", [0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, .. new byte[40]], "Darknet" },
        { "mat", Encoding.UTF8.GetBytes("MATLAB 5.0 MAT-file, Platform: GLNXA64"), "MATLAB" },
        { "png", [0x89, .. "PNG\r\n"u8, 0x1a, 10], "image" },
        { "pdf", Encoding.UTF8.GetBytes("%PDF-1.4\n"), "PDF" },
        { "7z", [(byte)'7', (byte)'z', 0xbc, 0xaf, 0x27, 0x1c], "7z" },
        { "events", [24, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 9, 0, 0, 0, 0, 0, 0, 0, 0, 26, 13, .. "brain.Event:2"u8, 1, 2, 3, 4],
            "TensorBoard" },
        { "yaml", Encoding.UTF8.GetBytes("backend: tensorflow\nclass_name: Sequential\nconfig:\n- class_name: Dense\n"), "YAML" },
        { "tfjs graph", Encoding.UTF8.GetBytes("{\"format\": \"graph-model\", \"modelTopology\": {\"node\": []}, \"weightsManifest\": []}"),
            "graph model of TensorFlow.js" },
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
        Assert.Contains("measurements", Assert.Throws<FileFormatException>(() => Model.Load(folder.File("data.h5"))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Load_FolderOrMissing_IsNamed()
    {
        using ScratchFolder folder = new();
        Assert.Contains("folder", Assert.Throws<FileFormatException>(() => Model.Load(folder.Path)).Message, StringComparison.Ordinal);
        Assert.Contains("no such file", Assert.Throws<FileFormatException>(() => Model.Load(folder.File("none.h5"))).Message,
            StringComparison.Ordinal);
        File.WriteAllBytes(folder.File("saved_model.pb"), [1]);
        Assert.Contains("saved_model.pb", Assert.Throws<FileFormatException>(() => Model.Load(folder.Path)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void LoadWeights_CheckpointOfNames_TakesThemByTheNamesOfLayers()
    {
        using ScratchFolder folder = new();
        using Sequential model =
            new("small") { new InputLayer([5, 3]), new Bidirectional(new LSTM(2), name: "both"), new Dense(2, name: "last") };
        model.Build();
        TensorBundleWriter writer = new();
        double[][] weights = model.GetWeights();
        string[] names =
            ["net/both/fw/forward_lstm/lstm_cell/kernel", "net/both/fw/forward_lstm/lstm_cell/recurrent_kernel",
            "net/both/fw/forward_lstm/lstm_cell/bias",
            "net/both/bw/backward_lstm/lstm_cell/kernel", "net/both/bw/backward_lstm/lstm_cell/recurrent_kernel",
                "net/both/bw/backward_lstm/lstm_cell/bias", "net/last/kernel", "net/last/bias"];
        foreach ((int i, string name) in names.Index())
        {
            StoredArray array =
                StoredArray.FromBytes(DType.Float32, model.Variables[i].Shape.ToArray(),
                weights[i].SelectMany(v => BitConverter.GetBytes((float)v)).ToArray());
            writer.Add(name, array);
            writer.Add($"{name}/Adam", array);
        }

        writer.Add("global_step", StoredArray.FromBytes(DType.Int64, [], new byte[8]));
        writer.Write(folder.File("old.ckpt"));
        model.SetWeights([.. weights.Select(w => new double[w.Length])]);
        Assert.Equal(8, model.LoadWeights(folder.File("old.ckpt")).LoadedCount);
        Assert.Equal(weights, model.GetWeights());
        using ModelFile file = ModelFile.Open(folder.File("old.ckpt.data-00000-of-00001"));
        Assert.Equal((8, 9), (file.Weights.Count, file.TrainingVariables.Count));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\"quantization\": {\"dtype\": \"uint8\", \"scale\": 0.5, \"min\": -1.0}, ")]
    public void Load_TensorFlowJs_HasArchitectureAndWeights(string quantization)
    {
        using ScratchFolder folder = new();
        string config =
            """{"class_name": "Sequential", "config": {"name": "s", "layers": [{"class_name": "Dense", "config": {"units": 2, "name": "d", "activation": "linear", "batch_input_shape": [null, 2], "dtype": "float32"}}]}}""";
        string weights =
            $$"""[{"name": "d/kernel", "shape": [2, 2], {{quantization}}"dtype": "float32"}, {"name": "d/bias", "shape": [2], {{quantization}}"dtype": "float32"}]""";
        File.WriteAllText(folder.File("model.json"),
            $$"""{"format": "layers-model", "modelTopology": {"keras_version": "2.4.0", "model_config": {{config}}}, "weightsManifest": [{"paths": ["./group1-shard1of2.bin", "group1-shard2of2.bin"], "weights": {{weights}}}]}""");
        byte[] bytes = quantization.Length > 0
            ? [0, 1, 2, 3, 4, 6] : [.. new float[] { -1, -0.5f, 0, 0.5f, 1, 2 }.SelectMany(BitConverter.GetBytes)];
        File.WriteAllBytes(folder.File("group1-shard1of2.bin"), bytes[..5]);
        Assert.Contains("group1-shard2of2.bin", Assert.Throws<FileFormatException>(() => Model.Load(folder.File("model.json"))).Message,
            StringComparison.Ordinal);
        File.WriteAllBytes(folder.File("group1-shard2of2.bin"), bytes[5..]);
        using Model model = Model.Load(folder.File("model.json"));
        Assert.Equal([[-1, -0.5, 0, 0.5], [1, 2]], model.GetWeights());
        Assert.Contains("a part of model.json",
            Assert.Throws<FileFormatException>(() => Model.Load(folder.File("group1-shard1of2.bin"))).Message, StringComparison.Ordinal);
        File.WriteAllBytes(folder.File("group1-shard2of2.bin"), bytes);
        Assert.Contains("bytes in the files", Assert.Throws<FileFormatException>(() => Model.Load(folder.File("model.json"))).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [Trait("Category", "Reference")]
    [InlineData("saved_model_no_variables", "variables")]
    [InlineData("saved_model_no_shard", "data-00000-of-00001")]
    [InlineData("saved_model_no_pb", "saved_model.pb")]
    [InlineData("saved_model_truncated_pb", "no whole graph")]
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
    public void Load_JsonWithWeightsNextToIt_HasBoth()
    {
        using ScratchFolder folder = new();
        using Sequential model = Small();
        List<string> warnings = [];
        string json = TfLbfgs.Keras.Saving.Config.ModelConfigWriter.Write(model, warnings);
        File.WriteAllText(folder.File("net.json"), json);
        Assert.Contains("net.weights.h5", Assert.Throws<FileFormatException>(() => Model.Load(folder.File("net.json"))).Message,
            StringComparison.Ordinal);
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
        foreach ((string name, bool whole) in ((string, bool)[])[("m.weights.h5", true), ("m.keras", false), ("m.txt", true),
            ("m.txt", false)])
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
        Assert.Contains("checksum", Assert.Throws<FileFormatException>(() => model.LoadWeights(folder.File("m.keras"))).Message,
            StringComparison.Ordinal);
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
            file.TryAddArray($"_layer_checkpoint_dependencies/dense{(i < 2 ? "" : "_2")}/vars/{i % 2}",
                StoredArray.FromBytes(DType.Float32, model.Variables[i].Shape.ToArray(), bytes));
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

    [Fact]
    public void Load_NamesAndCodeThatAreNotKnown_AreAllNamedAtOnce()
    {
        const string Json = """
            {"class_name": "Sequential", "keras_version": "2.3.1", "config": {"name": "s", "layers": [
              {"class_name": "TimeDistributed", "config": {"name": "t", "layer": {"class_name": "Quux", "config": {"name": "q"}}}},
              {"class_name": "Dense", "config": {"name": "d", "units": 2, "activation": "wiggle", "kernel_initializer": {"class_name": "MyInit", "config": {}}}},
              {"class_name": "Lambda", "config": {"name": "square", "function": "square"}},
              {"class_name": "Lambda", "config": {"name": "given", "function": "halve"}},
              {"class_name": "RNN", "config": {"name": "r", "cell": {"class_name": "MyCell", "config": {"name": "c"}}}}]}}
            """;
        ModelConfigException e =
            Assert.Throws<ModelConfigException>(() => Model.FromJson(Json, new LoadOptions { Lambdas = { ["halve"] = x => 0.5 * x } }));
        foreach (string part in (string[])["layer classes 'Quux', 'MyCell'", "activation 'wiggle'", "initializer 'MyInit'",
            "the Lambda layer 'square' holds Python code", "[\"square\"] = x"])
            Assert.Contains(part, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("'given'", e.Message, StringComparison.Ordinal);
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
