using TfLbfgs.Native.Handles;
using TfLbfgs.Native.Imports;

namespace TfLbfgs.Tensors;

/// <summary>Attributes of an eager op: <c>TFE_OpSetAttr*</c>.</summary>
internal readonly unsafe struct EagerAttributes(EagerOpHandle op, StatusHandle status) : IAttributeSink
{
    public void Bool(string name, byte value) => EagerApi.TFE_OpSetAttrBool(op, name, value);

    public void Int(string name, long value) => EagerApi.TFE_OpSetAttrInt(op, name, value);

    public void Float(string name, float value) => EagerApi.TFE_OpSetAttrFloat(op, name, value);

    public void Type(string name, int value) => EagerApi.TFE_OpSetAttrType(op, name, value);

    public void Text(string name, byte* text, nuint length) => EagerApi.TFE_OpSetAttrString(op, name, text, length);

    public void Function(string name, byte* text, nuint length) => EagerApi.TFE_OpSetAttrFunctionName(op, name, text, length);

    public void Shape(string name, long* dims, int rank) => EagerApi.TFE_OpSetAttrShape(op, name, dims, rank, status);

    public void Tensor(string name, HostTensorHandle value) => EagerApi.TFE_OpSetAttrTensor(op, name, value, status);

    public void Bools(string name, byte* values, int count) => EagerApi.TFE_OpSetAttrBoolList(op, name, values, count);

    public void Ints(string name, long* values, int count) => EagerApi.TFE_OpSetAttrIntList(op, name, values, count);

    public void Floats(string name, float* values, int count) => EagerApi.TFE_OpSetAttrFloatList(op, name, values, count);

    public void Types(string name, int* values, int count) => EagerApi.TFE_OpSetAttrTypeList(op, name, values, count);

    public void Texts(string name, byte** texts, nuint* lengths, int count) =>
        EagerApi.TFE_OpSetAttrStringList(op, name, texts, lengths, count);

    public void Proto(string name, byte* attrValue, nuint length) => EagerApi.TFE_OpSetAttrValueProto(op, name, attrValue, length, status);

    public void Shapes(string name, long** dims, int* ranks, int count) =>
        EagerApi.TFE_OpSetAttrShapeList(op, name, dims, ranks, count, status);
}
