using TfLbfgs.Cli.Files;
using TfLbfgs.Cli.Output;
using TfLbfgs.Tests.Native.Loading;
using Xunit;

namespace TfLbfgs.Tests.Cli.Files;

public sealed class ResultStreamTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Write_Pieces_ThereAsAWholeAfterCommit()
    {
        using Report report = new(TextWriter.Null, hasJson: false);
        using (ResultStream result = new(_folder.At("p.csv"), report))
        {
            result.Write("first\n"u8);
            Assert.False(File.Exists(_folder.At("p.csv")));
            result.Write("second\n"u8);
            Assert.Equal(_folder.At("p.csv"), result.Commit());
        }

        Assert.Equal("first\nsecond\n", File.ReadAllText(Assert.Single(Directory.GetFiles(_folder.Path))));
        Assert.False(report.IsElsewhere);
    }

    [Fact]
    public void Commit_FolderRemovedMeanwhile_AllPiecesElsewhereWithAWarning()
    {
        Directory.CreateDirectory(_folder.At("gone"));
        using Report report = new(TextWriter.Null, hasJson: false);
        using ResultStream result = new(_folder.At("gone", "p.csv"), report);
        result.Write("first\n"u8);
        Directory.Delete(_folder.At("gone"), recursive: true);
        result.Write("second\n"u8);
        string place = result.Commit();
        Assert.EndsWith(".csv", place, StringComparison.Ordinal);
        Assert.Equal("first\nsecond\n", File.ReadAllText(place));
        File.Delete(place);
        Assert.True(report.IsElsewhere);
        Assert.Contains(place, Assert.Single(report.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Dispose_WithoutCommit_NothingLeft()
    {
        using Report report = new(TextWriter.Null, hasJson: false);
        using (ResultStream result = new(_folder.At("p.csv"), report))
            result.Write("first\n"u8);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
        Assert.Throws<TfLbfgsException>(() => new ResultStream(_folder.At("none", "p.csv"), report));
    }
}
