using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace TfLbfgs.Native.Loading;

/// <summary>
/// Reads a Linux library's headers without loading it. A library that is loaded and then found unfit cannot be unloaded (C++ keeps it), and
/// one that is cut short kills the process.
/// </summary>
internal sealed class ElfLibrary : IDisposable
{
    private const ulong DynamicNeeded = 1, DynamicStrings = 5, DynamicSymbols = 6, DynamicRunPathOld = 15, DynamicRunPath = 29,
        DynamicGnuHash = 0x6ffffef5;

    private const int SymbolSize = 24;

    private readonly SafeFileHandle _file;
    private readonly List<(ulong Address, ulong Offset, ulong Size)> _segments = [];
    private readonly Dictionary<ulong, ulong> _dynamic = [];
    private readonly List<ulong> _needed = [];

    private ElfLibrary(SafeFileHandle file)
    {
        _file = file;
        ReadHeaders();
    }

    /// <summary>Opens a library.</summary>
    /// <exception cref="InvalidDataException">Not a complete library for this processor. The message is a reason to put after a
    /// path.</exception>
    public static ElfLibrary Open(string path)
    {
        SafeFileHandle file = File.OpenHandle(path);
        try
        {
            return new ElfLibrary(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The folders in which it looks for the libraries that it needs; empty when it names none.</summary>
    public string RunPath =>
        _dynamic.TryGetValue(DynamicRunPath, out ulong at) || _dynamic.TryGetValue(DynamicRunPathOld, out at) ? ReadString(at) : "";

    /// <summary>The libraries that it needs.</summary>
    public IReadOnlyList<string> Needed => [.. _needed.Select(ReadString)];

    /// <summary>False when its table of symbols is in a form that is not read here; then <see cref="Exports"/> says nothing.</summary>
    public bool HasSymbolTable =>
        _dynamic.ContainsKey(DynamicGnuHash) && _dynamic.ContainsKey(DynamicSymbols) && _dynamic.ContainsKey(DynamicStrings);

    /// <summary>Whether it defines a symbol.</summary>
    public bool Exports(string symbol)
    {
        if (!HasSymbolTable)
            return false;

        ulong table = _dynamic[DynamicGnuHash];
        uint bucketCount = ReadUInt32(table), firstSymbol = ReadUInt32(table + 4), bloomWords = ReadUInt32(table + 8);
        if (bucketCount == 0)
            return false;

        uint hash = GnuHash(symbol);
        ulong buckets = table + 16 + (8UL * bloomWords), chain = buckets + (4UL * bucketCount);
        uint index = ReadUInt32(buckets + (4UL * (hash % bucketCount)));
        if (index < firstSymbol)
            return false;

        for (; ; index++)
        {
            uint entry = ReadUInt32(chain + (4UL * (index - firstSymbol)));
            if ((entry | 1) == (hash | 1) && IsDefined(index, symbol))
                return true;
            if ((entry & 1) != 0)
                return false;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private void ReadHeaders()
    {
        const int HeaderSize = 64, SegmentSize = 56;
        Span<byte> header = stackalloc byte[HeaderSize];
        long length = RandomAccess.GetLength(_file);
        if (RandomAccess.Read(_file, header, 0) < HeaderSize || !header.StartsWith("\u007fELF"u8))
            throw new InvalidDataException("not a Linux library");
        if (header[4] != 2 || header[5] != 1)
            throw new InvalidDataException("not a 64-bit library");

        ushort machine = BinaryPrimitives.ReadUInt16LittleEndian(header[18..]);
        ushort expected = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? (ushort)183 : (ushort)62;
        if (machine != expected)
            throw new InvalidDataException(
                $"made for another processor (ELF machine {machine}, this process is {RuntimeInformation.ProcessArchitecture})");

        long at = BinaryPrimitives.ReadInt64LittleEndian(header[32..]);
        int count = BinaryPrimitives.ReadUInt16LittleEndian(header[56..]);
        (ulong Offset, ulong Size) dynamic = default;
        Span<byte> segment = stackalloc byte[SegmentSize];
        for (int i = 0; i < count; i++, at += SegmentSize)
        {
            ReadExactly(segment, at);
            uint type = BinaryPrimitives.ReadUInt32LittleEndian(segment);
            ulong offset = BinaryPrimitives.ReadUInt64LittleEndian(segment[8..]);
            ulong address = BinaryPrimitives.ReadUInt64LittleEndian(segment[16..]);
            ulong size = BinaryPrimitives.ReadUInt64LittleEndian(segment[32..]);
            if (offset > (ulong)length || size > (ulong)length - offset)
                throw new InvalidDataException($"cut short: {length} bytes, {offset + size} expected");
            if (type == 1)
                _segments.Add((address, offset, size));
            else if (type == 2)
                dynamic = (offset, size);
        }

        ReadDynamic(dynamic.Offset, dynamic.Size);
    }

    private void ReadDynamic(ulong offset, ulong size)
    {
        Span<byte> entry = stackalloc byte[16];
        for (ulong end = offset + size; offset + 16 <= end; offset += 16)
        {
            ReadExactly(entry, (long)offset);
            ulong tag = BinaryPrimitives.ReadUInt64LittleEndian(entry), value = BinaryPrimitives.ReadUInt64LittleEndian(entry[8..]);
            if (tag == DynamicNeeded)
                _needed.Add(value);
            else
                _dynamic[tag] = value;
        }
    }

    private bool IsDefined(uint index, string symbol)
    {
        Span<byte> entry = stackalloc byte[SymbolSize];
        ReadExactly(entry, FileOffset(_dynamic[DynamicSymbols] + ((ulong)SymbolSize * index)));
        bool isDefined = BinaryPrimitives.ReadUInt16LittleEndian(entry[6..]) != 0;
        return isDefined && HasName(BinaryPrimitives.ReadUInt32LittleEndian(entry), symbol);
    }

    private bool HasName(uint nameOffset, string symbol)
    {
        Span<byte> name = stackalloc byte[symbol.Length + 1];
        ReadExactly(name, FileOffset(_dynamic[DynamicStrings] + nameOffset));
        return name[^1] == 0 && Encoding.ASCII.GetString(name[..^1]) == symbol;
    }

    private string ReadString(ulong stringOffset)
    {
        Span<byte> text = stackalloc byte[4096];
        int count = RandomAccess.Read(_file, text, FileOffset(_dynamic[DynamicStrings] + stringOffset));
        int end = text[..count].IndexOf((byte)0);
        return Encoding.UTF8.GetString(text[..(end < 0 ? count : end)]);
    }

    private uint ReadUInt32(ulong address)
    {
        Span<byte> value = stackalloc byte[4];
        ReadExactly(value, FileOffset(address));
        return BinaryPrimitives.ReadUInt32LittleEndian(value);
    }

    private long FileOffset(ulong address)
    {
        foreach ((ulong start, ulong offset, ulong size) in _segments)
        {
            if (address >= start && address - start < size)
                return (long)(offset + (address - start));
        }

        throw new InvalidDataException("its headers point outside the file");
    }

    private void ReadExactly(Span<byte> target, long offset)
    {
        if (RandomAccess.Read(_file, target, offset) < target.Length)
            throw new InvalidDataException("cut short");
    }

    private static uint GnuHash(string symbol)
    {
        uint hash = 5381;
        foreach (char c in symbol)
            hash = unchecked((hash * 33) + c);

        return hash;
    }
}
