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

    /// <summary>
    /// Reads one field; called after every other call, so it takes the bare pointer of the thread's own status and does not leave managed
    /// code's mode.
    /// </summary>
    [LibraryImport(Library.Name)]
    [SuppressGCTransition]
    public static partial int TF_GetCode(nint status);

    [LibraryImport(Library.Name, StringMarshalling = StringMarshalling.Utf8)]
    public static partial void TF_SetStatus(StatusHandle status, int code, string message);

    [LibraryImport(Library.Name)]
    public static partial nint TF_Message(StatusHandle status);
}
