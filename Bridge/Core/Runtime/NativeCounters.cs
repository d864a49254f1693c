namespace TfLbfgs.Runtime;

/// <summary>
/// Counts what costs time on a machine of any size: native calls and transfers. Process-wide and monotonous; subtract two snapshots.
/// </summary>
/// <param name="Operations">Ops that were executed eagerly, function calls not among them.</param>
/// <param name="FunctionCalls">Calls of traced functions.</param>
/// <param name="Reads">Tensors whose values were read by the host.</param>
/// <param name="BytesRead">The bytes of those reads.</param>
/// <param name="LargestRead">The bytes of the largest of those reads; not a difference.</param>
/// <param name="Uploads">Tensors that were made from host memory.</param>
/// <param name="BytesUploaded">The bytes of those uploads.</param>
/// <param name="DeviceCopies">Copies from one device to another that were asked for.</param>
/// <param name="GraphNodes">Nodes that were added to the graphs of functions.</param>
public readonly record struct NativeCounters(
    long Operations, long FunctionCalls, long Reads, long BytesRead, long LargestRead, long Uploads, long BytesUploaded, long DeviceCopies,
        long GraphNodes)
{
    private static long _operations;
    private static long _functionCalls;
    private static long _reads;
    private static long _bytesRead;
    private static long _largestRead;
    private static long _uploads;
    private static long _bytesUploaded;
    private static long _deviceCopies;
    private static long _graphNodes;

    /// <summary>The counters of the process now.</summary>
    public static NativeCounters Now => new(
        Interlocked.Read(ref _operations), Interlocked.Read(ref _functionCalls), Interlocked.Read(ref _reads),
            Interlocked.Read(ref _bytesRead),
        Interlocked.Read(ref _largestRead), Interlocked.Read(ref _uploads), Interlocked.Read(ref _bytesUploaded),
            Interlocked.Read(ref _deviceCopies),
        Interlocked.Read(ref _graphNodes));

    /// <summary>What happened since an earlier snapshot.</summary>
    /// <param name="earlier">The earlier snapshot.</param>
    /// <returns>The differences; <see cref="LargestRead"/> is that since <see cref="ResetLargestRead"/>.</returns>
    public NativeCounters Since(NativeCounters earlier) => new(
        Operations - earlier.Operations, FunctionCalls - earlier.FunctionCalls, Reads - earlier.Reads, BytesRead - earlier.BytesRead,
        LargestRead, Uploads - earlier.Uploads, BytesUploaded - earlier.BytesUploaded, DeviceCopies - earlier.DeviceCopies,
        GraphNodes - earlier.GraphNodes);

    /// <summary>Forgets the largest read.</summary>
    public static void ResetLargestRead() => Interlocked.Exchange(ref _largestRead, 0);

    internal static void CountOperation() => Interlocked.Increment(ref _operations);

    internal static void CountFunctionCall() => Interlocked.Increment(ref _functionCalls);

    internal static void CountGraphNode() => Interlocked.Increment(ref _graphNodes);

    internal static void CountDeviceCopy() => Interlocked.Increment(ref _deviceCopies);

    internal static void CountRead(long bytes)
    {
        Interlocked.Increment(ref _reads);
        Interlocked.Add(ref _bytesRead, bytes);
        long largest = Interlocked.Read(ref _largestRead);
        while (bytes > largest)
        {
            long before = Interlocked.CompareExchange(ref _largestRead, bytes, largest);
            if (before == largest)
                break;
            largest = before;
        }
    }

    internal static void CountUpload(long bytes)
    {
        Interlocked.Increment(ref _uploads);
        Interlocked.Add(ref _bytesUploaded, bytes);
    }
}
