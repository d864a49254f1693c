using TfLbfgs.Cli.Data;
using TfLbfgs.Keras;
using TfLbfgs.Runtime;
using Xunit;
using TrainingData = TfLbfgs.Cli.Data.TrainingData;

namespace TfLbfgs.Tests.Cli.Commands;

public class RefineCommandTests : CommandTestBase
{
    [Fact]
    public void Refine_Diabetes_StandardizedAndValidated()
    {
        string model = SampleModels.Save(Folder.At("m.h5"), 10), output = Folder.At("o.h5");
        CliRun run = CliProgram.Run(
            "refine", model, "--data", Diabetes, "--target", "progression", "--loss", "mse", "--standardize", "--validation-split", "0.2",
                "--max-iterations", "40", "--output", output, "--json").Succeeded();
        Assert.Equal(354, run.Number("rows"));
        Assert.Equal(88, run.Number("validation_rows"));
        Assert.Equal([output, output + ".scaling.json"], run.Texts("files"));
        Assert.True(run.Number("loss_after") < run.Number("loss_before"));
        Assert.Equal(0, run.Number("regularization_after"));
        Assert.Equal(run.Number("loss_after"), run.Number("data_loss_after"), 12);
        Assert.Equal(["m.h5", "o.h5", "o.h5.scaling.json"], Files());

        // The file holds what was reported: the losses again, from the file.
        TrainingData data = TrainingData.Read(Diabetes, Targets("progression"), 0.2).Apply(Scaling.Find(output)!);
        Assert.Equal(run.Number("loss_after"), Loss(output, "mse", data.Inputs, data.Targets), 12);
        Assert.Equal(run.Number("validation_loss_after"), Loss(output, "mse", data.ValidationInputs, data.ValidationTargets), 12);
        Assert.Equal(run.Number("validation_loss_before"), Loss(model, "mse", data.ValidationInputs, data.ValidationTargets), 12);
        Assert.Equal(0, data.Targets.Values.Average(), 12);
        Assert.Equal(1, data.Targets.Values.Average(v => v * v), 12);
    }

    [Fact]
    public void Refine_ValidationPatience_SavesTheBestValidationPoint()
    {
        string model = SampleModels.Save(Folder.At("m.h5"), 10), output = Folder.At("o.h5"), csv = Folder.At("run.csv"),
            plot = Folder.At("loss.svg");
        CliRun run = CliProgram.Run(
            "refine", model, "--data", Diabetes, "--target", "progression", "--standardize", "--validation-split", "0.2",
                "--validation-patience", "5", "--validation-interval", "2",
            "--csv", csv, "--plot", plot, "--output", output, "--json").Succeeded();
        Assert.Equal("no_improvement", run.Json.GetProperty("reason").GetString());
        double[] validation =
            [.. File.ReadLines(csv).Skip(1).Select(line => line.Split(',')[7]).Where(cell => cell.Length > 0)
            .Select(cell => double.Parse(cell, System.Globalization.CultureInfo.InvariantCulture))];
        Assert.Equal(validation.Min(), run.Number("validation_loss_after"), 12);
        Assert.Equal(validation[0], run.Number("validation_loss_before"), 12);
        Assert.Equal(5, validation.Length - 1 - Array.IndexOf(validation, validation.Min()));
        Assert.Contains("where the validation loss was lowest", run.Output, StringComparison.Ordinal);
        Assert.Equal([output, output + ".scaling.json", csv, plot], run.Texts("files"));
        TrainingData data = TrainingData.Read(Diabetes, Targets("progression"), 0.2).Apply(Scaling.Find(output)!);
        Assert.Equal(validation.Min(), Loss(output, "mse", data.ValidationInputs, data.ValidationTargets), 12);
    }

    [Fact]
    public void Refine_BreastCancer_TargetsStay()
    {
        string model = SampleModels.Save(Folder.At("m.h5"), 30, 1, "sigmoid"), output = Folder.At("o.h5");
        CliRun run = CliProgram.Run(
            "refine", model, "--data", BreastCancer, "--target", "benign", "--loss", "binary_crossentropy", "--standardize",
                "--max-iterations", "40", "--output", output, "--json").Succeeded();
        Assert.True(run.Number("loss_after") < 0.1);
        Assert.False(run.Json.TryGetProperty("validation_loss_after", out _));
        Assert.False(Scaling.Find(output)!.Targets.ChangesValues);
    }

