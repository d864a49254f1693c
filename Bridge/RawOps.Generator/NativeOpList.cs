using TfLbfgs.Native.Handles;
using TfLbfgs.Native.Imports;
using TfLbfgs.Runtime;

namespace TfLbfgs.RawOpsGenerator;

/// <summary>Reads the op list of the TensorFlow library.</summary>
internal static class NativeOpList
{
    /// <summary>Asks the library that the search finds.</summary>
    public static unsafe OpListSource Read()
    {
        string version = TfRuntime.Version;
        using var list = new BufferHandle(CApi.TF_GetAllOpList());
        TfBufferApi.TfBuffer buffer = TfBufferApi.TF_GetBuffer(list);
        return new OpListSource(version, new ReadOnlySpan<byte>((void*)buffer.Data, (int)buffer.Length).ToArray());
    }
}
