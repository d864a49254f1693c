using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace TfLbfgs.IO;

/// <summary>
/// A file that is written to the disk while more of it is being made, so that less is left for the flush at its end. What is flushed, and
/// what that reports, stays as it is: this only begins earlier.
/// </summary>
internal sealed partial class WritebackStream(FileStream file) : Stream
{
    private const long Step = 8 << 20;
    private const uint Begin = 2;

    private long _written;
    private long _begun;

    public override bool CanRead => file.CanRead;

    public override bool CanSeek => file.CanSeek;

    public override bool CanWrite => file.CanWrite;

    public override long Length => file.Length;

    public override long Position
    {
        get => file.Position;
        set => file.Position = value;
    }

    public override void Flush() => file.Flush();

    public override int Read(byte[] buffer, int offset, int count) => file.Read(buffer, offset, count);

    public override int Read(Span<byte> buffer) => file.Read(buffer);

    public override long Seek(long offset, SeekOrigin origin) => file.Seek(offset, origin);

    public override void SetLength(long value) => file.SetLength(value);

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (buffer.Length > Step)
        {
            WritePart(buffer[..(int)Step]);
            buffer = buffer[(int)Step..];
        }

        WritePart(buffer);
    }

    private void WritePart(ReadOnlySpan<byte> buffer)
    {
        file.Write(buffer);
        _written += buffer.Length;
        if (_written - _begun < Step || !OperatingSystem.IsLinux())
            return;
        _begun = _written;
        // From the start to the end: what is on the disk or under way is left alone. A file system may refuse; the flush does it all then.
        _ = SyncFileRange(file.SafeFileHandle, 0, 0, Begin);
    }

    [LibraryImport("libc", EntryPoint = "sync_file_range")]
    private static partial int SyncFileRange(SafeFileHandle file, long offset, long count, uint flags);
}
