using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using TfLbfgs.IO;

namespace TfLbfgs.Cli.Files;

/// <summary>
/// Which file a path leads to, regardless of its name: the device and the inode after all links; for a file that is not there yet those of
/// its folder, and its name.
/// </summary>
/// <param name="Key">Equal for the same file only.</param>
/// <param name="Kind">What is there.</param>
internal readonly partial record struct FileIdentity(string Key, FileEntry Kind)
{
    private const int CurrentFolder = -100;
    private const uint BasicStats = 0x7FF;
    private const int StatSize = 256;

    /// <summary>Looks a path up.</summary>
    public static FileIdentity Of(string path)
    {
        // The system follows links to pipes, whose targets have no path.
        if (Find(Path.GetFullPath(path)) is { } there)
            return there;
        string final = FinalPath(path);
        if (Find(final) is { } found)
            return found;
        string folder = AtomicFile.FolderOf(final);
        return new FileIdentity($"{Find(folder)?.Key ?? folder}/{Path.GetFileName(final)}", FileEntry.None);
    }

    /// <summary>The full path after all links, also where the last one leads to nothing.</summary>
    public static string FinalPath(string path)
    {
        string full = Path.GetFullPath(path);
        try
        {
            return new FileInfo(full).LinkTarget is null ? full : File.ResolveLinkTarget(full, returnFinalTarget: true)?.FullName ?? full;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TfLbfgsException(
                $"{path}: expected a file, or a link to one, received a link that cannot be followed: {e.Message.TrimEnd('.')}.", e);
        }
    }

    private static FileIdentity? Find(string path)
    {
        if (!OperatingSystem.IsLinux())
            return Directory.Exists(path)
                ? new FileIdentity(path, FileEntry.Folder) : File.Exists(path) ? new FileIdentity(path, FileEntry.File) : null;
        Span<byte> stat = stackalloc byte[StatSize];
        if (StatX(CurrentFolder, path, 0, BasicStats, stat) != 0)
            return null;
        ulong inode = BinaryPrimitives.ReadUInt64LittleEndian(stat[32..]);
        uint major = BinaryPrimitives.ReadUInt32LittleEndian(stat[136..]), minor = BinaryPrimitives.ReadUInt32LittleEndian(stat[140..]);
        FileEntry kind = (BinaryPrimitives.ReadUInt16LittleEndian(stat[28..]) & 0xF000) switch
        {
            0x8000 => FileEntry.File,
            0x4000 => FileEntry.Folder,
            _ => FileEntry.Device,
        };
        return new FileIdentity(string.Create(CultureInfo.InvariantCulture, $"{major}:{minor}:{inode}"), kind);
    }

    // The layout of its result is the same on every architecture.
    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatX(int folder, string path, int flags, uint mask, Span<byte> result);
}
