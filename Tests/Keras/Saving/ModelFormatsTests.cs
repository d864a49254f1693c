using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using TfLbfgs.Formats;
using TfLbfgs.IO;
using TfLbfgs.Keras;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Keras.Saving;
using TfLbfgs.Runtime;
using TfLbfgs.Tests.Saving;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Keras.Saving;

/// <summary>A format of one's own is read by content, written by name, converted and inspected as those of the library are.</summary>
public sealed class ModelFormatsTests : LeakChecked
{
    [Theory]
    [InlineData(WeightNaming.Layers)]
    [InlineData(WeightNaming.Objects)]
    [InlineData(WeightNaming.Names)]
    [InlineData(WeightNaming.Positions)]
    [InlineData(WeightNaming.Variables)]
    public void Register_OwnFormat_DoesWhatThoseOfTheLibraryDo(WeightNaming naming)
    {
        TextFormat format = new(naming);
        using ScratchFolder folder = new();
        using Sequential model = Small();
        Assert.Throws<TfLbfgsException>(() => model.Save(folder.File("m.model.txt")));
        ModelFormats.Register(format);
        try
        {
            SaveReport written = model.Save(folder.File("m.model.txt"));
            Assert.Equal(("model as text", model.Variables.Count), (written.Format, written.VariableCount));
            File.Move(folder.File("m.model.txt"), folder.File("named.h5"));
            using (Model again = Model.Load(folder.File("named.h5")))
                Assert.Equal(model.GetWeights(), again.GetWeights());
            using (ModelFile file = ModelFile.Open(folder.File("named.h5")))
                Assert.Equal(("model as text", model.Variables.Count), (file.Format, file.Weights.Count));

            ModelConversion.Convert(folder.File("named.h5"), folder.File("m.keras"));
            using (Model converted = Model.Load(folder.File("m.keras")))
                Assert.Equal(model.GetWeights(), converted.GetWeights());

            model.SaveWeights(folder.File("w.model.txt"));
            double[][] weights = model.GetWeights();
            model.SetWeights([.. weights.Select(w => new double[w.Length])]);
            Assert.Equal(weights.Length, model.LoadWeights(folder.File("w.model.txt")).LoadedCount);
            Assert.Equal(weights, model.GetWeights());
        }
        finally
        {
            ModelFormats.Unregister(format);
        }

        Assert.Contains("text", Assert.Throws<FileFormatException>(() => Model.Load(folder.File("named.h5"))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Unregister_FormatOfTheLibrary_ChangesNothing()
    {
        int count = ModelFormats.All.Count;
        ModelFormats.Unregister(ModelFormats.All[0]);
        Assert.Equal(count, ModelFormats.All.Count);
    }

    private static Sequential Small()
    {
        Sequential model = new("small") { new InputLayer([4, 3]), new Dense(4, "tanh"), new Bidirectional(new LSTM(2)), new Dense(2) };
        model.Build();
        return model;
    }

    /// <summary>
    /// A line that says so, the architecture, and each weight with its path, type, shape and bytes, by public members alone.
    /// </summary>
    private sealed class TextFormat(WeightNaming naming) : IWritableModelFormat
    {
        private const string FirstLine = "# model as text";

        public string Name => "model as text";

        public bool HoldsModels => true;

        public bool HoldsWeightsAlone => true;

        public WeightNaming Naming => naming;

        public bool Matches(string path) => path.EndsWith(".model.txt", StringComparison.Ordinal);

        public ModelContents? TryRead(ModelSource source)
        {
            if (source.Kind != FileKind.Text || File.ReadLines(source.Path).First() != FirstLine)
                return null;
            string[] lines = File.ReadAllLines(source.Path);
            WeightNode root = new("");
            foreach (JsonElement weight in lines.Skip(2).Select(line => JsonDocument.Parse(line).RootElement))
            {
                WeightNode node = root;
                foreach (JsonElement part in weight.GetProperty("path").EnumerateArray())
                    node = node.Child(part.GetString()!);
                StoredArray data = StoredArray.FromBytes(
                    Enum.Parse<DType>(weight.GetProperty("dtype").GetString()!),
                        [.. weight.GetProperty("shape").EnumerateArray().Select(axis => axis.GetInt64())],
                    weight.GetProperty("data").GetBytesFromBase64());
                node.Arrays.Add(new WeightArray(weight.GetProperty("name").GetString()!, data));
            }

            return new ModelContents
            {
                FormatName = Name,
                Naming = naming,
                ConfigJson = lines[1].Length > 0 ? lines[1] : null,
                KerasVersion = "3.0.0",
                Weights = root
            };
        }

        public void Write(string path, ModelContents contents, SaveOptions options)
        {
            StringBuilder text = new($"{FirstLine}\n{contents.ConfigJson}\n");
            Add(contents.Weights, []);
            AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text.ToString())));

            void Add(WeightNode node, string[] place)
            {
                foreach (WeightArray array in node.Arrays)
                {
                    JsonObject line = new()
                    {
                        ["path"] = new JsonArray([.. place.Select(part => (JsonNode)part)]),
                        ["name"] = array.Name,
                        ["dtype"] = array.DType.ToString(),
                        ["shape"] = new JsonArray([.. array.Shape.Select(axis => (JsonNode)axis)]),
                        ["data"] = Convert.ToBase64String(array.Data.ToBytes()),
                    };
                    text.Append(line.ToJsonString()).Append('\n');
                }

                foreach (WeightNode child in node.Children)
                    Add(child, [.. place, child.Name]);
            }
        }
    }
}
