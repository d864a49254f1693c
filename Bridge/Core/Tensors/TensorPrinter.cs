using System.Globalization;
using System.Numerics;
using System.Text;
using TfLbfgs.Runtime;

namespace TfLbfgs.Tensors;

/// <summary>
/// Prints tensors as Python does: <c>tf.Tensor([1. 2.], shape=(2,), dtype=float64)</c>, the values as NumPy prints arrays.
/// </summary>
internal static class TensorPrinter
{
    private const int LineWidth = 75;
    private const int EdgeItems = 3;
    private const int Threshold = 1000;

    public static string Print(Tensor tensor)
    {
        if (tensor is EagerTensor { IsDisposed: true })
            return "tf.Tensor(disposed)";
        string facts = $"shape={tensor.Shape}, dtype={tensor.DType.PythonName})";
        if (tensor.IsSymbolic)
            return $"tf.Tensor({facts}";
        if (tensor.DType is DType.Resource or DType.Variant)
            return $"tf.Tensor(<{tensor.DType.PythonName}>, {facts}";
        string values = Values(tensor);
        // Python begins a block of several lines on a line of its own.
        return $"tf.Tensor({(values.Contains('\n', StringComparison.Ordinal) ? "\n" : "")}{values}, {facts}";
    }

    private static string Values(Tensor tensor)
    {
        long[] shape = tensor.Shape.ToArray();
        if (tensor.Shape.ElementCount == 0)
            return "[]";
        Func<long, string> format = Formatter(tensor, Shown(shape));
        return shape.Length == 0 ? format(0) : new Layout(shape, format).Print();
    }

    /// <summary>How one element is printed, given by its row-major position.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="shown">The positions that will be printed: they decide the format of all.</param>
    private static Func<long, string> Formatter(Tensor tensor, List<long> shown)
    {
        bool scalar = tensor.Rank == 0;
        switch (tensor.DType)
        {
            case DType.String:
                byte[][] strings = tensor.ToByteStrings();
                return i => Quote(strings[i]);
            case DType.Bool:
                double[] truths = tensor.ToDoubles();
                return i => truths[i] == 0 ? "False" : scalar ? "True" : " True";
            case DType.Complex64:
                Complex64[] singles = tensor.ToArray<Complex64>();
                return ComplexFormatter(Array.ConvertAll(singles, z => new Complex(z.Real, z.Imaginary)), tensor.DType, scalar, shown);
            case DType.Complex128:
                return ComplexFormatter(tensor.ToArray<Complex>(), tensor.DType, scalar, shown);
            case DType.BFloat16:
                double[] brains = tensor.ToDoubles();
                return i => Brain(brains[i]);
            case DType.Float16 or DType.Float32 or DType.Float64:
                double[] numbers = tensor.ToDoubles();
                if (scalar)
                    return i => NumberFormat.Scalar(numbers[i], tensor.DType);
                NumberFormat format = new([.. shown.Select(i => numbers[i])], tensor.DType);
                return i => format.Format(numbers[i]);
            default:
                string[] integers = Integers(tensor);
                int width = scalar ? 0 : shown.Max(i => integers[i].Length);
                return i => integers[i].PadLeft(width);
        }
    }

    private static string[] Integers(Tensor tensor) => tensor.DType switch
    {
        DType.Int64 => Array.ConvertAll(tensor.ToArray<long>(), v => v.ToString(CultureInfo.InvariantCulture)),
        DType.UInt64 => Array.ConvertAll(tensor.ToArray<ulong>(), v => v.ToString(CultureInfo.InvariantCulture)),
        DType.QInt8 or DType.Int4 or DType.Int2 => Array.ConvertAll(tensor.ToArray<sbyte>(), v => v.ToString(CultureInfo.InvariantCulture)),
        DType.QInt16 => Array.ConvertAll(tensor.ToArray<short>(), v => v.ToString(CultureInfo.InvariantCulture)),
        DType.QUInt16 => Array.ConvertAll(tensor.ToArray<ushort>(), v => v.ToString(CultureInfo.InvariantCulture)),
        DType.QInt32 => Array.ConvertAll(tensor.ToArray<int>(), v => v.ToString(CultureInfo.InvariantCulture)),
        DType.Int32 or DType.Int16 or DType.Int8 or DType.UInt32 or DType.UInt16 or DType.UInt8 =>
            Array.ConvertAll(tensor.ToDoubles(), v => v.ToString(CultureInfo.InvariantCulture)),
        // The small unsigned ones, and the bits of 8-bit floating-point numbers.
        _ => Array.ConvertAll(tensor.ToArray<byte>(), v => v.ToString(CultureInfo.InvariantCulture)),
    };

