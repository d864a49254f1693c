using System.Runtime.InteropServices;
using TfLbfgs.Native.Handles;

namespace TfLbfgs.Native.Imports;

/// <summary><c>tensorflow/c/tf_status.h</c></summary>
internal static partial class TfStatusApi
{
    [LibraryImport(Library.Name)]
    public static partial nint TF_NewStatus();

    [LibraryImport(Library.Name)]
    public static partial void TF_DeleteStatus(nint status);

    [LibraryImport(Library.Name)]
    public static partial int TF_GetCode(StatusHandle status);

    [LibraryImport(Library.Name)]
    public static partial nint TF_Message(StatusHandle status);
}
