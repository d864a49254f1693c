using System.Runtime.CompilerServices;
using TfLbfgs.Runtime;

namespace TfLbfgs.Tests.Support;

/// <summary>
/// Starts TensorFlow for the whole test process: two virtual CPU devices, oneDNN off, as the reference data were recorded.
/// </summary>
internal static class TensorFlowFixture
{
#pragma warning disable CA2255 // The context's options must be set before whichever test runs first.
    [ModuleInitializer]
#pragma warning restore CA2255
    public static void Start()
    {
        // A child process that this program starts as a tool (see ChildPrograms) chooses for itself.
        if (Environment.GetEnvironmentVariable("TFLBFGS_TEST_CHILD") is null)
            TfRuntime.Initialize(new RuntimeOptions { CpuDevices = 2, OneDnn = false, IntraOpThreads = SuitePart.Current.Threads });
    }
}
