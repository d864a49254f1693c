using System.Runtime.InteropServices;
using TfLbfgs.Native.Handles;

namespace TfLbfgs.Native.Imports;

/// <summary>
/// Servers, clusters and cancellation: <c>TF_Server*</c> of <c>c_api.h</c>, and what <c>eager/c_api.h</c> and
/// <c>eager/c_api_experimental.h</c> have of them.
/// </summary>
internal static unsafe partial class ClusterApi
{
    /// <summary>A server is never freed: TensorFlow cannot stop one, and aborts the process that deletes it.</summary>
    [LibraryImport(Library.Name)]
    public static partial nint TF_NewServer(byte* serverDef, nuint length, StatusHandle status);

    [LibraryImport(Library.Name)]
    public static partial void TF_ServerStart(nint server, StatusHandle status);

    [LibraryImport(Library.Name)]
    public static partial void TFE_ContextSetServerDef(ContextHandle context, int keepAliveSeconds, byte* serverDef, nuint length,
        StatusHandle status);

    [LibraryImport(Library.Name)]
    public static partial void TFE_ContextUpdateServerDef(ContextHandle context, int keepAliveSeconds, byte* serverDef, nuint length,
        StatusHandle status);

    [LibraryImport(Library.Name)]
    public static partial nint TFE_ContextGetExecutorForThread(ContextHandle context);

    [LibraryImport(Library.Name)]
    public static partial void TFE_ExecutorWaitForAllPendingNodes(nint executor, StatusHandle status);

    /// <summary>Frees the reference alone.</summary>
    [LibraryImport(Library.Name)]
    public static partial void TFE_DeleteExecutor(nint executor);

    [LibraryImport(Library.Name)]
    public static partial nint TFE_NewCancellationManager();

    [LibraryImport(Library.Name)]
    public static partial void TFE_CancellationManagerStartCancel(CancellationManagerHandle manager);

    [LibraryImport(Library.Name)]
    public static partial void TFE_DeleteCancellationManager(nint manager);

    [LibraryImport(Library.Name)]
    public static partial void TFE_OpSetCancellationManager(EagerOpHandle op, CancellationManagerHandle manager, StatusHandle status);
}
