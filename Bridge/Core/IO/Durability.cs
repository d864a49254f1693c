using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace TfLbfgs.IO;

/// <summary>
/// Flushes files and folders to the disk. <c>FileStream.Flush(true)</c> ignores the errors of fsync, but a full disk or quota of a network
/// file system is reported there.
/// </summary>
internal static partial class Durability
{
    private const int Interrupted = 4;
    private const int InvalidArgument = 22;
    private const int NotSupported = 95;

    /// <summary>Flushes the content of a file.</summary>
    /// <exception cref="IOException">The disk did not take it.</exception>
    public static void Flush(SafeFileHandle file)
    {
        if (OperatingSystem.IsWindows())
            RandomAccess.FlushToDisk(file);
        else if (Sync(file) is var error and not 0)
            throw new IOException($"the content cannot be flushed to the disk: {new Win32Exception(error).Message}");
    }

    /// <summary>
    /// Flushes the entries of a folder, so that a rename outlasts a power failure. Some file systems do not support that.
    /// </summary>
    /// <exception cref="IOException">The disk did not take it.</exception>
    public static void FlushFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
            return;
        using SafeFileHandle handle = Open(folder, 0);
        // A folder may be writable and not readable; its entries are then left to the file system.
        if (handle.IsInvalid)
            return;
        if (Sync(handle) is var error and not (0 or InvalidArgument or NotSupported))
            throw new IOException($"the folder {folder} cannot be flushed to the disk: {new Win32Exception(error).Message}");
    }

    private static int Sync(SafeFileHandle handle)
    {
        while (FSync(handle) != 0)
        {
            if (Marshal.GetLastPInvokeError() is var error and not Interrupted)
                return error;
        }

        return 0;
    }

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FSync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle Open(string path, int flags);
}
