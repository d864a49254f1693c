using TfLbfgs.Cli.Output;
using TfLbfgs.Tests.Native.Loading;
using Xunit;

namespace TfLbfgs.Tests.Cli.Output;

public sealed class OutputFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Write_FailsHalfWay_OldFileStays()
    {
        string path = _folder.At("a.txt");
        File.WriteAllText(path, "old");
        Assert.Throws<TfLbfgsException>(() => OutputFile.Write(path, stream =>
        {
            stream.Write("half"u8);
            throw new IOException("No space left on device.");
        }));
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Single(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void Prepare_NotCommitted_NothingLeft()
    {
        OutputFile.Prepare(_folder.At("a.txt"), stream => stream.Write("x"u8)).Dispose();
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void Write_New_OnlyTheFile()
    {
        OutputFile.Write(_folder.At("a.txt"), stream => stream.Write("new"u8));
        Assert.Equal("new", File.ReadAllText(Assert.Single(Directory.GetFiles(_folder.Path))));
    }

    [Fact]
    public void CheckWritable_Places()
    {
        OutputFile.CheckWritable(_folder.At("a.h5"));
        Assert.Empty(Directory.GetFiles(_folder.Path));
        File.WriteAllText(_folder.At("file"), "");
        foreach (string path in (string[])["", _folder.Path, _folder.At("none", "a.h5"), _folder.At("file", "a.h5"), "/proc/a.h5"])
            Assert.Throws<TfLbfgsException>(() => OutputFile.CheckWritable(path));
    }

    [Fact]
    public void CheckOrCreateFolder_Places()
    {
        OutputFile.CheckOrCreateFolder(_folder.At("new", "deep"));
        Assert.True(Directory.Exists(_folder.At("new", "deep")));
        File.WriteAllText(_folder.At("file"), "");
        foreach (string path in (string[])[_folder.At("file"), _folder.At("file", "under"), "/proc/none"])
            Assert.Throws<TfLbfgsException>(() => OutputFile.CheckOrCreateFolder(path));
    }
}
