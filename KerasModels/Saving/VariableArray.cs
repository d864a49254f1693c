using TfLbfgs.Formats;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Keras.Saving;

/// <summary>The value of a variable as an array to be written, without a copy on the CPU.</summary>
internal sealed class VariableArray(Variable variable) : StoredArray(variable.DType, variable.Shape.ToArray())
{
    public override void Read(Span<byte> destination)
    {
        using TensorScope scope = new();
        using TensorView<byte> bytes = variable.Value.ViewBytes();
        bytes.Span.CopyTo(destination);
    }

    public override void WriteTo(Stream stream)
    {
        using TensorScope scope = new();
        using TensorView<byte> bytes = variable.Value.ViewBytes();
        stream.Write(bytes.Span);
    }
}
