using TfLbfgs.Cli.Data;
using Xunit;

namespace TfLbfgs.Tests.Cli.Commands;

/// <summary>Command lines that once destroyed what they read, each with exit code 0.</summary>
public class OverwritingTests : CommandTestBase
{
    private const string Data = "a,b,y\n1,2,3\n2,5,7\n4,4,8\n3,9,12\n";

    [Theory]
    [InlineData("refine m.h5 --data d.csv --target y --output o.h5 --checkpoint m.h5")]
    [InlineData("refine m.h5 --data d.csv --target y --output o.h5 --checkpoint d.csv")]
    [InlineData("refine m.h5 --data d.csv --target y --output o.h5 --checkpoint d.csv --resume")]
    [InlineData("refine s.h5 --data d.csv --target y --output o.h5 --checkpoint s.h5.scaling.json")]
    [InlineData("refine s.h5 --data d.csv --target y --output o.h5 --csv s.h5.scaling.json")]
    [InlineData("refine m.h5 --data d.csv --target y --output o.h5 --csv model.csv")]
    [InlineData("refine m.h5 --data d.csv --target y --output o.h5 --csv data.link")]
    [InlineData("refine m.h5 --data d.csv --target y --output data.h5")]
    [InlineData("predict s.h5 --data d.csv --target y --output s.h5.scaling.json")]
    [InlineData("predict m.h5 --data d.csv --target y --output data.link")]
    [InlineData("predict s.h5 --data d.csv --output model.csv")]
    [InlineData("refine m.h5 --data d.csv --target y --output o.h5 --checkpoint x --csv x")]
    [InlineData("refine m.h5 --data d.csv --target y --output o.h5 --plot x.png --csv x.png")]
    [InlineData("refine m.h5 --data d.csv --target y --output o.h5 --checkpoint o.h5")]
    [InlineData("train --config arch.json --data d.csv --target y --output o.h5 --csv arch.json")]
    [InlineData("convert m.h5 d.h5 --model d.h5")]
    public void Command_OutputOverAnotherFile_RefusedAndNothingChanged(string line)
    {
        SampleModels.Save(Folder.At("m.h5"), 2);
        SampleModels.Save(Folder.At("s.h5"), 2);
        Text("d.csv", Data);
        Text("arch.json", "{}");
        Text("s.h5.scaling.json", Example.ToJson());
        SampleModels.Save(Folder.At("d.h5"), 2);
        File.CreateSymbolicLink(Folder.At("model.csv"), Folder.At("m.h5"));
        File.CreateSymbolicLink(Folder.At("data.link"), Folder.At("d.csv"));
        File.CreateSymbolicLink(Folder.At("data.h5"), Folder.At("d.csv"));
        if (line.StartsWith("predict s.h5", StringComparison.Ordinal))
        {
            File.Delete(Folder.At("model.csv"));
            File.CreateSymbolicLink(Folder.At("model.csv"), Folder.At("s.h5"));
        }

        Dictionary<string, byte[]> before = Directory.GetFiles(Folder.Path).ToDictionary(file => file, File.ReadAllBytes);
        string[] arguments =
            [.. line.Split(' ').Select(word => word.Contains('.', StringComparison.Ordinal) || word == "x" ? Folder.At(word) : word)];
        CliProgram.Run(arguments).Refused("of its own");
        Assert.Equal(before.Keys.Order(StringComparer.Ordinal), Directory.GetFiles(Folder.Path).Order(StringComparer.Ordinal));
        Assert.All(before, entry => Assert.Equal(entry.Value, File.ReadAllBytes(entry.Key)));
    }

    [Fact]
    public void Refine_OutputOverTheModel_Works()
    {
        SampleModels.Save(Folder.At("m.h5"), 2);
        CliProgram.Run("refine", Folder.At("m.h5"), "--data", Text("d.csv", Data), "--target", "y", "--standardize", "--max-iterations",
            "3", "--output", Folder.At("m.h5")).Succeeded();
        Assert.NotNull(Scaling.Find(Folder.At("m.h5")));
    }

    private static Scaling Example => new(new ColumnScaling(["a", "b"], [1, 2], [3, 4]), new ColumnScaling(["y"], [5], [6]));
}
