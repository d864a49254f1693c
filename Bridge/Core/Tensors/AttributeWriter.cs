using System.Text;
using TfLbfgs.Native.Handles;
using TfLbfgs.Runtime;

namespace TfLbfgs.Tensors;

/// <summary>Marshals attribute values for the C API.</summary>
internal static unsafe class AttributeWriter
{
    /// <summary>Hands one attribute to the sink; the caller checks the status.</summary>
    public static void Write<TSink>(TSink sink, string name, AttributeValue value) where TSink : struct, IAttributeSink
    {
        switch (value.Kind)
        {
            case AttributeKind.Bool:
                sink.Bool(name, (byte)value.Number);
                break;
            case AttributeKind.Int:
                sink.Int(name, value.Number);
                break;
            case AttributeKind.Float:
                sink.Float(name, value.AsFloat());
                break;
            case AttributeKind.Type:
                sink.Type(name, (int)value.Number);
                break;
            case AttributeKind.Text:
            case AttributeKind.Function:
                WriteText(sink, name, value);
                break;
            case AttributeKind.Shape:
                Shape shape = value.AsShape();
                fixed (long* dims = shape.HasRank ? shape.Dims : default)
                    sink.Shape(name, dims, shape.Rank);
                break;
            case AttributeKind.Tensor:
                if (value.Reference is HostTensorHandle host)
                {
                    sink.Tensor(name, host);
                    break;
                }

                using (HostTensorHandle resolved = ((Tensor)value.Reference!).ResolveToHost())
                    sink.Tensor(name, resolved);
                break;
            default:
                WriteList(sink, name, value);
                break;
        }
    }

    private static void WriteText<TSink>(TSink sink, string name, AttributeValue value) where TSink : struct, IAttributeSink
    {
        byte[] utf8 = Encoding.UTF8.GetBytes((string)value.Reference!);
        fixed (byte* text = utf8)
        {
            if (value.Kind == AttributeKind.Text)
                sink.Text(name, text, (nuint)utf8.Length);
            else
                sink.Function(name, text, (nuint)utf8.Length);
        }
    }

    /// <summary>
    /// A list of functions, for which the C API has no function of its own, as an <c>AttrValue</c>: list = 1, in it func = 9, in that name
    /// = 1.
    /// </summary>
    private static byte[] FunctionList(IReadOnlyList<FunctionReference> functions)
    {
        List<byte> list = [];
        foreach (FunctionReference function in functions)
        {
            List<byte> reference = [];
            AddField(reference, 1, Encoding.UTF8.GetBytes(function.Name));
            AddField(list, 9, reference);
        }

        List<byte> value = [];
        AddField(value, 1, list);
        return [.. value];
    }

    private static void AddField(List<byte> message, int field, ICollection<byte> bytes)
    {
        message.Add((byte)((field << 3) | 2));
        for (uint length = (uint)bytes.Count; ; length >>= 7)
        {
            message.Add((byte)((length & 0x7f) | (length > 0x7f ? 0x80u : 0)));
            if (length <= 0x7f)
                break;
        }

        message.AddRange(bytes);
    }

    private static void WriteList<TSink>(TSink sink, string name, AttributeValue value) where TSink : struct, IAttributeSink
    {
        switch (value.Kind)
        {
            case AttributeKind.Bools:
                byte[] bools = [.. ((IReadOnlyList<bool>)value.Reference!).Select(b => (byte)(b ? 1 : 0))];
                fixed (byte* values = bools)
                    sink.Bools(name, values, bools.Length);
                break;
            case AttributeKind.Ints:
                long[] ints = [.. (IReadOnlyList<long>)value.Reference!];
                fixed (long* values = ints)
                    sink.Ints(name, values, ints.Length);
                break;
            case AttributeKind.Floats:
                float[] floats = [.. (IReadOnlyList<float>)value.Reference!];
                fixed (float* values = floats)
                    sink.Floats(name, values, floats.Length);
                break;
            case AttributeKind.Types:
                int[] types = [.. ((IReadOnlyList<DType>)value.Reference!).Select(t => (int)t)];
                fixed (int* values = types)
                    sink.Types(name, values, types.Length);
                break;
            case AttributeKind.Texts:
                using (NativeTexts texts = new((IReadOnlyList<string>)value.Reference!))
                    sink.Texts(name, texts.Pointers, texts.Lengths, texts.Count);
                break;
            case AttributeKind.Shapes:
                using (NativeShapes shapes = new((IReadOnlyList<Shape?>)value.Reference!))
                    sink.Shapes(name, shapes.Pointers, shapes.Ranks, shapes.Count);
                break;
            case AttributeKind.Functions:
                byte[] proto = FunctionList((IReadOnlyList<FunctionReference>)value.Reference!);
                fixed (byte* bytes = proto)
                    sink.Proto(name, bytes, (nuint)proto.Length);
                break;
            default:
                throw new TfLbfgsException($"The C API takes no attribute of kind {value.Kind} (attribute '{name}').");
        }
    }
}
