using TfLbfgs.Formats;
using TfLbfgs.Keras.Saving;
using TfLbfgs.Keras.Saving.Formats.LegacyHdf5;
using TfLbfgs.Runtime;
using Xunit;

namespace TfLbfgs.Tests.Saving;

public class LegacyHdf5WriterTests
{
    private static readonly ModelContents Small =
        LegacyHdf5RoundTripTests.Weights(SavingReference.Layer("dense", LegacyHdf5RoundTripTests.Array("kernel:0", DType.Float32, 3, 4)));

    [Fact]
    public void Write_ContentThatHasNoForm_KeepsTheOldFileAndNamesTheWeight()
    {
        using var folder = new ScratchFolder();
        string path = folder.File("model.h5");
        File.WriteAllText(path, "old");
        WeightArray good = LegacyHdf5RoundTripTests.Array("kernel:0", DType.Float32, 3, 4);
        (WeightArray[] Arrays, string Said)[] bad =
        [
            ([new WeightArray("z", StoredArray.FromBytes(DType.Complex64, [6], new byte[48]))], "complex64"),
            ([good, good], "taken"),
            ([good, good with { Name = "kernel:0/inner" }], "taken"),
            ([good with { Name = "a//b" }], "empty part"),
            ([good with { Name = ".." }], "empty part"),
        ];
        foreach ((WeightArray[] arrays, string said) in bad)
        {
            FileFormatException e =
                Assert.Throws<FileFormatException>(() =>
                LegacyHdf5Writer.Write(path, LegacyHdf5RoundTripTests.Weights(SavingReference.Layer("dense", arrays))));
            Assert.Contains(said, e.Message, StringComparison.Ordinal);
            Assert.StartsWith("dense/", e.ObjectName, StringComparison.Ordinal);
        }

        Assert.Throws<FileFormatException>(() =>
            LegacyHdf5Writer.Write(path, LegacyHdf5RoundTripTests.Weights(SavingReference.Layer("a"), SavingReference.Layer("a"))));
        Assert.Throws<TfLbfgsException>(() => StoredArray.FromBytes(DType.Float32, [3, 4], new byte[47]));
        Assert.Throws<TfLbfgsException>(() => StoredArray.FromBytes(DType.String, [1], default));
        AssertOnly(folder, path, "old");
    }

    [Fact]
    public void Write_ReadOnlyFolder_IsNamedInOneLine()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess, "permissions do not hold for this user");
        using var folder = new ScratchFolder();
        string locked = Directory.CreateDirectory(folder.File("locked")).FullName;
#pragma warning disable CA1416 // Not reached on Windows.
        File.SetUnixFileMode(locked, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Assert.Contains(locked,
            Assert.Throws<TfLbfgsException>(() => LegacyHdf5Writer.Write(Path.Combine(locked, "model.h5"), Small)).Message,
            StringComparison.Ordinal);
        File.SetUnixFileMode(locked, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
#pragma warning restore CA1416
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
