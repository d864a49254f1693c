using TfLbfgs.Native.Handles;

namespace TfLbfgs.Tensors;

/// <summary>Where attributes go: an eager op or a node of a graph. The C API has one function per kind for each of the two.</summary>
internal unsafe interface IAttributeSink
{
    void Bool(string name, byte value);

    void Int(string name, long value);

    void Float(string name, float value);

    void Type(string name, int value);

    void Text(string name, byte* text, nuint length);

    void Function(string name, byte* text, nuint length);

    void Shape(string name, long* dims, int rank);

    void Tensor(string name, HostTensorHandle value);

    void Bools(string name, byte* values, int count);

    void Ints(string name, long* values, int count);

    void Floats(string name, float* values, int count);

    void Types(string name, int* values, int count);

    void Texts(string name, byte** texts, nuint* lengths, int count);

    void Proto(string name, byte* attrValue, nuint length);

    void Shapes(string name, long** dims, int* ranks, int count);
}