    private static Func<long, string> ComplexFormatter(Complex[] values, DType dtype, bool scalar, List<long> shown)
    {
        if (scalar)
        {
            return i =>
            {
                string imaginary = NumberFormat.Scalar(values[i].Imaginary, dtype, keepPoint: false);
                if (values[i].Real == 0 && !double.IsNegative(values[i].Real))
                    return imaginary + "j";
                string real = NumberFormat.Scalar(values[i].Real, dtype, keepPoint: false);
                return $"({real}{(imaginary[0] == '-' ? "" : "+")}{imaginary}j)";
            };
        }

        NumberFormat reals = new([.. shown.Select(i => values[i].Real)], dtype);
        NumberFormat imaginaries = new([.. shown.Select(i => values[i].Imaginary)], dtype, plus: true);
        return i =>
        {
            string imaginary = imaginaries.Format(values[i].Imaginary);
            string text = imaginary.TrimEnd();
            return reals.Format(values[i].Real) + text + "j" + imaginary[text.Length..];
        };
    }

    /// <summary>As C prints with %g: NumPy knows nothing of this dtype.</summary>
    private static string Brain(double value)
    {
        if (!double.IsFinite(value))
            return double.IsNaN(value) ? "nan" : value < 0 ? "-inf" : "inf";
        string text = value.ToString("G6", CultureInfo.InvariantCulture);
        int e = text.IndexOf('E', StringComparison.Ordinal);
        return e < 0 ? text : $"{text[..e]}e{text[e + 1]}{text[(e + 2)..].PadLeft(2, '0')}";
    }

    /// <summary>As Python prints bytes.</summary>
    private static string Quote(byte[] bytes)
    {
        char quote = bytes.Contains((byte)'\'') && !bytes.Contains((byte)'"') ? '"' : '\'';
        StringBuilder text = new($"b{quote}");
        foreach (byte b in bytes)
        {
            text.Append((char)b switch
            {
                '\\' => "\\\\",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                char c when c == quote => $"\\{c}",
                >= ' ' and <= '~' => ((char)b).ToString(),
                _ => $"\\x{b:x2}",
            });
        }

        return text.Append(quote).ToString();
    }

    /// <summary>The row-major positions of what is printed: all, or the corners of a large tensor.</summary>
    private static List<long> Shown(long[] shape)
    {
        bool summarize = shape.Aggregate(1L, (product, dim) => product * dim) > Threshold;
        List<long> positions = [0];
        foreach (long dim in shape)
        {
            List<long> next = [];
            foreach (long position in positions)
            {
                for (long i = 0; i < dim; i++)
                {
                    if (summarize && dim > 2 * EdgeItems && i == EdgeItems)
                        i = dim - EdgeItems;
                    next.Add((position * dim) + i);
                }
            }

            positions = next;
        }

        return positions;
    }

    /// <summary>Brackets, lines and indents.</summary>
    private sealed class Layout(long[] shape, Func<long, string> format)
    {
        private readonly bool _summarize = shape.Aggregate(1L, (product, dim) => product * dim) > Threshold;

        public string Print() => Print(0, 0, " ", LineWidth);

        private string Print(int axis, long position, string indent, int width)
        {
            if (axis == shape.Length)
                return format(position);
            long dim = shape[axis];
            bool innermost = axis == shape.Length - 1;
            StringBuilder text = new();
            StringBuilder line = new(indent);
            string separator = innermost ? " " : new string('\n', shape.Length - axis - 1);
            for (long i = 0; i < dim; i++)
            {
                string word;
                if (_summarize && dim > 2 * EdgeItems && i == EdgeItems)
                {
                    word = "...";
                    i = dim - EdgeItems - 1;
                }
                else
                {
                    word = Print(axis + 1, (position * dim) + i, indent + " ", width - 1);
                }

                if (innermost)
                {
                    Extend(text, line, word, indent, width - 1);
                    line.Append(i < dim - 1 ? separator : "");
                }
                else
                {
                    text.Append(indent).Append(word).Append(i < dim - 1 ? separator : "");
                }
            }

            if (innermost)
                text.Append(line);
            return $"[{text.ToString(indent.Length, text.Length - indent.Length)}]";
        }

        private static void Extend(StringBuilder text, StringBuilder line, string word, string indent, int width)
        {
            if (line.Length + word.Length > width && line.Length > indent.Length)
            {
                text.Append(line.ToString().TrimEnd()).Append('\n');
                line.Clear().Append(indent);
            }

            line.Append(word);
        }
    }
}
