using System.Buffers.Binary;
using System.Text;
using TfLbfgs.Formats.Hdf5;

namespace TfLbfgs.Tests.Saving;

/// <summary>
/// Builds small HDF5 files byte by byte, with valid checksums, so that what they declare can be as hostile as a test wants. Blocks are put
/// into slots, whose addresses are known beforehand.
/// </summary>
internal sealed class Hdf5Probe
{
    public const int SlotLength = 4096;
    public const int Root = 0;
    public const ulong Undefined = ulong.MaxValue;

    private readonly Dictionary<int, byte[]> _slots = [];

    /// <summary>The bytes of a float64 type.</summary>
    public static byte[] Float64 { get; } = [0x11, 0x20, 0x3f, 0, 8, 0, 0, 0, 0, 0, 64, 0, 52, 11, 0, 52, 0xff, 3, 0, 0];

    public static ulong Address(int slot) => (ulong)((slot + 1) * SlotLength);

    public static byte[] Concat(params object[] parts)
    {
        var bytes = new List<byte>();
        foreach (object part in parts)
        {
            byte[] next = part switch
            {
                byte b => [b],
                ushort u => BitConverter.GetBytes(u),
                uint u => BitConverter.GetBytes(u),
                ulong u => BitConverter.GetBytes(u),
                string s => Encoding.UTF8.GetBytes(s),
                byte[] b => b,
                _ => throw new ArgumentException(part.GetType().Name),
            };
            bytes.AddRange(next);
        }
        return [.. bytes];
    }

    public static byte[] Space(params ulong[] shape) =>
        Concat((byte)2, (byte)shape.Length, (byte)0, (byte)1, Concat([.. shape.Cast<object>()]));

    public static byte[] Contiguous(ulong address, ulong length) => Concat((byte)3, (byte)1, address, length);

    public static byte[] Chunked(ulong index, params uint[] shapeAndElement) =>
        Concat((byte)3, (byte)2, (byte)shapeAndElement.Length, index, Concat([.. shapeAndElement.Cast<object>()]));

    public static byte[] Filters(params ushort[] filters) => Concat((byte)2, (byte)filters.Length, Concat([.. filters.Select(f =>
        (object)(f >= 256 ? Concat(f, (ushort)0, (ushort)0, (ushort)0) : Concat(f, (ushort)0, (ushort)0)))]));

    public static (byte, byte[]) HardLink(string name, int slot) => (6, Concat((byte)1, (byte)0, (byte)name.Length, name, Address(slot)));

    public static (byte, byte[]) SoftLink(string name, string target) =>
        (6, Concat((byte)1, (byte)8, (byte)1, (byte)name.Length, name, (ushort)target.Length, target));

    public static (byte, byte[]) ExternalLink(string name, string file, string target) =>
        (6, Concat((byte)1, (byte)8, (byte)64, (byte)name.Length, name, (ushort)(file.Length + target.Length + 3), (byte)0, file, (byte)0,
            target, (byte)0));

    /// <summary>A list of names of fixed length.</summary>
    public static (byte, byte[]) Names(string attribute, params string[] names)
    {
        int length = names.Max(n => n.Length);
        byte[] type = Concat((byte)0x13, (byte)1, (ushort)0, (uint)length);
        byte[] space = Space((ulong)names.Length);
        byte[] head =
            Concat((byte)3, (byte)0, (ushort)(attribute.Length + 1), (ushort)type.Length, (ushort)space.Length, (byte)0, attribute,
            (byte)0);
        return (12, Concat(head, type, space, Encoding.ASCII.GetBytes(string.Concat(names.Select(n => n.PadRight(length, '\0'))))));
    }

    /// <summary>The messages of a dataset of float64.</summary>
    public static (byte, byte[])[] Dataset(byte[] space, byte[] layout, params (byte, byte[])[] more) =>
        [(1, space), (3, Float64), (8, layout), .. more];

    /// <summary>Puts an object header into a slot.</summary>
    public Hdf5Probe Object(int slot, params (byte Kind, byte[] Body)[] messages)
    {
        byte[] body = Concat([.. messages.Select(m => (object)Concat(m.Kind, (ushort)m.Body.Length, (byte)0, m.Body))]);
        _slots[slot] = Seal(Concat("OHDR", (byte)2, (byte)2, (uint)body.Length, body));
        return this;
    }

    public Hdf5Probe Group(int slot, params (byte Kind, byte[] Body)[] messages) =>
        Object(slot, [(2, Concat((byte)0, (byte)0, Undefined, Undefined)), .. messages]);

    public Hdf5Probe Block(int slot, params object[] parts)
    {
        _slots[slot] = Concat(parts);
        return this;
    }

    public static byte[] Seal(byte[] structure) => Concat(structure, Hdf5Checksum.Lookup3(structure));

    public byte[] ToArray()
    {
        int slots = _slots.Max(s => s.Key + ((s.Value.Length + SlotLength - 1) / SlotLength)) + 1;
        byte[] file = new byte[slots * SlotLength];
        Seal(Concat((byte)0x89, "HDF\r\n", (byte)0x1a, "\n", (byte)2, (byte)8, (byte)8, (byte)0, 0UL, Undefined, (ulong)file.Length,
            Address(Root))).CopyTo(file, 0);
        foreach ((int slot, byte[] bytes) in _slots)
            bytes.CopyTo(file, (int)Address(slot));
        return file;
    }

    /// <summary>Makes the checksums right again after a change, so that the change reaches the parser behind them.</summary>
    public static void Reseal(byte[] file)
    {
        if (file.Length >= 48 && file[8] is 2 or 3)
            Write(file, 44, 0, 44);
        for (int i = 0; i + 16 < file.Length; i++)
        {
            if (!file.AsSpan(i, 4).SequenceEqual("OHDR"u8))
                continue;
            int flags = file[i + 5];
            int prefix = 6 + ((flags & 0x20) != 0 ? 16 : 0) + ((flags & 0x10) != 0 ? 4 : 0);
            int bytes = 1 << (flags & 3);
            ulong length = 0;
            for (int b = 0; b < bytes && i + prefix + b < file.Length; b++)
                length |= (ulong)file[i + prefix + b] << (8 * b);
            if ((Int128)length < file.Length - i - prefix - bytes - 4)
                Write(file, i + prefix + bytes + (int)length, i, prefix + bytes + (int)length);
        }

        static void Write(byte[] file, int at, int start, int length) =>
            BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(at), Hdf5Checksum.Lookup3(file.AsSpan(start, length)));
    }
}
