using TfLbfgs.Keras;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Keras.Saving;
using TfLbfgs.Runtime;
using TfLbfgs.SavedModels;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Saving;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Keras.Saving;

[Trait("Category", "Reference")]
public class ModelConversionTests : LeakChecked
{
    [Fact]
    public void Convert_EachFormatOfOneModel_HasTheSameWeights()
    {
        using ScratchFolder folder = new();
        string source = KerasCases.PathOf("k2_nested", "model.h5");
        using Model model = Model.Load(source);
        double[][] weights = model.GetWeights();
        string last = source;
        foreach (string name in (string[])["a.keras", "b.h5", "c.weights.h5", "d.weights.json", "e.ckpt", "f.npz"])
        {
            ModelConversion.Convert(last, folder.File(name), model: name[0] > 'c' ? source : null);
            model.SetWeights([.. weights.Select(w => new double[w.Length])]);
            model.LoadWeights(folder.File(name));
            Assert.Equal(weights, model.GetWeights());
            last = folder.File(name);
        }
    }

    [Fact]
    public void Convert_ToAFolder_WritesASavedModel()
    {
        using ScratchFolder folder = new();
        string source = KerasCases.PathOf("k2_trained_adam", "model.h5"), exported = folder.File("exported");
        SaveReport report = ModelConversion.Convert(source, exported + "/");
        Assert.Equal(["the compile settings", "the state of the optimizer"], report.Warnings.Select(warning => warning.Split(':')[0]));
        using Model model = Model.Load(source), again = Model.Load(exported);
        Assert.Equal(model.GetWeights(), again.GetWeights());
        using (SavedModelBundle bundle = SavedModelBundle.Load(exported))
            Assert.Contains("serving_default", bundle.Signatures.Keys);
        Assert.Contains("Give a whole model", Assert.Throws<TfLbfgsException>(() =>
            ModelConversion.Convert(KerasCases.PathOf("k2_trained_adam", "weights.h5"), folder.File("other/"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Convert_WeightsOfOneNaming_NeedNoArchitecture()
    {
        using ScratchFolder folder = new();
        SaveReport report =
            ModelConversion.Convert(KerasCases.PathOf("k3_trained_adam", "model.weights.h5"), folder.File("w.weights.json"),
            save: new SaveOptions { MaxShardBytes = 300 });
        Assert.Contains("the state of the optimizer", Assert.Single(report.Warnings), StringComparison.Ordinal);
        Assert.True(Directory.GetFiles(folder.Path, "w_*.weights.h5").Length > 1);
        using Model model = Model.Load(KerasCases.PathOf("k3_trained_adam", "model.keras"));
        Assert.Equal(model.Variables.Count, model.LoadWeights(folder.File("w.weights.json")).LoadedCount);
    }

    [Fact]
    public void Convert_Float32_RoundsTheWeights()
    {
        using ScratchFolder folder = new();
        ModelConversion.Convert(KerasCases.PathOf("k2_blog_mlp", "model.h5"), folder.File("m.keras"),
            load: new LoadOptions { DType = DType.Float32 });
        using Model model = Model.Load(folder.File("m.keras"));
        Assert.Equal(DType.Float32, model.DType);
    }

    [Theory]
    [InlineData("a.h5")]
    [InlineData("a.keras")]
    public void Convert_ModelWithoutWeights_KeepsItsLayers(string name)
    {
        using ScratchFolder folder = new();
        using (Model model = new Sequential { new InputLayer([4]), new Reshape([2, 2]) })
            model.Save(folder.File("source.keras"));
        ModelConversion.Convert(folder.File("source.keras"), folder.File(name));
        using Model converted = Model.Load(folder.File(name));
        Assert.Equal(Shape.Create([-1, 2, 2]), converted.OutputShape);
    }
}
