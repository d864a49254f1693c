using TfLbfgs.Cli.Data;
using TfLbfgs.Keras;
using Xunit;

namespace TfLbfgs.Tests.Cli.Commands;

/// <summary>A model and its scaling are one, also when the file is moved or copied.</summary>
public class ScalingOfModelTests : CommandTestBase
{
    private const string Data = "a,b,y\n1,200,3000\n2,500,7000\n4,400,8000\n3,900,12000\n";

    [Theory]
    [InlineData("s.h5")]
    [InlineData("s.keras")]
    public void Predict_ModelThatWasLinkedCopiedOrMoved_KeepsItsScaling(string name)
    {
        string model = Refine(name, "--standardize"), data = Folder.At("d.csv");
        string expected = Predict(model, data);
        File.CreateSymbolicLink(Folder.At("link-" + name), model);
        File.Copy(model, Folder.At("copy-" + name));
        Assert.Equal(expected, Predict(Folder.At("link-" + name), data));
        Assert.Equal(expected, Predict(Folder.At("copy-" + name), data));
        File.Move(model, Folder.At("moved-" + name));
        Assert.Equal(expected, Predict(Folder.At("moved-" + name), data));
        CliRun again = CliProgram.Run(
            "refine", Folder.At("copy-" + name), "--data", data, "--target", "y", "--max-iterations", "1", "--output",
                Folder.At("again.h5"), "--json").Succeeded();
        Assert.InRange(again.Number("loss_before"), 0, 10);
        CliProgram.Run("convert", Folder.At("copy-" + name), Folder.At("converted.keras")).Succeeded();
        Assert.Equal(expected, Predict(Folder.At("converted.keras"), data));
        using Model loaded = Model.Load(Folder.At("copy-" + name));
        Assert.Contains(loaded.Metadata, entry => entry.Key == "tflbfgs.scaling");
    }

    [Fact]
    public void Refine_OutputThatIsALink_WritesTheScalingNextToTheFile()
    {
        Directory.CreateDirectory(Folder.At("store"));
        File.WriteAllText(Folder.At("store", "v1.h5"), "");
        File.CreateSymbolicLink(Folder.At("latest.h5"), Folder.At("store", "v1.h5"));
        Refine("latest.h5", "--standardize");
        Assert.True(File.Exists(Folder.At("store", "v1.h5.scaling.json")));
        Assert.False(File.Exists(Folder.At("latest.h5.scaling.json")));
        Assert.Equal(Predict(Folder.At("latest.h5"), Folder.At("d.csv")), Predict(Folder.At("store", "v1.h5"), Folder.At("d.csv")));
    }

    [Theory]
    [InlineData("--standardize")]
    [InlineData("--max-evaluations", "9")]
    public void Predict_ScalingFileOfAnotherModel_Refused(params string[] options)
    {
        // What a kill between two renames left: a new model next to the scaling of the former one.
        string model = Refine("o.h5", options);
        Text("o.h5.scaling.json", new Scaling(new ColumnScaling(["a", "b"], [9, 9], [9, 9]), new ColumnScaling(["y"], [9], [9])).ToJson());
        CliProgram.Run("predict", model, "--data", Folder.At("d.csv"), "--output", Folder.At("p.csv"))
            .Refused("o.h5.scaling.json", "remove it");
        CliProgram.Run("refine", model, "--data", Folder.At("d.csv"), "--target", "y", "--output", Folder.At("q.h5")).Refused("remove it");
        Assert.False(File.Exists(Folder.At("p.csv")));
    }

    [Fact]
    public void Predict_ModelWithoutAScalingOfItsOwn_TakesTheFile()
    {
        string model = SampleModels.Save(Folder.At("k.h5"), 2), data = Text("d.csv", Data);
        Text("k.h5.scaling.json",
            new Scaling(new ColumnScaling(["a", "b"], [2, 500], [1, 300]), new ColumnScaling(["y"], [7500], [3000])).ToJson());
        double[] scaled =
            [.. Predict(model, data)
            .Split('\n')[1..^1].Select(line => double.Parse(line, System.Globalization.CultureInfo.InvariantCulture))];
        Assert.All(scaled, value => Assert.InRange(value, 0, 15000));
        File.Delete(Folder.At("k.h5.scaling.json"));
        Directory.CreateDirectory(Folder.At("k.h5.scaling.json"));
        CliProgram.Run("predict", model, "--data", data, "--target", "y", "--output", Folder.At("p.csv")).Refused("a folder");
        Directory.Delete(Folder.At("k.h5.scaling.json"));
        File.CreateSymbolicLink(Folder.At("k.h5.scaling.json"), Folder.At("nothing"));
        CliProgram.Run("predict", model, "--data", data, "--target", "y", "--output", Folder.At("p.csv"))
            .Refused("a link that leads to nothing");
    }

    private string Refine(string output, params string[] options)
    {
        string model = SampleModels.Save(Folder.At("m.h5"), 2);
        CliProgram.Run(
            ["refine", model, "--data", Text("d.csv", Data), "--target", "y", "--max-iterations", "9", "--output", Folder.At(output),
            .. options]).Succeeded();
        return Folder.At(output);
    }

    private string Predict(string model, string data)
    {
        CliProgram.Run("predict", model, "--data", data, "--target", "y", "--output", Folder.At("p.csv")).Succeeded();
        return File.ReadAllText(Folder.At("p.csv"));
    }
}
