using System.Text;
using Google.Protobuf;
using TfLbfgs.Formats;
using TfLbfgs.Formats.Protos;
using TfLbfgs.Formats.SavedModels;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.SavedModels;

/// <summary>The attributes of a node as those of an op.</summary>
internal static class NodeAttributes
{
    private const int FirstReferenceType = 100;
    private static readonly UTF8Encoding Strict = new(false, true);

    /// <summary>Those that the definition of the op has; what begins with an underscore is for the runtime alone.</summary>
    /// <exception cref="TfLbfgsException">An attribute is unknown or of another type.</exception>
    public static (string Name, AttributeValue Value)[] Of(NodeDef node, OpDefinition definition, GraphLibrary library)
    {
        List<(string, AttributeValue)> attributes = new(node.Attr.Count);
        foreach ((string name, AttrValue value) in node.Attr)
        {
            if (name.StartsWith('_'))
                continue;
            OpDefinition.AttributeDefinition attribute = definition.Find(name)
                ?? throw new TfLbfgsException(
                    $"A graph: node '{node.Name}' has the attribute '{name}', which the op {node.Op} of TensorFlow {TfRuntime.Version} "
                    + "does not have. Save the model by this or an older version.");
            try
            {
                attributes.Add((name, Convert(attribute.Type, value, library)));
            }
            catch (Exception e) when (e is InvalidDataException or ArgumentException)
            {
                throw new TfLbfgsException($"A graph: the attribute '{name}' of node '{node.Name}', op {node.Op}: expected "
                    + $"{attribute.Type}, received {e.Message.TrimEnd('.')}. The file is damaged; save it again.", e);
            }
        }

        return [.. attributes];
    }

    /// <summary>A dtype as it stands in files; that of a reference to a variable is that of its value.</summary>
    public static DType DTypeOf(int number)
    {
        var dtype = (DType)(number > FirstReferenceType ? number - FirstReferenceType : number);
        return Enum.IsDefined(dtype) && dtype != DType.Invalid
            ? dtype
            : throw new InvalidDataException($"the dtype {number}, which is none");
    }

    /// <summary>A shape as it stands in files.</summary>
    public static Shape ShapeOf(TensorShapeProto? shape) => TensorProtos.Axes(shape) is { } axes ? axes : Shape.Unknown;

    /// <summary>A constant, on the current device or as one of the function that is traced.</summary>
    public static Tensor Constant(TensorProto tensor)
    {
        if (tensor.Dtype == (int)DType.String)
        {
            (long[] shape, byte[][] texts) = TensorProtos.Texts(tensor);
            return Tensor.FromTexts(texts, shape);
        }

        StoredArray elements = TensorProtos.Elements(tensor);
        return Tensor.FromBytes(elements.DType, (long[])[.. elements.Shape], elements, static (bytes, array) => array.Read(bytes));
    }

    private static AttributeValue Convert(string type, AttrValue value, GraphLibrary library)
    {
        AttrValue.ValueOneofCase kind = value.ValueCase;
        AttrValue.Types.ListValue list = value.List ?? new AttrValue.Types.ListValue();
        return type switch
        {
            "bool" when kind == AttrValue.ValueOneofCase.B => value.B,
            "int" when kind == AttrValue.ValueOneofCase.I => value.I,
            "float" when kind == AttrValue.ValueOneofCase.F => value.F,
            "string" when kind == AttrValue.ValueOneofCase.S => Text(value.S),
            "type" when kind == AttrValue.ValueOneofCase.Type => DTypeOf(value.Type),
            "shape" when kind == AttrValue.ValueOneofCase.Shape => ShapeOf(value.Shape),
            "tensor" when kind == AttrValue.ValueOneofCase.Tensor => EagerConstant(value.Tensor),
            "func" when kind == AttrValue.ValueOneofCase.Func => Function(value.Func, library),
            "list(bool)" when kind == AttrValue.ValueOneofCase.List => (bool[])[.. list.B],
            "list(int)" when kind == AttrValue.ValueOneofCase.List => (long[])[.. list.I],
            "list(float)" when kind == AttrValue.ValueOneofCase.List => (float[])[.. list.F],
            "list(string)" when kind == AttrValue.ValueOneofCase.List => (string[])[.. list.S.Select(Text)],
            "list(type)" when kind == AttrValue.ValueOneofCase.List => (DType[])[.. list.Type.Select(DTypeOf)],
            "list(shape)" when kind == AttrValue.ValueOneofCase.List => (Shape?[])[.. list.Shape.Select(ShapeOf)],
            "list(func)" when kind == AttrValue.ValueOneofCase.List =>
                (FunctionReference[])[.. list.Func.Select(function => Function(function, library))],
            _ => throw new InvalidDataException($"a value of kind {kind}"),
        };
    }

    private static string Text(ByteString bytes) => Strict.GetString(bytes.Span);

    private static FunctionReference Function(NameAttrList function, GraphLibrary library) => new(library.NativeName(function.Name));

    /// <summary>The value of an attribute is no op of the function that is traced.</summary>
    private static AttributeValue EagerConstant(TensorProto tensor)
    {
        using (DispatchFrame.OpenEager())
            return Constant(tensor);
    }
}
