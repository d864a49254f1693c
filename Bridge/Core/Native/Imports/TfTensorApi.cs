using System.Runtime.InteropServices;
using TfLbfgs.Native.Handles;

namespace TfLbfgs.Native.Imports;

/// <summary><c>tensorflow/c/tf_tensor.h</c></summary>
internal static unsafe partial class TfTensorApi
{
    [LibraryImport(Library.Name)]
    public static partial nint TF_NewTensor(int dtype, long* dims, int numDims, void* data, nuint length,
        delegate* unmanaged<void*, nuint, void*, void> deallocator, void* deallocatorArgument);

    [LibraryImport(Library.Name)]
    public static partial nint TF_AllocateTensor(int dtype, long* dims, int numDims, nuint length);

    [LibraryImport(Library.Name)]
    public static partial void TF_DeleteTensor(nint tensor);

    [LibraryImport(Library.Name)]
    public static partial int TF_TensorType(HostTensorHandle tensor);

    [LibraryImport(Library.Name)]
    public static partial int TF_NumDims(HostTensorHandle tensor);

    [LibraryImport(Library.Name)]
    public static partial long TF_Dim(HostTensorHandle tensor, int index);

    [LibraryImport(Library.Name)]
    public static partial nuint TF_TensorByteSize(HostTensorHandle tensor);

    [LibraryImport(Library.Name)]
    public static partial void* TF_TensorData(HostTensorHandle tensor);
}
