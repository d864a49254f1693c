using System.Text;
using TfLbfgs.RawOpsGenerator.Writing;

namespace TfLbfgs.RawOpsGenerator;

/// <summary>The folder of the generated files.</summary>
internal sealed class OutputFolder(string path)
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>The folder in the checkout from which the generator was built.</summary>
    public static OutputFolder InCheckout()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "TfLbfgs.sln")))
                return new OutputFolder(Path.Combine(folder.FullName, "Bridge", "RawOps", "Generated"));
        }

        throw new GeneratorException(
            $"Expected the generator to run from within a checkout, received {AppContext.BaseDirectory}. Name the folder by --output.");
    }

    /// <summary>Where it is.</summary>
    public string Location => path;

    /// <summary>Writes all files and deletes generated ones that are no longer made.</summary>
    public void Write(IReadOnlyList<GeneratedFile> files)
    {
        Directory.CreateDirectory(path);
        foreach (string stale in Existing().Except(files.Select(f => f.Name)))
            File.Delete(Path.Combine(path, stale));
        foreach (GeneratedFile file in files)
            File.WriteAllText(Path.Combine(path, file.Name), file.Content, Utf8);
    }

    /// <summary>Compares the folder with what would be written.</summary>
    /// <returns>One line per difference; none when they agree.</returns>
    public IReadOnlyList<string> Compare(IReadOnlyList<GeneratedFile> files)
    {
        List<string> differences =
            [.. Existing().Except(files.Select(f => f.Name)).Order(StringComparer.Ordinal)
            .Select(name => $"{name}: is no longer generated")];
        foreach (GeneratedFile file in files)
        {
            string full = Path.Combine(path, file.Name);
            if (!File.Exists(full))
                differences.Add($"{file.Name}: is missing");
            else if (File.ReadAllText(full, Utf8) is var found && found != file.Content)
                differences.Add($"{file.Name}: {FirstDifference(found, file.Content)}");
        }

        return differences;
    }

    private IEnumerable<string> Existing() =>
        Directory.Exists(path)
            ? Directory.EnumerateFiles(path).Select(f => Path.GetFileName(f))
            .Where(f => f.EndsWith(".g.cs", StringComparison.Ordinal)) : [];

    private static string FirstDifference(string found, string expected)
    {
        string[] foundLines = found.Split('\n');
        string[] expectedLines = expected.Split('\n');
        int line = 0;
        while (line < foundLines.Length && line < expectedLines.Length && foundLines[line] == expectedLines[line])
            line++;

        return $"line {line + 1}: expected '{At(expectedLines, line)}', found '{At(foundLines, line)}'";
    }

    private static string At(string[] lines, int index) => index < lines.Length ? lines[index] : "the end of the file";
}
