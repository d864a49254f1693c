using TfLbfgs.RawOpsGenerator;
using TfLbfgs.RawOpsGenerator.Writing;
using Xunit;

namespace TfLbfgs.Tests.RawOperations;

public sealed class OutputFolderTests : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("tflbfgs-generated").FullName;

    public void Dispose() => Directory.Delete(_path, recursive: true);

    [Fact]
    public void Compare_AfterWrite_FindsNothing()
    {
        var folder = new OutputFolder(_path);
        GeneratedFile[] files = [new("A.g.cs", "one\ntwo\n"), new("list.txt", "x\n")];

        folder.Write(files);

        Assert.Empty(folder.Compare(files));
    }

    [Fact]
    public void Compare_ChangedMissingAndStaleFiles_NamesEach()
    {
        var folder = new OutputFolder(_path);
        folder.Write([new("A.g.cs", "one\ntwo\n"), new("Old.g.cs", "x\n")]);

        IReadOnlyList<string> differences = folder.Compare([new("A.g.cs", "one\nthree\n"), new("New.g.cs", "x\n")]);

        Assert.Equal(["Old.g.cs: is no longer generated", "A.g.cs: line 2: expected 'three', found 'two'", "New.g.cs: is missing"],
            differences);
    }

    [Fact]
    public void Write_StaleFile_IsDeletedAndOthersStay()
    {
        var folder = new OutputFolder(_path);
        folder.Write([new("Old.g.cs", "x\n")]);
        File.WriteAllText(Path.Combine(_path, "Hand.cs"), "mine");

        folder.Write([new("A.g.cs", "y\n")]);

        Assert.Equal(["A.g.cs", "Hand.cs"], Directory.EnumerateFiles(_path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }
}
