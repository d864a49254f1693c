using System.Buffers.Binary;
using System.Globalization;
using System.Text.RegularExpressions;
using TfLbfgs.Optimization;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Notebooks;

/// <summary>The notebooks run from top to bottom, and what is stored in them is what they print.</summary>
public sealed partial class NotebookTests : LeakChecked
{
    /// <summary>When set to 1, the outputs of the run are stored instead of compared.</summary>
    private const string StoreVariable = "TFLBFGS_STORE_NOTEBOOKS";

    private const int LastCompared = 20;

    /// <summary>Losses are printed with six digits.</summary>
    private const double LastDigit = 1.5e-5;

    /// <summary>Every notebook.</summary>
    public static TheoryData<string> Names =>
        [.. Directory.EnumerateFiles(Path.Combine(Checkout.Root, "notebooks"), "*.ipynb").Select(path => Path.GetFileName(path))
            .Order(StringComparer.Ordinal)];

    [Fact]
    public void Cells_OfTheRecipe_PrintTheStoredLosses() => Run("01-recipe.ipynb", leastLosses: 5);

    // They take from one second to a minute.
    [Theory(Explicit = true)]
    [MemberData(nameof(Names))]
    public void Cells_OfEveryNotebook_PrintWhatIsStored(string name) => Run(name, leastLosses: 0);

    private static void Run(string name, int leastLosses)
    {
        Notebook notebook = new(name);
        bool store = Environment.GetEnvironmentVariable(StoreVariable) == "1";
        using ScriptRunner runner =
            ScriptRunner.ForNotebook(typeof(NotebookDisplay).Assembly, typeof(LossPlots).Assembly, typeof(ScottPlot.Plot).Assembly);
        runner.Run($"using {typeof(NotebookDisplay).Namespace};");
        NotebookDisplay.Take();
        string data = $"\"{Checkout.Root}/Tests/Reference/";
        int count = 0, losses = 0;
        foreach (NotebookCell cell in notebook.CodeCells)
        {
            ScriptOutput output = runner.Run(cell.Source.Replace("\"../Tests/Reference/", data, StringComparison.Ordinal));
            IReadOnlyList<(string MediaType, string Content)> displayed = NotebookDisplay.Take();
            count++;
            if (store)
            {
                cell.Store(count, output.Printed, displayed);
                continue;
            }

            if (leastLosses > 0)
                losses += ComparePrinted(cell, output.Printed);
            else if (PrintedText.Difference(cell.Printed, output.Printed) is { } difference)
                Assert.Fail($"{name}, cell {cell.Id}: {difference}\nWhen the change is meant, store the outputs with {StoreVariable}=1.");
            Assert.Equal(count, cell.ExecutionCount);
            Assert.Equal(cell.Pictures.Select(SizeOf), displayed.Select(picture => SizeOf(Convert.FromBase64String(picture.Content))));
            Assert.All(displayed, picture => Assert.Equal("image/png", picture.MediaType));
        }

        if (store)
            notebook.Save();
        Assert.SkipWhen(store, $"the outputs of {name} were stored, not compared; unset {StoreVariable} to compare");
        Assert.True(losses >= leastLosses, $"only {losses} losses were compared");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void File_OpensInJupyterWithTheNetKernel(string name)
    {
        Notebook notebook = new(name);
        Assert.Equal(4, (int?)notebook.Root["nbformat"]);
        Assert.Equal(".net-csharp", (string?)notebook.Root["metadata"]!["kernelspec"]!["name"]);
        Assert.Equal("C#", (string?)notebook.Root["metadata"]!["kernelspec"]!["language"]);
        Assert.StartsWith("#r \"nuget: TfLbfgs.Keras\"", notebook.CodeCells[0].Source, StringComparison.Ordinal);
        Assert.True(notebook.Size < 1_000_000, $"{notebook.Size} bytes");
        Assert.True(notebook.CodeCells.Sum(cell => cell.Pictures.Count) >= 2, "fewer than two pictures are stored");
        Assert.All(notebook.CodeCells, cell => Assert.NotNull(cell.ExecutionCount));
        string[] ids = [.. notebook.Root["cells"]!.AsArray().Select(cell => (string)cell!["id"]!)];
        Assert.Equal(ids.Distinct(), ids);
    }

    /// <summary>
    /// The words must be the same. A loss of the first iterations must agree but for its last digit. A change of the data by 1e-14 has
    /// grown to 1e-11 at iteration 20, to 1e-6 at 50 and to 1e-2 at 100:
    /// on another processor later numbers agree only in their magnitude.
    /// </summary>
    /// <returns>How many losses were compared digit by digit.</returns>
    private static int ComparePrinted(NotebookCell cell, string printed)
    {
        string[] expected = cell.Printed.Split('\n'), actual = printed.Split('\n');
        Assert.True(expected.Length == actual.Length, $"cell {cell.Id}: stored\n{cell.Printed}\nprinted\n{printed}");
        int losses = 0;
        foreach ((string former, string now) in expected.Zip(actual))
        {
            string message =
                $"cell {cell.Id}: stored \"{former}\", printed \"{now}\". When the change is meant, store the outputs with {StoreVariable}=1.";
            Assert.True(Number().Replace(former, "#") == Number().Replace(now, "#"), message);
            double[] a = Numbers(former), b = Numbers(now);
            bool isEarly = Row().IsMatch(former) && a[0] <= LastCompared;
            losses += isEarly ? 1 : 0;
            Assert.All(a.Zip(b),
                pair => Assert.True(isEarly
                ? Math.Abs(pair.First - pair.Second) <= LastDigit * Math.Abs(pair.First)
                : IsOfOneMagnitude(pair.First, pair.Second), message));
        }

        return losses;
    }

    private static bool IsOfOneMagnitude(double a, double b) => a == b || (a * b > 0 && a / b is > 0.1 and < 10);

    private static double[] Numbers(string line) =>
        [.. Number().Matches(line).Select(number => double.Parse(number.Value, CultureInfo.InvariantCulture))];

    /// <summary>Width and height, which stand at the beginning of a PNG file.</summary>
    private static (int Width, int Height) SizeOf(byte[] png)
    {
        Assert.Equal([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], png[..8]);
        return (BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20)));
    }

    /// <summary>A number that stands apart: not the 64 of Float64.</summary>
    [GeneratedRegex(@"(?<![\w.])[+-]?\d+(\.\d+)?(e[+-]?\d+)?", RegexOptions.IgnoreCase)]
    private static partial Regex Number();

    /// <summary>A row of a table: iteration and loss.</summary>
    [GeneratedRegex(@"^\s*\d+\s+\S+$")]
    private static partial Regex Row();
}
