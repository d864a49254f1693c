using Microsoft.Win32.SafeHandles;
using TfLbfgs.Formats.Zip;

namespace TfLbfgs.Formats;

/// <summary>A place in a file where elements are stored as they are in memory. It can be read by several threads at once.</summary>
/// <param name="File">The file; not owned.</param>
/// <param name="Position">Where the elements begin.</param>
internal readonly record struct FileRange(SafeFileHandle File, long Position)
{
    /// <summary>The place in the file that a stream reads; null where it reads memory, or what it inflates.</summary>
    public static FileRange? Of(Stream stream, long position) => stream switch
    {
        FileStream file => new FileRange(file.SafeFileHandle, position),
        StreamSlice slice => slice.RangeAt(position),
        _ => null,
    };

    /// <summary>Reads bytes at a distance from the beginning; false where the file ends before or cannot be read.</summary>
    public bool TryRead(long at, Span<byte> bytes)
    {
        try
        {
            while (!bytes.IsEmpty)
            {
                int count = RandomAccess.Read(File, bytes, Position + at);
                if (count == 0)
                    return false;
                bytes = bytes[count..];
                at += count;
            }

            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
