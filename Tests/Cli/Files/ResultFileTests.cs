using TfLbfgs.Cli.Files;
using TfLbfgs.Cli.Output;
using TfLbfgs.IO;
using TfLbfgs.Tests.Native.Loading;
using Xunit;

namespace TfLbfgs.Tests.Cli.Files;

public sealed class ResultFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Write_FolderThatIsGone_SavedElsewhereWithAWarning()
    {
        using StringWriter output = new();
        using Report report = new(output, hasJson: false);
        string place =
            ResultFile.Write(_folder.At("gone", "model.h5"), path => AtomicFile.Write(path, stream => stream.Write("result"u8)), report);
        Assert.NotEqual(_folder.At("gone", "model.h5"), place);
        Assert.EndsWith(".h5", place, StringComparison.Ordinal);
        Assert.Equal("result", File.ReadAllText(place));
        Assert.True(report.IsElsewhere);
        Assert.Contains(place, Assert.Single(report.Warnings), StringComparison.Ordinal);
        File.Delete(place);
    }

    [Fact]
    public void Write_NoPlace_TheFirstFailure()
    {
        using Report report = new(TextWriter.Null, hasJson: false);
        TfLbfgsException e =
            Assert.Throws<TfLbfgsException>(() =>
            ResultFile.Write(_folder.At("model.h5"), path => throw new TfLbfgsException($"not {path}"), report));
        Assert.Equal($"not {_folder.At("model.h5")}", e.Message);
        Assert.False(report.IsElsewhere);
    }

    [Fact]
    public void TryWrite_Failure_IsAWarning()
    {
        using Report report = new(TextWriter.Null, hasJson: false);
        Assert.False(ResultFile.TryWrite("plot.png", () => throw new IOException("full"), report));
        Assert.Equal("plot.png could not be written: full.", Assert.Single(report.Warnings));
    }
}
