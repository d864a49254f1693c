using TfLbfgs.Cli.Files;
using TfLbfgs.Tests.Native.Loading;
using Xunit;

namespace TfLbfgs.Tests.Cli.Files;

public sealed class OutputPlaceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void CheckWritable_Places()
    {
        OutputPlace.CheckWritable(_folder.At("a.h5"));
        Assert.Empty(Directory.GetFiles(_folder.Path));
        File.WriteAllText(_folder.At("file"), "");
        foreach (string path in (string[])["", _folder.Path, _folder.At("none", "a.h5"), _folder.At("file", "a.h5"), "/proc/a.h5"])
            Assert.Throws<TfLbfgsException>(() => OutputPlace.CheckWritable(path));
    }

    [Fact]
    public void CheckOrCreateFolder_Places()
    {
        OutputPlace.CheckOrCreateFolder(_folder.At("new", "deep"));
        Assert.True(Directory.Exists(_folder.At("new", "deep")));
        File.WriteAllText(_folder.At("file"), "");
        foreach (string path in (string[])[_folder.At("file"), _folder.At("file", "under"), "/proc/none"])
            Assert.Throws<TfLbfgsException>(() => OutputPlace.CheckOrCreateFolder(path));
    }
}
