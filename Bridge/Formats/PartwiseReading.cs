using TfLbfgs.Runtime;

namespace TfLbfgs.Formats;

/// <summary>
/// Reads large arrays in parts, on all cores: most of the time goes into memory that is touched for the first time. Each part is checked
/// for values that are not finite while it is in the cache.
/// </summary>
internal static unsafe class PartwiseReading
{
    /// <summary>Smaller arrays are read at once.</summary>
    public const int SmallestBytes = 4 << 20;

    // A page of the large kind, and a part of it that a cache of the second level holds. Both are multiples of every element.
    private const int PartBytes = 2 << 20;
    private const int StepBytes = 256 << 10;

    /// <summary>Reads the elements and counts NaN and infinities.</summary>
    /// <param name="range">Where the elements are stored; null counts only.</param>
    /// <param name="elements">Receives the elements, or has them.</param>
    /// <param name="dtype">Their type.</param>
    /// <param name="nonFinite">The number of values that are not finite.</param>
    /// <returns>False where a part could not be read.</returns>
    public static bool TryRead(FileRange? range, Span<byte> elements, DType dtype, out long nonFinite)
    {
        int length = elements.Length;
        long total = 0;
        bool isComplete;
        fixed (byte* first = elements)
        {
            nint address = (nint)first;
            isComplete = Parallel.For(0, (int)(((long)length + PartBytes - 1) / PartBytes), () => 0L, (part, state, count) =>
            {
                long end = Math.Min(length, (part + 1L) * PartBytes);
                for (long at = (long)part * PartBytes; at < end; at += StepBytes)
                {
                    Span<byte> step = new((byte*)address + at, (int)Math.Min(StepBytes, end - at));
                    if (range is { } stored && !stored.TryRead(at, step))
                    {
                        state.Stop();
                        break;
                    }

                    count += StoredArray.CountNonFinite(step, dtype);
                }

                return count;
            }, count => Interlocked.Add(ref total, count)).IsCompleted;
        }

        nonFinite = total;
        return isComplete;
    }
}
