using TfLbfgs.IO;

namespace TfLbfgs.Formats.Npy;

/// <summary>Reads and writes an array of NumPy. Python: <c>numpy.load</c>, <c>numpy.save</c>.</summary>
public static class NpyFile
{
    /// <summary>Reads a file into memory.</summary>
    /// <param name="path">The file, <c>.npy</c>.</param>
    /// <returns>The array, row-major and little-endian.</returns>
    /// <exception cref="FileFormatException">The file is damaged, or holds no numbers or booleans.</exception>
    public static StoredArray Read(string path) => FileErrors.Guard(path, () =>
    {
        if (FileProbe.Recognize(path) is var kind and not FileKind.Npy)
            throw new FileFormatException(path, "/", $"a file of another kind ({kind})", "an array of NumPy (.npy)",
                "Check that this is the right file.");
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        NpyArray array =
            NpyArray.Open(stream,
            (found, expected) => new FileFormatException(path, "/", found, expected, "Save the array again by numpy.save."));
        return StoredArray.FromBytes(array.DType, array.Shape, array.ToBytes());
    });

    /// <summary>Writes a file, atomically.</summary>
    /// <param name="path">The file, <c>.npy</c>.</param>
    /// <param name="array">The array.</param>
    /// <exception cref="TfLbfgsException">The place cannot be written, or NumPy has no such element type.</exception>
    public static void Write(string path, StoredArray array)
    {
        ArgumentNullException.ThrowIfNull(array);
        byte[] header = NpyHeader.Write(array);
        AtomicFile.Write(path, stream =>
        {
            stream.Write(header);
            array.WriteTo(stream);
        });
    }
}
