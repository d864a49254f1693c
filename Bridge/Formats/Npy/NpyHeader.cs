using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using TfLbfgs.Runtime;

namespace TfLbfgs.Formats.Npy;

/// <summary>
/// The header of an array of NumPy: element type, order of the elements and shape, written as a dictionary of Python, which is parsed and
/// never evaluated.
/// </summary>
/// <param name="DType">The element type.</param>
/// <param name="IsBigEndian">Whether the bytes of each element must be reversed.</param>
/// <param name="IsColumnMajor">Whether the first axis varies fastest.</param>
/// <param name="Shape">The lengths of the axes.</param>
/// <param name="Length">The length of the header in the file.</param>
internal sealed partial record NpyHeader(DType DType, bool IsBigEndian, bool IsColumnMajor, IReadOnlyList<long> Shape, int Length)
{
    private const int MaxLength = 1 << 20;
    private const int MaxRank = 64;
    private const int Alignment = 64;

    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Reads the header at the start of a stream.</summary>
    /// <param name="stream">The content; its position changes.</param>
    /// <param name="fail">Makes the exception from what was found and expected.</param>
    public static NpyHeader Read(Stream stream, Func<string, string, FileFormatException> fail)
    {
        Span<byte> head = stackalloc byte[12];
        stream.Position = 0;
        int count = stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        if (count < 10 || !head.StartsWith(Magic))
            throw fail("no array of NumPy", "the signature \\x93NUMPY");
        int version = head[6];
        if (version is < 1 or > 3)
            throw fail($"version {version} of the format", "version 1 to 3");
        int start = version == 1 ? 10 : 12;
        uint length = version == 1
            ? BinaryPrimitives.ReadUInt16LittleEndian(head[8..]) : BinaryPrimitives.ReadUInt32LittleEndian(head[8..]);
        if (count < start || length > MaxLength || length > stream.Length - start)
            throw fail($"a header of {length} bytes in a file of {stream.Length}", $"at most {MaxLength} bytes inside the file");
        byte[] text = new byte[length];
        stream.Position = start;
        stream.ReadExactly(text);
        return Parse(Encoding.Latin1.GetString(text), start + (int)length, fail);
    }

    /// <summary>The header for an array, row-major and little-endian.</summary>
    /// <exception cref="TfLbfgsException">NumPy has no such type.</exception>
    public static byte[] Write(StoredArray array)
    {
        string type = array.DType switch
        {
            DType.Bool => "|b1",
            DType.Int8 => "|i1",
            DType.UInt8 => "|u1",
            DType.Complex64 or DType.Complex128 => $"<c{array.DType.Size}",
            DType.BFloat16 => "<V2",
            DType.Float16 or DType.Float32 or DType.Float64 => $"<f{array.DType.Size}",
            DType.Int16 or DType.Int32 or DType.Int64 => $"<i{array.DType.Size}",
            DType.UInt16 or DType.UInt32 or DType.UInt64 => $"<u{array.DType.Size}",
            _ => throw new TfLbfgsException($"Expected numbers or booleans, received {array.DType.PythonName}, which NumPy does not have."),
        };
        string text = $"{{'descr': '{type}', 'fortran_order': False, 'shape': {array.ShapeText}, }}";
        int start = text.Length + 11 > ushort.MaxValue ? 12 : 10;
        int length = ((start + text.Length + 1 + Alignment - 1) / Alignment * Alignment) - start;
        byte[] header = new byte[start + length];
        Magic.CopyTo(header);
        header[6] = (byte)(start == 10 ? 1 : 2);
        if (start == 10)
            BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(8), (ushort)length);
        else
            BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(8), (uint)length);
        Encoding.Latin1.GetBytes(text.PadRight(length - 1) + "\n", header.AsSpan(start));
        return header;
    }

    private static NpyHeader Parse(string text, int length, Func<string, string, FileFormatException> fail)
    {
        Match order = Order().Match(text), shape = ShapeOf().Match(text), type = Type().Match(text);
        if (!order.Success || !shape.Success || !text.Contains("'descr'", StringComparison.Ordinal))
            throw fail("a header without descr, fortran_order and shape", "the dictionary that NumPy writes");
        if (!type.Success)
            throw fail("a structured array", "numbers or booleans");
        List<long> axes = [];
        foreach (string axis in shape.Groups[1].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            axes.Add(long.TryParse(axis.TrimEnd('L'), NumberStyles.None, CultureInfo.InvariantCulture, out long value)
                ? value : throw fail($"an axis of length {axis}", "an integer"));
        if (axes.Count > MaxRank)
            throw fail($"{axes.Count} axes", $"at most {MaxRank}");
        return new NpyHeader(
            TypeOf(type.Groups[2].Value)
                ?? throw fail(type.Groups[2].Value == "O"
                ? "an object array, which is a pickle: a program" : $"elements of type '{type.Groups[2].Value}'", "numbers or booleans"),
            type.Groups[1].Value == ">", order.Groups[1].Value == "True", axes, length);
    }

    private static DType? TypeOf(string code) => code switch
    {
        "b1" => DType.Bool,
        "i1" => DType.Int8,
        "i2" => DType.Int16,
        "i4" => DType.Int32,
        "i8" => DType.Int64,
        "u1" => DType.UInt8,
        "u2" => DType.UInt16,
        "u4" => DType.UInt32,
        "u8" => DType.UInt64,
        "f2" => DType.Float16,
        "f4" => DType.Float32,
        "f8" => DType.Float64,
        "c8" => DType.Complex64,
        "c16" => DType.Complex128,
        // As NumPy writes the bfloat16 of ml_dtypes.
        "V2" => DType.BFloat16,
        _ => null,
    };

    [GeneratedRegex("'fortran_order'\\s*:\\s*(True|False)")]
    private static partial Regex Order();

    [GeneratedRegex("'shape'\\s*:\\s*\\(([^()]*)\\)")]
    private static partial Regex ShapeOf();

    [GeneratedRegex("'descr'\\s*:\\s*'([<>|=]?)([A-Za-z]\\d*)'")]
    private static partial Regex Type();
}
