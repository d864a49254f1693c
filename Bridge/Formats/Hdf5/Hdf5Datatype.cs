using System.Buffers.Binary;
using TfLbfgs.Runtime;

namespace TfLbfgs.Formats.Hdf5;

/// <summary>The classes of types in HDF5, with the numbers of the format.</summary>
internal enum Hdf5TypeClass
{
    Integer = 0,
    Float = 1,
    Time = 2,
    String = 3,
    BitField = 4,
    Opaque = 5,
    Compound = 6,
    Reference = 7,
    Enumeration = 8,
    VariableLength = 9,
    Array = 10,
}

/// <summary>
/// A type, as far as Keras uses types: numbers, booleans (h5py: an enumeration of FALSE and TRUE), bfloat16 (Keras 3: opaque, 2 bytes) and
/// strings of fixed or variable length.
/// </summary>
/// <param name="Class">The class.</param>
/// <param name="Size">Bytes per element in the file.</param>
/// <param name="DType">The element type, if it has one here.</param>
/// <param name="BigEndian">True where the bytes of each element must be reversed.</param>
/// <param name="IsVariableString">True for strings of variable length, whose element refers to a heap.</param>
/// <param name="PaddedBy">Fixed strings: what follows the text, 0 a zero byte, 1 zero bytes to the end, 2 spaces to the end.</param>
/// <param name="Description">The type in words.</param>
internal sealed record Hdf5Datatype(Hdf5TypeClass Class, uint Size, DType? DType, bool BigEndian, bool IsVariableString, int PaddedBy,
    string Description)
{
    public bool IsString => Class == Hdf5TypeClass.String || IsVariableString;

    public static Hdf5Datatype Parse(Hdf5Source source, ReadOnlySpan<byte> message)
    {
        var cursor = new Hdf5Cursor(source, message, "datatype");
        return Parse(source, ref cursor, 0);
    }

    private static Hdf5Datatype Parse(Hdf5Source source, ref Hdf5Cursor cursor, int depth)
    {
        if (depth > Hdf5Limits.TypeDepth)
            throw source.Damaged($"a type that nests {depth} types", $"at most {Hdf5Limits.TypeDepth}");
        byte classAndVersion = cursor.U8();
        int version = classAndVersion >> 4;
        if (version is < 1 or > 5)
            throw source.Unsupported($"a datatype of version {version}", "version 1 to 5");
        uint bits = (uint)cursor.Unsigned(3);
        uint size = cursor.U32();
        if (size == 0)
            throw source.Damaged("a type of 0 bytes", "at least 1 byte");
        bool bigEndian = (bits & 1) != 0;
        var typeClass = (Hdf5TypeClass)(classAndVersion & 15);
        switch (typeClass)
        {
            case Hdf5TypeClass.Integer:
                DType? integer = IntegerType(cursor.U16(), cursor.U16(), size, (bits & 8) != 0);
                return new(typeClass, size, integer, bigEndian, false, 0, integer?.PythonName
                    ?? $"an integer of {size} bytes with unused bits");
            case Hdf5TypeClass.Float:
                DType? real = FloatType(cursor.Take(12), size, bits);
                return new(typeClass, size, real, bigEndian, false, 0, real?.PythonName
                    ?? $"a floating-point type of {size} bytes that is not IEEE");
            case Hdf5TypeClass.String:
                return new(typeClass, size, null, false, false, (int)(bits & 15), $"string of {size} bytes");
            case Hdf5TypeClass.Opaque:
                bool isBFloat16 = size == 2;
                return new(typeClass, size, isBFloat16
                    ? Runtime.DType.BFloat16 : null, false, false, 0, isBFloat16 ? "bfloat16" : $"opaque of {size} bytes");
            case Hdf5TypeClass.Enumeration:
                return EnumerationType(source, ref cursor, size, version, (int)(bits & 0xffff), depth);
            case Hdf5TypeClass.VariableLength:
                bool isString = (bits & 15) == 1;
                return new(typeClass, size, null, false, isString, 0, isString
                    ? "string of variable length" : "sequence of variable length");
            case Hdf5TypeClass.Compound:
                return new(typeClass, size, null, false, false, 0, $"a compound type of {size} bytes, as complex numbers are");
            case Hdf5TypeClass.Time or Hdf5TypeClass.BitField or Hdf5TypeClass.Reference or Hdf5TypeClass.Array:
                return new(typeClass, size, null, false, false, 0, $"{typeClass.ToString().ToLowerInvariant()} of {size} bytes");
            default:
                throw source.Unsupported($"a datatype of the unknown class {(int)typeClass}", "numbers, booleans or strings");
        }
    }

    private static DType? IntegerType(int bitOffset, int precision, uint size, bool signed) =>
        (bitOffset, precision == 8 * size, size, signed) switch
        {
            (0, true, 1, true) => Runtime.DType.Int8,
            (0, true, 2, true) => Runtime.DType.Int16,
            (0, true, 4, true) => Runtime.DType.Int32,
            (0, true, 8, true) => Runtime.DType.Int64,
            (0, true, 1, false) => Runtime.DType.UInt8,
            (0, true, 2, false) => Runtime.DType.UInt16,
            (0, true, 4, false) => Runtime.DType.UInt32,
            (0, true, 8, false) => Runtime.DType.UInt64,
            _ => null,
        };

    /// <summary>Compares the whole layout: two types of 2 bytes differ only in where the exponent ends.</summary>
    private static DType? FloatType(ReadOnlySpan<byte> properties, uint size, uint bits)
    {
        int bitOffset = BinaryPrimitives.ReadUInt16LittleEndian(properties);
        int precision = BinaryPrimitives.ReadUInt16LittleEndian(properties[2..]);
        uint bias = BinaryPrimitives.ReadUInt32LittleEndian(properties[8..]);
        uint signAt = (bits >> 8) & 0xff;
        bool vaxOrder = (bits & 0x40) != 0;
        bool impliedBit = ((bits >> 4) & 3) == 2;
        if (bitOffset != 0 || precision != 8 * size || signAt != precision - 1 || vaxOrder || !impliedBit || properties[6] != 0)
            return null;
        return (size, ExponentAt: properties[4], ExponentBits: properties[5], MantissaBits: properties[7], bias) switch
        {
            (2, 10, 5, 10, 15) => Runtime.DType.Float16,
            (2, 7, 8, 7, 127) => Runtime.DType.BFloat16,
            (4, 23, 8, 23, 127) => Runtime.DType.Float32,
            (8, 52, 11, 52, 1023) => Runtime.DType.Float64,
            _ => null,
        };
    }

    private static Hdf5Datatype EnumerationType(Hdf5Source source, ref Hdf5Cursor cursor, uint size, int version, int members, int depth)
    {
        Hdf5Datatype underlying = Parse(source, ref cursor, depth + 1);
        bool isBool = members == 2 && size == 1 && underlying is { Size: 1, DType: not null };
        if (isBool)
        {
            isBool = MemberName(source, ref cursor, version) == "FALSE" & MemberName(source, ref cursor, version) == "TRUE";
            isBool = isBool && cursor.U8() == 0 && cursor.U8() == 1;
        }
        return new(Hdf5TypeClass.Enumeration, size, isBool
            ? Runtime.DType.Bool : null, underlying.BigEndian, false, 0, isBool ? "bool" : $"enumeration of {members} members");
    }

    private static string MemberName(Hdf5Source source, ref Hdf5Cursor cursor, int version)
    {
        var name = new List<byte>();
        for (byte b = cursor.U8(); b != 0; b = cursor.U8())
            name.Add(b);
        if (version < 3)
            cursor.Skip((8 - ((name.Count + 1) % 8)) % 8);
        return Hdf5Cursor.Text(source, name.ToArray(), "name of a member");
    }
}
