using System.Runtime.InteropServices;

namespace TfLbfgs.Native.Imports;

/// <summary><c>tensorflow/c/tf_tstring.h</c>; an element takes <see cref="ElementSize"/> bytes inside a string tensor.</summary>
internal static unsafe partial class TfStringApi
{
    public const int ElementSize = 24;

    [LibraryImport(Library.Name)]
    public static partial void TF_StringInit(void* element);

    [LibraryImport(Library.Name)]
    public static partial void TF_StringCopy(void* element, byte* source, nuint size);

    [LibraryImport(Library.Name)]
    public static partial void TF_StringDealloc(void* element);

    [LibraryImport(Library.Name)]
    public static partial byte* TF_StringGetDataPointer(void* element);

    [LibraryImport(Library.Name)]
    public static partial nuint TF_StringGetSize(void* element);
}