    [Fact]
    public void Refine_Digits_SparseFloat32Xla()
    {
        string model = SampleModels.Save(Folder.At("m.h5"), 64, 10, "softmax", DType.Float32), output = Folder.At("o.h5");
        CliRun run = CliProgram.Run(
            "refine", model, "--data", Digits, "--target", "digit", "--loss", "sparse_categorical_crossentropy", "--max-iterations", "20",
                "--xla", "--output", output, "--json").Succeeded();
        Assert.True(run.Number("loss_after") < run.Number("loss_before") / 2);
        Assert.Contains("XLA compiles", run.Output, StringComparison.Ordinal);
        Assert.Equal("float32", run.Json.GetProperty("dtype").GetString());
        Assert.Equal(["m.h5", "o.h5"], Files());
    }

    [Fact]
    public void Refine_ComputedInFloat64_WrittenAsFloat32()
    {
        string model = SampleModels.Save(Folder.At("m.h5"), 10, dtype: DType.Float32), output = Folder.At("o.h5");
        CliRun run = CliProgram.Run(
            "refine", model, "--data", Diabetes, "--target", "progression", "--standardize", "--validation-split", "0.2", "--compute-dtype",
                "float64", "--max-iterations", "20", "--output", output, "--json").Succeeded();
        Assert.True(run.Number("loss_after") < 0.8 * run.Number("loss_before"));
        Assert.True(run.Number("validation_loss_after") > 0);
        using Model saved = Model.Load(output);
        Assert.Equal(DType.Float32, saved.DType);
    }

    [Fact]
    public void Refine_Float64OfFloat32_WrittenAsFloat64()
    {
        string model = SampleModels.Save(Folder.At("m.h5"), 10, dtype: DType.Float32), output = Folder.At("o.h5");
        CliProgram.Run("refine", model, "--data", Diabetes, "--target", "progression", "--dtype", "float64", "--max-iterations", "2",
            "--output", output).Succeeded();
        using Model saved = Model.Load(output);
        Assert.Equal(DType.Float64, saved.DType);
    }

    [Fact]
    public void Refine_Again_ReusesTheScaling()
    {
        string model = SampleModels.Save(Folder.At("m.h5"), 10), output = Folder.At("o.h5");
        string[] common =
            ["--data", Diabetes, "--target", "progression", "--standardize", "--max-iterations", "5", "--json", "--output", output];
        CliRun first = CliProgram.Run(["refine", model, "--validation-split", "0.5", .. common]).Succeeded();
        string scaling = File.ReadAllText(output + ".scaling.json");
        CliRun second = CliProgram.Run(["refine", output, "--validation-split", "0.5", .. common]).Succeeded();
        Assert.Equal(scaling, File.ReadAllText(output + ".scaling.json"));
        Assert.Equal(first.Number("loss_after"), second.Number("loss_before"), 12);
        CliProgram.Run("refine", output, "--data", Diabetes, "--target", "s6", "--output", Folder.At("x.h5"))
            .Refused("scaling.json", "'s6'");

        // Over a scaled model, without scaling: the old scaling must not stay beside the new model.
        CliRun third =
            CliProgram.Run("refine", model, "--data", Diabetes, "--target", "progression", "--max-iterations", "1", "--output", output,
            "--json").Succeeded();
        Assert.False(File.Exists(output + ".scaling.json"));
        Assert.Contains(third.Texts("warnings"), warning => warning.Contains("scaling.json", StringComparison.Ordinal));
    }

    [Fact]
    public void Refine_NoIterations_SameModel()
    {
        string model = SampleModels.Save(Folder.At("m.h5"), 10), output = Folder.At("o.h5");
        CliRun run =
            CliProgram.Run("refine", model, "--data", Diabetes, "--target", "progression", "--max-iterations", "0", "--output", output,
            "--json").Succeeded();
        Assert.Equal(run.Number("loss_before"), run.Number("loss_after"));
        Assert.DoesNotContain("XLA", run.Output, StringComparison.Ordinal);
        TrainingData data = TrainingData.Read(Diabetes, Targets("progression"), 0);
        Assert.Equal(Loss(model, "mse", data.Inputs, data.Targets), Loss(output, "mse", data.Inputs, data.Targets));
    }

    private static double Loss(string path, string loss, Matrix inputs, Matrix targets)
    {
        using Model model = Model.Load(path);
        using var x = inputs.ToTensor(model.DType);
        using var y = targets.ToTensor(model.DType);
        using ModelObjective objective = new(model, loss, x, y);
        return objective.Measure().Total;
    }
}
