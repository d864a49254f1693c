using TfLbfgs.Native.Handles;
using TfLbfgs.Native.Imports;
using TfLbfgs.Tensors;

namespace TfLbfgs.Graphs;

/// <summary>Attributes of a node of a graph: <c>TF_SetAttr*</c>.</summary>
internal readonly unsafe struct GraphAttributes(nint description, StatusHandle status) : IAttributeSink
{
    public void Bool(string name, byte value) => CApi.TF_SetAttrBool(description, name, value);

    public void Int(string name, long value) => CApi.TF_SetAttrInt(description, name, value);

    public void Float(string name, float value) => CApi.TF_SetAttrFloat(description, name, value);

    public void Type(string name, int value) => CApi.TF_SetAttrType(description, name, value);

    public void Text(string name, byte* text, nuint length) => CApi.TF_SetAttrString(description, name, text, length);

    public void Function(string name, byte* text, nuint length) => CApi.TF_SetAttrFuncName(description, name, text, length);

    public void Shape(string name, long* dims, int rank) => CApi.TF_SetAttrShape(description, name, dims, rank);

    public void Tensor(string name, HostTensorHandle value) => CApi.TF_SetAttrTensor(description, name, value, status);

    public void Bools(string name, byte* values, int count) => CApi.TF_SetAttrBoolList(description, name, values, count);

    public void Ints(string name, long* values, int count) => CApi.TF_SetAttrIntList(description, name, values, count);

    public void Floats(string name, float* values, int count) => CApi.TF_SetAttrFloatList(description, name, values, count);

    public void Types(string name, int* values, int count) => CApi.TF_SetAttrTypeList(description, name, values, count);

    public void Texts(string name, byte** texts, nuint* lengths, int count) =>
        CApi.TF_SetAttrStringList(description, name, texts, lengths, count);

    public void Proto(string name, byte* attrValue, nuint length) =>
        CApi.TF_SetAttrValueProto(description, name, attrValue, length, status);

    public void Shapes(string name, long** dims, int* ranks, int count) => CApi.TF_SetAttrShapeList(description, name, dims, ranks, count);
}
