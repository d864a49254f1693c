using TfLbfgs.Keras.Saving.Hdf5;
using TfLbfgs.Keras.Saving.LegacyHdf5;
using TfLbfgs.Runtime;
using Xunit;

namespace TfLbfgs.Tests.Saving;

public class LegacyHdf5WriterTests
{
    private static readonly LegacyHdf5Model Small = LegacyHdf5RoundTripTests.Weights(new LegacyHdf5Layer("dense", [LegacyHdf5RoundTripTests.Array("kernel:0", DType.Float32, 3, 4)]));

    [Fact]
    public void AtomicWrite_FailureHalfway_KeepsTheOldFileAndLeavesNothing()
    {
        using var folder = new ScratchFolder();
        string path = folder.File("model.h5");
        File.WriteAllText(path, "old");
        Hdf5FileException e = Assert.Throws<Hdf5FileException>(() => AtomicFile.Write(path, stream =>
        {
            stream.Write(new byte[5_000_000]);
            throw new IOException("No space left on device");
        }));
        Assert.Contains("No space left on device", e.Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(path, stream =>
        {
            stream.WriteByte(1);
            throw new InvalidOperationException();
        }));
        AssertOnly(folder, path, "old");
    }

    [Fact]
    public void Write_ContentThatHasNoForm_KeepsTheOldFileAndNamesTheWeight()
    {
        using var folder = new ScratchFolder();
        string path = folder.File("model.h5");
        File.WriteAllText(path, "old");
        NamedArray good = LegacyHdf5RoundTripTests.Array("kernel:0", DType.Float32, 3, 4);
        (NamedArray[] Arrays, string Said)[] bad =
        [
            ([good with { Bytes = new byte[47] }], "48 bytes"),
            ([good with { DType = DType.String }], "string"),
            ([good with { DType = DType.Complex64, Shape = [6] }], "complex64"),
            ([good, good], "taken"),
            ([good, good with { Name = "kernel:0/inner" }], "taken"),
            ([good with { Name = "a//b" }], "empty part"),
            ([good with { Name = ".." }], "empty part"),
        ];
        foreach ((NamedArray[] arrays, string said) in bad)
        {
            Hdf5FileException e = Assert.Throws<Hdf5FileException>(() => LegacyHdf5Writer.Write(path, LegacyHdf5RoundTripTests.Weights(new LegacyHdf5Layer("dense", arrays))));
            Assert.Contains(said, e.Message, StringComparison.Ordinal);
            Assert.StartsWith("dense/", e.ObjectName, StringComparison.Ordinal);
        }
        Assert.Throws<Hdf5FileException>(() => LegacyHdf5Writer.Write(path, Small with { Kind = LegacyHdf5Kind.WholeModel }));
        Assert.Throws<Hdf5FileException>(() => LegacyHdf5Writer.Write(path, LegacyHdf5RoundTripTests.Weights(new LegacyHdf5Layer("a", []), new LegacyHdf5Layer("a", []))));
        AssertOnly(folder, path, "old");
    }

    [Fact]
    public void Write_PlaceThatCannotBeWritten_IsNamedInOneLine()
    {
        using var folder = new ScratchFolder();
        File.WriteAllText(folder.File("file"), "old");
        string[] places = [folder.Path, folder.File("missing/model.h5"), folder.File("file/model.h5"), "/proc/model.h5"];
        foreach (string place in places)
        {
            Hdf5FileException e = Assert.Throws<Hdf5FileException>(() => LegacyHdf5Writer.Write(place, Small));
            Assert.StartsWith(place, e.Message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', e.Message);
        }
        AssertOnly(folder, folder.File("file"), "old");
    }

    [Fact]
    public void Write_ReadOnlyFolder_IsNamedInOneLine()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess, "permissions do not hold for this user");
        using var folder = new ScratchFolder();
        string locked = Directory.CreateDirectory(folder.File("locked")).FullName;
#pragma warning disable CA1416 // Not reached on Windows.
        File.SetUnixFileMode(locked, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Assert.Contains(locked, Assert.Throws<Hdf5FileException>(() => LegacyHdf5Writer.Write(Path.Combine(locked, "model.h5"), Small)).Message, StringComparison.Ordinal);
        File.SetUnixFileMode(locked, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
#pragma warning restore CA1416
    }

    [Fact]
    public void Write_OverALink_ReplacesWhatItLeadsToAndKeepsItsPermissions()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need rights there");
        using var folder = new ScratchFolder();
        string target = folder.File("target.h5");
        string link = folder.File("link.h5");
        File.WriteAllText(target, "old");
#pragma warning disable CA1416 // Not reached on Windows.
        File.SetUnixFileMode(target, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.CreateSymbolicLink(link, target);
        LegacyHdf5Writer.Write(link, Small);
        Assert.Equal(target, new FileInfo(link).LinkTarget);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(target));
#pragma warning restore CA1416
        Assert.Single(LegacyHdf5Reader.Read(target).Layers);
    }

    [Fact]
    public void Write_Twice_GivesTheSameBytes()
    {
        using var folder = new ScratchFolder();
        LegacyHdf5Writer.Write(folder.File("one.h5"), Small);
        LegacyHdf5Writer.Write(folder.File("two.h5"), Small);
        Assert.Equal(File.ReadAllBytes(folder.File("one.h5")), File.ReadAllBytes(folder.File("two.h5")));
    }

    private static void AssertOnly(ScratchFolder folder, string path, string content)
    {
        Assert.Equal([path], Directory.GetFileSystemEntries(folder.Path));
        Assert.Equal(content, File.ReadAllText(path));
    }
}
