using System.Runtime.InteropServices;

namespace TfLbfgs.Tensors;

/// <summary>
/// Asks the system for pages of 2 MiB under large tensors: memory that is touched for the first time is then made available in fewer
/// steps. NumPy does the same for its arrays.
/// </summary>
internal static unsafe partial class HugePages
{
    private const nuint PageSize = 2 << 20;
    private const nuint Smallest = 2 * PageSize;
    private const int UseHugePages = 14;

    /// <summary>Asks for them; where they are refused, small pages do.</summary>
    public static void Advise(void* data, nuint length)
    {
        if (!OperatingSystem.IsLinux() || length < Smallest)
            return;
        nuint first = ((nuint)data + PageSize - 1) & ~(PageSize - 1), end = ((nuint)data + length) & ~(PageSize - 1);
        if (end > first)
            _ = MAdvise((void*)first, end - first, UseHugePages);
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int MAdvise(void* address, nuint length, int advice);
}
