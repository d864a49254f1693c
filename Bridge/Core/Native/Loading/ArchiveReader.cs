using System.Security.Cryptography;
using ZstdSharp;
using ZstdSharp.Unsafe;

namespace TfLbfgs.Native.Loading;

/// <summary>Unpacks one zstd archive and verifies what comes out.</summary>
internal static class ArchiveReader
{
    private const int BlockSize = 1 << 20;

    /// <summary>The archives are made with <c>--long=27</c>: a window of 128 MiB.</summary>
    private const int WindowLog = 27;

    /// <summary>Decompresses into a stream; hashing and writing overlap with the decompression of the next block.</summary>
    /// <param name="name">The archive's path, for messages.</param>
    /// <param name="archive">The archive.</param>
    /// <param name="target">Receives the file.</param>
    /// <param name="expected">Size and checksum that the file must have.</param>
    /// <param name="progress">Receives the number of bytes of each block.</param>
    /// <exception cref="NativeLibraryException">The archive is damaged.</exception>
    public static void Unpack(string name, Stream archive, Stream target, VendoredFile expected, Action<int> progress)
    {
        using DecompressionStream decompressed = new(archive, BlockSize, checkEndOfStream: true, leaveOpen: true);
        decompressed.SetParameter(ZSTD_dParameter.ZSTD_d_windowLogMax, WindowLog);
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] front = new byte[BlockSize], back = new byte[BlockSize];
        Task pending = Task.CompletedTask;
        long total = 0;
        try
        {
            while (Fill(name, decompressed, front) is > 0 and int count)
            {
                pending.GetAwaiter().GetResult();
                total += count;
                if (total > expected.Size)
                    throw Damaged(name, $"it unpacks to more than the expected {expected.Size} bytes");

                byte[] block = front;
                pending = Task.Run(() =>
                {
                    hash.AppendData(block, 0, count);
                    target.Write(block, 0, count);
                });
                (front, back) = (back, front);
                progress(count);
            }
        }
        finally
        {
            // The block in flight uses the hash and the stream, which are about to be disposed.
            pending.GetAwaiter().GetResult();
        }

        if (total != expected.Size)
            throw Damaged(name, $"it unpacks to {total} bytes instead of {expected.Size}");

        string sha256 = Convert.ToHexStringLower(hash.GetHashAndReset());
        if (sha256 != expected.Sha256)
            throw Damaged(name, $"the SHA-256 of {expected.Name} is {sha256} instead of {expected.Sha256}");
    }

    private static int Fill(string name, DecompressionStream stream, byte[] buffer)
    {
        try
        {
            return stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        }
        catch (ZstdException e)
        {
            throw Damaged(name, e.Message.TrimEnd('.'), e);
        }
        catch (EndOfStreamException e)
        {
            throw Damaged(name, "it is cut short", e);
        }
    }

    private static NativeLibraryException Damaged(string name, string how, Exception? cause = null) =>
        new($"The archive {name} is damaged: {how}. Fetch it again (git checkout -- native), or set TFLBFGS_NATIVE to an installed "
            + "TensorFlow library.", cause);
}
