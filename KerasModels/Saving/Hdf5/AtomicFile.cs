using TfLbfgs.Runtime;

namespace TfLbfgs.Keras.Saving.Hdf5;

/// <summary>Writes a file so that at every moment either the old content or the complete new one is there, and says in a sentence why it cannot be written.</summary>
internal static class AtomicFile
{
    /// <summary>Writes a file.</summary>
    /// <param name="path">The file; one that exists is replaced and keeps its permissions, a symbolic link keeps leading to it.</param>
    /// <param name="write">Writes the content into a stream that is readable, writable and seekable.</param>
    /// <exception cref="Hdf5FileException">The place cannot be written, or the disk is full.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        if (Directory.Exists(path))
            throw new Hdf5FileException(path, "/", "this is a folder", "the name of a file to write", "Name a file in it.");
        try
        {
            string folder = FileSwap.FolderOf(path);
            if (!Directory.Exists(folder))
                throw new Hdf5FileException(path, "/", $"the folder {folder} does not exist", "a folder that can be written", "Create it or name another one.");
            FileSwap.Write(path, write);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new Hdf5FileException(path, "/", $"the file cannot be written: {e.Message.TrimEnd('.')}", "a folder that can be written, with space for the file",
                "Name another folder, change its permissions or free space.", e);
        }
    }
}
