using System.Diagnostics;
using TfLbfgs.Cli.Files;
using TfLbfgs.Tests.Native.Loading;
using Xunit;

namespace TfLbfgs.Tests.Cli.Files;

[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class FilePlanTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public FilePlanTests() => File.WriteAllText(_folder.At("data"), "kept");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("data")]
    [InlineData("./sub/../data")]
    [InlineData("symbolic")]
    [InlineData("chain")]
    [InlineData("hard")]
    [InlineData("other/data")]
    public void Check_OutputOverWhatIsRead_RefusedUnderAnyName(string name)
    {
        Directory.CreateDirectory(_folder.At("sub"));
        File.CreateSymbolicLink(_folder.At("symbolic"), _folder.At("data"));
        File.CreateSymbolicLink(_folder.At("chain"), "symbolic");
        Directory.CreateSymbolicLink(_folder.At("other"), _folder.Path);
        Process.Start("ln", [_folder.At("data"), _folder.At("hard")]).WaitForExit();
        FilePlan plan = new FilePlan().Read("--data", _folder.At("data")).Write("--csv", Path.Combine(_folder.Path, name));
        TfLbfgsException e = Assert.Throws<TfLbfgsException>(plan.Check);
        Assert.StartsWith("--csv: expected a file of its own", e.Message, StringComparison.Ordinal);
        Assert.Contains("--data", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_TwoOutputs_AreDifferentFiles()
    {
        File.CreateSymbolicLink(_folder.At("link"), _folder.At("new"));
        Assert.Throws<TfLbfgsException>(new FilePlan().Write("--csv", _folder.At("new")).Write("--plot", _folder.At("link")).Check);
        Assert.Throws<TfLbfgsException>(new FilePlan().Write("--csv", _folder.At("new")).Write("--plot", _folder.At("new")).Check);
        new FilePlan().Write("--csv", _folder.At("new")).Write("--plot", _folder.At("other")).Check();
        new FilePlan().Read("MODEL", _folder.At("data")).Write("--output", _folder.At("data"), replaces: "MODEL").Check();
        Assert.Equal(["data", "link"],
            Directory.GetFileSystemEntries(_folder.Path).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Check_OutputWithinAFolderThatIsRead_Refused()
    {
        Directory.CreateDirectory(_folder.At("model", "variables"));
        File.WriteAllText(_folder.At("model", "variables", "weights"), "kept");
        Assert.Throws<TfLbfgsException>(new FilePlan().Read("MODEL", _folder.At("model"))
            .Write("--csv", _folder.At("model", "variables", "weights")).Check);
        File.CreateSymbolicLink(_folder.At("model", "loop"), "loop");
        new FilePlan().Read("MODEL", _folder.At("model")).Write("--csv", _folder.At("new")).Check();
        File.WriteAllText(_folder.At("point.index"), "");
        File.WriteAllText(_folder.At("point.data-00000-of-00001"), "");
        Assert.Throws<TfLbfgsException>(new FilePlan().Read("MODEL", _folder.At("point"))
            .Write("--csv", _folder.At("point.data-00000-of-00001")).Check);
    }

    [Fact]
    public void Check_PlacesThatAreNoFiles_Refused()
    {
        Assert.Contains("a device", Assert.Throws<TfLbfgsException>(new FilePlan().Write("--output", "/dev/null").Check).Message,
            StringComparison.Ordinal);
        new FilePlan().Write("--csv", "/dev/null", inPlace: true).Check();
        Assert.Equal(FileEntry.Device, FileIdentity.Of("/dev/null").Kind);
        File.WriteAllText(_folder.At("protected"), "kept");
        File.SetUnixFileMode(_folder.At("protected"), UnixFileMode.UserRead);
        Assert.Contains("write-protected",
            Assert.Throws<TfLbfgsException>(new FilePlan().Write("--output", _folder.At("protected")).Check).Message,
            StringComparison.Ordinal);
        File.CreateSymbolicLink(_folder.At("loop"), _folder.At("loop"));
        Assert.Contains("cannot be followed",
            Assert.Throws<TfLbfgsException>(() => new FilePlan().Read("--data", _folder.At("loop"))).Message, StringComparison.Ordinal);
    }
}
