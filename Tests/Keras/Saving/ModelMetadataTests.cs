using TfLbfgs.Keras;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Keras.Saving;
using TfLbfgs.Tests.Native.Loading;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Keras.Saving;

public class ModelMetadataTests : LeakChecked
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("m.h5")]
    [InlineData("m.keras")]
    public void Save_Load_TextsStayWithTheModel(string name)
    {
        string path = _folder.At(name), again = _folder.At("again-" + name), text = "größe \"x\"\n" + new string('x', 200_000);
        using (Sequential model = NewModel())
        {
            model.Metadata["user.long"] = text;
            model.Metadata["empty"] = "";
            model.Save(path);
        }

        using (Model loaded = Model.Load(path))
        {
            Assert.Equal(["empty", "user.long"], loaded.Metadata.Keys);
            Assert.Equal(text, loaded.Metadata["user.long"]);
            loaded.Metadata.Remove("empty");
            loaded.Save(again);
        }

        using ModelFile file = ModelFile.Open(again);
        Assert.Equal(text, Assert.Single(file.Metadata).Value);
    }

    [Theory]
    [InlineData("m.h5")]
    [InlineData("m.keras")]
    public void Save_WithoutTexts_NoTrace(string name)
    {
        using Sequential model = NewModel();
        model.Save(_folder.At(name));
        Assert.DoesNotContain("tflbfgs_metadata", File.ReadAllText(_folder.At(name), System.Text.Encoding.Latin1),
            StringComparison.Ordinal);
    }

    [Theory]
    [Trait("Category", "Peers")]
    [InlineData("m.h5", "2")]
    [InlineData("m.h5", "3")]
    [InlineData("m.keras", "3")]
    public void Save_WithTexts_KerasOpensIt(string name, string generation)
    {
        using Sequential model = NewModel();
        model.Metadata["scaling"] = new string('s', 100_000);
        model.Save(_folder.At(name));
        string output = Peers.Run(
            """
            import os, sys
            if sys.argv[2] == "2":
                os.environ["TF_USE_LEGACY_KERAS"] = "1"
                import tf_keras as keras
            else:
                import keras
            print(keras.models.load_model(sys.argv[1], compile=False).count_params())
            """,
            _folder.At(name), generation);
        Assert.EndsWith("\n9", "\n" + output.Trim(), StringComparison.Ordinal);
    }

    protected override void Dispose(bool disposing)
    {
        _folder.Dispose();
        base.Dispose(disposing);
    }

    private static Sequential NewModel()
    {
        Sequential model = [new InputLayer([2]), new Dense(3)];
        model.Build();
        return model;
    }
}
