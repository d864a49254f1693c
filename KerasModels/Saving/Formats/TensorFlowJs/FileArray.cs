using TfLbfgs.Formats;
using TfLbfgs.Runtime;

namespace TfLbfgs.Keras.Saving.Formats.TensorFlowJs;

/// <summary>An array whose elements stand in files one after the other.</summary>
internal sealed class FileArray(ConcatenatedFiles files, long offset, DType dtype, IReadOnlyList<long> shape) : StoredArray(dtype, shape)
{
    public override void Read(Span<byte> destination) => files.Read(offset, destination[..ByteCount]);
}
