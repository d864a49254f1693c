using TfLbfgs.Cli.Data;
using TfLbfgs.Keras;
using TfLbfgs.Runtime;
using Xunit;
using TrainingData = TfLbfgs.Cli.Data.TrainingData;

namespace TfLbfgs.Tests.Cli.Commands;

public class PredictCommandTests : CommandTestBase
{
    [Fact]
    public void Predict_Refined_OnTheScaleOfTheTargets()
    {
        string model = SampleModels.Save(Folder.At("m.h5"), 10), refined = Folder.At("r.h5"), output = Folder.At("p.csv");
        CliRun refine = CliProgram.Run(
            "refine", model, "--data", Diabetes, "--target", "progression", "--standardize", "--max-iterations", "60", "--output", refined,
                "--json").Succeeded();
        CliRun run = CliProgram.Run("predict", refined, "--data", Diabetes, "--output", output, "--json").Succeeded();
        Assert.Equal(442, run.Number("rows"));
        Assert.Equal([output], run.Texts("files"));
        Assert.Equal("progression", File.ReadLines(output).First());

        // The mean squared error of the predictions is the loss times the variance of the targets.
        double[] truth = Column(Diabetes, 10), predicted = Column(output, 0);
        double scale = Scaling.Find(refined)!.Targets.Scale[0];
        double error = truth.Zip(predicted, (t, p) => (p - t) * (p - t)).Average();
        Assert.Equal(refine.Number("loss_after"), error / (scale * scale), 10);
    }

    [Fact]
    public void Predict_ColumnsInOtherOrderAndMore_TakenByName()
    {
        string model = SampleModels.Save(Folder.At("m.h5"), 2), refined = Folder.At("r.h5");
        string data = Text("d.csv", "a,b,y\n1,2,3\n2,5,7\n4,4,8\n3,9,12\n");
        CliProgram.Run("refine", model, "--data", data, "--target", "y", "--standardize", "--max-iterations", "9", "--output", refined)
            .Succeeded();
        CliProgram.Run("predict", refined, "--data", data, "--output", Folder.At("p1.csv")).Succeeded();
        CliRun run =
            CliProgram.Run("predict", refined, "--data", Text("e.csv", "b,id,a\n2,x,1\n5,y,2\n4,z,4\n9,w,3\n"), "--output",
            Folder.At("p2.csv"), "--json").Succeeded();
        Assert.Equal(File.ReadAllText(Folder.At("p1.csv")), File.ReadAllText(Folder.At("p2.csv")));
        Assert.Contains("'id'", Assert.Single(run.Texts("warnings")), StringComparison.Ordinal);
        CliProgram.Run("predict", refined, "--data", Text("f.csv", "a,c\n1,2\n"), "--output", Folder.At("p3.csv"))
            .Refused("'b'", "'a', 'c'");
        Assert.False(File.Exists(Folder.At("p3.csv")));
    }

    [Fact]
    public void Predict_NamesWithDelimiters_ChosenAndWrittenInQuotes()
    {
        string data = Text("d.csv", "\"a,1\",b,\"y|z\"\n1,2,3\n2,5,7\n4,4,8\n3,9,12\n"), output = Folder.At("p.csv");
        CliProgram.Run("refine", SampleModels.Save(Folder.At("m.h5"), 2), "--data", data, "--target", "y|z", "--input", "b,\"a,1\"",
            "--standardize", "--max-iterations", "9", "--output", Folder.At("r.h5")).Succeeded();
        CliRun run = CliProgram.Run(
            "predict", Folder.At("r.h5"), "--data", data, "--output", output, "--batch-size", "2147483647", "--json").Succeeded();
        Assert.Equal(["b", "a,1"], run.Texts("inputs"));
        Assert.Equal("\"y|z\"", File.ReadLines(output).First());
        CliProgram.Run("predict", Folder.At("r.h5"), "--data", output, "--output", Folder.At("q.csv")).Refused(
            "received the columns 'y|z'");
        CliProgram.Run("predict", Folder.At("r.h5"), "--data", data, "--output", output, "--ignore", "\"a").Refused(
            "--ignore", "a quote that ends the cell");
    }

    [Fact]
    public void Predict_WithoutScaling_AllColumnsButTargets()
    {
        string model = SampleModels.Save(Folder.At("m.h5"), 64, 10, "softmax", DType.Float32), output = Folder.At("p.csv");
        CliProgram.Run("predict", model, "--data", Digits, "--output", output).Refused("expected 64 input columns", "received 65");
        CliProgram.Run("predict", model, "--data", Digits, "--target", "digit", "--output", output).Succeeded();
        Assert.Equal(string.Join(',', Enumerable.Range(1, 10).Select(i => $"prediction_{i}")), File.ReadLines(output).First());

        using Model loaded = Model.Load(model);
        TrainingData data = TrainingData.Read(Digits, Targets("digit"), 0);
        using var x = data.Inputs.ToTensor(DType.Float32);
        using var y = loaded.Predict(x);
        Assert.Equal(y.ToDoubles(),
            File.ReadLines(output).Skip(1).SelectMany(line => line.Split(','))
            .Select(text => (double)float.Parse(text, System.Globalization.CultureInfo.InvariantCulture)));
    }
}
