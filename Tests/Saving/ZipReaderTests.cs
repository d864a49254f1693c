using System.IO.Compression;
using TfLbfgs.Formats;
using TfLbfgs.Formats.Zip;
using Xunit;

namespace TfLbfgs.Tests.Saving;

public class ZipReaderTests
{
    [Theory]
    [InlineData(CompressionLevel.NoCompression)]
    [InlineData(CompressionLevel.Optimal)]
    public void OpenMember_Sound_HasTheContentAndSeeks(CompressionLevel level)
    {
        byte[] content = [.. Enumerable.Range(0, 100_000).Select(i => (byte)(i * i))];
        using ZipReader archive = Open(Archive(level, ("a", [1, 2, 3]), ("folder/b", content)));
        Assert.Equal(["a", "folder/b"], archive.Members.Select(member => member.Name));
        foreach (Func<ZipMember, Stream> open in (Func<ZipMember, Stream>[])[archive.OpenMember, archive.OpenSequential])
        {
            using Stream member = open(archive.Find("folder/b")!);
            byte[] part = new byte[10];
            member.Position = content.Length - 10;
            member.ReadExactly(part);
            Assert.Equal(content[^10..], part);
            Assert.Equal(0, member.Read(part));
            member.Position = 500;
            member.ReadExactly(part);
            Assert.Equal(content[500..510], part);
        }

        Assert.Equal([1, 2, 3], archive.ReadMember(archive.Find("a")!, 3));
        Assert.Null(archive.Find("c"));
        Assert.Throws<FileFormatException>(() => archive.ReadMember(archive.Find("a")!, 2));
    }

    [Theory]
    [InlineData(CompressionLevel.NoCompression)]
    [InlineData(CompressionLevel.Optimal)]
    public void OpenMember_ChangedByte_IsRefused(CompressionLevel level)
    {
        byte[] file = Archive(level, ("a", [.. Enumerable.Range(0, 1000).Select(i => (byte)(i * 7))]));
        file[60] ^= 4;
        using ZipReader archive = Open(file);
        Assert.Throws<FileFormatException>(() => archive.OpenMember(archive.Members[0]));
        Assert.Throws<FileFormatException>(() => archive.OpenSequential(archive.Members[0]));
    }

    [Fact]
    public void Open_CutAnywhere_IsRefused()
    {
        byte[] file = Archive(CompressionLevel.NoCompression, ("a", new byte[50]), ("b", new byte[70]));
        for (int length = 0; length < file.Length; length++)
            Assert.Throws<FileFormatException>(() => Open(file[..length]).Dispose());
    }

    [Fact]
    public void Crc32_KnownTexts_HaveTheirChecksums()
    {
        Assert.Equal(0xCBF43926, Crc32.Append(0, "123456789"u8));
        Assert.Equal(0x414FA339u, Crc32.Append(Crc32.Append(0, "The quick brown fox "u8), "jumps over the lazy dog"u8));
    }

    /// <summary>An archive of these members.</summary>
    internal static byte[] Archive(CompressionLevel level, params (string Name, byte[] Content)[] members)
    {
        using MemoryStream stream = new();
        using (ZipArchive archive = new(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach ((string name, byte[] content) in members)
            {
                using Stream member = archive.CreateEntry(name, level).Open();
                member.Write(content);
            }
        }

        return stream.ToArray();
    }

    private static ZipReader Open(byte[] file) => ZipReader.Open(new MemoryStream(file, writable: false), "test.zip");
}
