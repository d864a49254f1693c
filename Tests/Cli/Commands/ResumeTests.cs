using Xunit;

namespace TfLbfgs.Tests.Cli.Commands;

/// <summary>Resuming means the same model, data, loss and scaling, or it is refused.</summary>
public class ResumeTests : CommandTestBase
{
    [Fact]
    public void Refine_ResumedWithAnotherProblem_RefusedByTheNameOfWhatChanged()
    {
        string model = SampleModels.Save(Folder.At("m.h5"), 2), state = Folder.At("n.state"), output = Folder.At("n.h5");
        string data = Text("d.csv", Rows(40));
        CliRun first = Run(model, data, "6").Succeeded();
        byte[] saved = File.ReadAllBytes(output), kept = File.ReadAllBytes(state);

        Run(model, Text("more.csv", Rows(50)), "60").Refused("the same data");
        Run(model, Text("other.csv", Rows(40, 1.5)), "60").Refused("the same data");
        Run(model, data, "60", "--loss", "mae").Refused("the same loss", "'mse'");
        Run(model, data, "60", "--standardize").Refused("the same scaling");
        Run(model, data, "60", "--validation-split", "0.2").Refused("the same data");
        string better = Folder.At("better.h5");
        CliProgram.Run("refine", model, "--data", data, "--target", "y", "--output", better, "--max-iterations", "80").Succeeded();
        Run(SampleModels.Save(Folder.At("m2.h5"), 2, seed: 7), data, "60").Refused("the same model");
        Assert.Equal(kept, File.ReadAllBytes(state));
        Run(better, data, "70").Refused("the model that the run", "is lower than");
        Assert.Equal(saved, File.ReadAllBytes(output));
        Assert.Equal(kept, File.ReadAllBytes(state));

        // The same problem goes on, from the first model and from what the run saved.
        CliRun second = Run(model, data, "12").Succeeded();
        Assert.Equal(12, second.Number("iterations"));
        Assert.True(second.Number("loss_after") < first.Number("loss_after"));
        Assert.Equal(18, Run(output, data, "18").Succeeded().Number("iterations"));

        CliRun Run(string from, string table, string iterations, params string[] options) => CliProgram.Run(
            ["refine", from, "--data", table, "--target", "y", "--output", output, "--max-iterations", iterations, "--checkpoint", state,
                "--resume", "--json", .. options]);
    }

    private static string Rows(int count, double factor = 1) =>
        "a,b,y\n" + string.Concat(Enumerable.Range(0, count)
            .Select(i => FormattableString.Invariant($"{i % 7 * 0.1},{i % 5 * 0.2},{factor * Math.Sin(i % 7) + (i % 5 * 0.3)}\n")));
}
