using TfLbfgs.Runtime;

namespace TfLbfgs.Optimization;

/// <summary>Writes a file completely or not at all, and says in a sentence why it cannot be written.</summary>
internal static class WholeFile
{
    /// <summary>Writes a file; one that exists is replaced.</summary>
    /// <exception cref="TfLbfgsException">The place cannot be written.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        try
        {
            if (Directory.Exists(path))
                throw new TfLbfgsException($"path: expected the name of a file, received the folder {path}. Name a file in it.");
            string folder = FileSwap.FolderOf(path);
            if (!Directory.Exists(folder))
                throw new TfLbfgsException($"path: expected a file in a folder that exists, received {path}; there is no folder {folder}. Create it or name another one.");
            FileSwap.Write(path, write);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new TfLbfgsException($"path: expected a place that can be written, received {path}: {e.Message.TrimEnd('.')}. Free space, change its permissions or name another place.", e);
        }
    }
}
