using System.Globalization;
using TfLbfgs.Cli.Data;
using TfLbfgs.Tests.Native.Loading;
using TfLbfgs.Tests.Support;

namespace TfLbfgs.Tests.Cli.Commands;

/// <summary>Tests that run the tool on files in a folder of their own.</summary>
public abstract class CommandTestBase : LeakChecked
{
    internal TemporaryFolder Folder { get; } = new();

    protected static string Diabetes => ReferenceRoot.Require("datasets", "diabetes.csv");

    protected static string BreastCancer => ReferenceRoot.Require("datasets", "breast_cancer.csv");

    protected static string Digits => ReferenceRoot.Require("datasets", "digits.csv");

    protected override void Dispose(bool disposing)
    {
        Folder.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>The names of the files in the folder.</summary>
    protected string[] Files() =>
        [.. Directory.GetFileSystemEntries(Folder.Path).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    /// <summary>A column of a CSV file, by position.</summary>
    protected static double[] Column(string path, int index) =>
        [.. File.ReadLines(path).Skip(1).Select(line => double.Parse(line.Split(',')[index], CultureInfo.InvariantCulture))];

    /// <summary>Columns that are targets; all others are inputs.</summary>
    internal static ColumnChoice Targets(params string[] names) => new(names, [], []);

    /// <summary>Writes a file.</summary>
    protected string Text(string name, string content)
    {
        File.WriteAllText(Folder.At(name), content);
        return Folder.At(name);
    }
}
