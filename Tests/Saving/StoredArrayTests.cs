using System.Runtime.InteropServices;
using TfLbfgs.Formats;
using TfLbfgs.Formats.Hdf5;
using TfLbfgs.Formats.Npy;
using TfLbfgs.Keras.Saving;
using TfLbfgs.Runtime;
using Xunit;

namespace TfLbfgs.Tests.Saving;

public class StoredArrayTests
{
    // Read in parts, the last of which is not full.
    private const int Count = (5 << 19) + 7;

    [Theory]
    [InlineData("a.h5")]
    [InlineData("a.npz")]
    [InlineData("a.keras")]
    public void ReadAndCountNonFinite_LargeArray_HasEveryElementOfTheFile(string name)
    {
        using ScratchFolder folder = new();
        float[] values = Values();
        byte[] expected = MemoryMarshal.AsBytes(values.AsSpan()).ToArray();
        StoredArray stored = StoredArray.FromBytes(DType.Float32, [Count], expected);
        Assert.Equal(4, stored.ReadAndCountNonFinite(new byte[expected.Length]));
        Write(folder.File(name), stored);
        byte[] read = new byte[expected.Length];
        using ModelSource source = new(folder.File(name));
        StoredArray array = name.EndsWith(".h5", StringComparison.Ordinal) ? Dataset(source.Hdf5!)
            : name.EndsWith(".npz", StringComparison.Ordinal) ? source.Own(NpzFile.Open(source.Zip!, name)).Arrays[0].Array
            : Dataset(source.Own(Hdf5File.Open(source.Zip!.OpenMember(source.Zip.Members[0]), name)));
        Assert.NotNull(array.Range);
        Assert.Equal(4, array.ReadAndCountNonFinite(read));
        Assert.True(expected.AsSpan().SequenceEqual(read));
    }

    [Fact]
    public void ReadAndCountNonFinite_FileThatBecameShorter_IsRefused()
    {
        using ScratchFolder folder = new();
        Write(folder.File("a.h5"), StoredArray.FromBytes(DType.Float32, [Count], new byte[4 * Count]));
        using Hdf5File file = Hdf5File.Open(folder.File("a.h5"));
        StoredArray array = Dataset(file);
        using (FileStream stream = new(folder.File("a.h5"), FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
            stream.SetLength(stream.Length / 2);
        Assert.Contains("became shorter",
            Assert.Throws<FileFormatException>(() => array.ReadAndCountNonFinite(new byte[4 * Count])).Message, StringComparison.Ordinal);
    }

    private static float[] Values()
    {
        float[] values = new float[Count];
        for (int i = 0; i < values.Length; i++)
            values[i] = i;
        // At the ends, and at the border of two parts.
        values[0] = float.NaN;
        values[^1] = float.NegativeInfinity;
        (values[(1 << 19) - 1], values[1 << 19]) = (float.PositiveInfinity, float.NaN);
        return values;
    }

    private static void Write(string path, StoredArray array)
    {
        if (path.EndsWith(".npz", StringComparison.Ordinal))
        {
            NpzFile.Write(path, [("a", array)]);
            return;
        }

        Hdf5GroupBuilder root = new();
        Assert.True(root.TryAddArray("a", array));
        using MemoryStream content = new();
        root.WriteTo(content);
        File.WriteAllBytes(path, path.EndsWith(".h5", StringComparison.Ordinal)
            ? content.ToArray()
            : ZipReaderTests.Archive(System.IO.Compression.CompressionLevel.NoCompression, [("model.weights.h5", content.ToArray())]));
    }

    private static StoredArray Dataset(Hdf5File file) => file.Array((Hdf5Dataset)file.Root.Find("a")!);
}
