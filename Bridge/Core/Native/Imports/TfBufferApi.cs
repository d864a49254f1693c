using System.Runtime.InteropServices;
using TfLbfgs.Native.Handles;

namespace TfLbfgs.Native.Imports;

/// <summary><c>tensorflow/c/tf_buffer.h</c></summary>
internal static partial class TfBufferApi
{
    [LibraryImport(Library.Name)]
    public static partial nint TF_NewBuffer();

    [LibraryImport(Library.Name)]
    public static partial void TF_DeleteBuffer(nint buffer);

    /// <summary>Returns the struct <c>{ const void* data; size_t length; deallocator }</c> by value.</summary>
    [LibraryImport(Library.Name)]
    public static partial TfBuffer TF_GetBuffer(BufferHandle buffer);

    /// <summary>The struct <c>TF_Buffer</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public readonly struct TfBuffer
    {
        public readonly nint Data;
        public readonly nuint Length;
        private readonly nint _deallocator;
    }
}
