using System.Runtime.InteropServices;
using TfLbfgs.Native.Loading;
using TfLbfgs.Runtime;

namespace TfLbfgs.Benchmarks.Overhead;

/// <summary>
/// The few functions of the C API that a bare call needs, as raw function pointers: nothing of ours stands between them and the caller.
/// </summary>
internal static unsafe class BareApi
{
    public static readonly delegate* unmanaged<nint> NewStatus = (delegate* unmanaged<nint>)Symbol("TF_NewStatus");
    public static readonly delegate* unmanaged<nint, int> Code = (delegate* unmanaged<nint, int>)Symbol("TF_GetCode");
    public static readonly delegate* unmanaged<nint, byte*> Message = (delegate* unmanaged<nint, byte*>)Symbol("TF_Message");
    public static readonly delegate* unmanaged<nint, void> DeleteStatus = (delegate* unmanaged<nint, void>)Symbol("TF_DeleteStatus");
    public static readonly delegate* unmanaged<nint, byte*, nint,
        nint> NewOp = (delegate* unmanaged<nint, byte*, nint, nint>)Symbol("TFE_NewOp");
    public static readonly delegate* unmanaged<nint, nint, nint, void> AddInput =
        (delegate* unmanaged<nint, nint, nint, void>)Symbol("TFE_OpAddInput");
    public static readonly delegate* unmanaged<nint, byte*, int,
        void> SetType = (delegate* unmanaged<nint, byte*, int, void>)Symbol("TFE_OpSetAttrType");
    public static readonly delegate* unmanaged<nint, byte*, long,
        void> SetInt = (delegate* unmanaged<nint, byte*, long, void>)Symbol("TFE_OpSetAttrInt");
    public static readonly delegate* unmanaged<nint, byte*, byte,
        void> SetBool = (delegate* unmanaged<nint, byte*, byte, void>)Symbol("TFE_OpSetAttrBool");
    public static readonly delegate* unmanaged<nint, nint*, int*, nint,
        void> Execute = (delegate* unmanaged<nint, nint*, int*, nint, void>)Symbol("TFE_Execute");
    public static readonly delegate* unmanaged<nint, void> DeleteOp = (delegate* unmanaged<nint, void>)Symbol("TFE_DeleteOp");
    public static readonly delegate* unmanaged<nint, nint, nint> NewHandle =
        (delegate* unmanaged<nint, nint, nint>)Symbol("TFE_NewTensorHandle");
    public static readonly delegate* unmanaged<nint, nint, nint> Resolve =
        (delegate* unmanaged<nint, nint, nint>)Symbol("TFE_TensorHandleResolve");
    public static readonly delegate* unmanaged<nint, void> DeleteHandle = (delegate* unmanaged<nint, void>)Symbol("TFE_DeleteTensorHandle");
    public static readonly delegate* unmanaged<int, long*, int, nuint,
        nint> AllocateTensor = (delegate* unmanaged<int, long*, int, nuint, nint>)Symbol("TF_AllocateTensor");
    public static readonly delegate* unmanaged<nint, void*> Data = (delegate* unmanaged<nint, void*>)Symbol("TF_TensorData");
    public static readonly delegate* unmanaged<nint, nuint> ByteSize = (delegate* unmanaged<nint, nuint>)Symbol("TF_TensorByteSize");
    public static readonly delegate* unmanaged<nint, void> DeleteTensor = (delegate* unmanaged<nint, void>)Symbol("TF_DeleteTensor");

    /// <summary>The eager context of the process.</summary>
    public static readonly nint Context = TfRuntime.Context.DangerousGetHandle();

    private static nint Symbol(string name) => NativeLibrary.GetExport(NativeLoader.Load().Handle, name);
}
