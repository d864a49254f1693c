using System.Runtime.InteropServices;

namespace TfLbfgs.Tests.Probe;

/// <summary>What the allocator of the C library holds for this process, in bytes.</summary>
internal static partial class NativeHeap
{
    /// <summary>What is allocated, and what was freed but is kept.</summary>
    public static (long InUse, long Kept) Now
    {
        get
        {
            Statistics now = ReadStatistics();
            return ((long)(now.InUse + now.Mapped), (long)now.Kept);
        }
    }

    /// <summary>Gives the system back what was freed.</summary>
    public static void Trim() => _ = ReturnFreed(0);

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int ReturnFreed(nuint keep);

    [LibraryImport("libc", EntryPoint = "mallinfo2")]
    private static partial Statistics ReadStatistics();

    /// <summary><c>struct mallinfo2</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Statistics
    {
        public nuint Arena;
        public nuint FreeChunks;
        public nuint FastChunks;
        public nuint MappedRegions;
        public nuint Mapped;
        public nuint HighWater;
        public nuint FastBytes;
        public nuint InUse;
        public nuint Kept;
        public nuint Releasable;
    }
}
