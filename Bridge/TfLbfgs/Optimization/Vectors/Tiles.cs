using TfLbfgs.Runtime;

namespace TfLbfgs.Optimization;

/// <summary>
/// Divides vectors into tiles that fit into a cache with the same tile of all rows of a matrix. Sums are made tile by tile and added in the
/// order of the tiles, so their bits depend neither on the number of threads nor on which one computes what.
/// </summary>
/// <param name="Count">n.</param>
/// <param name="Length">The elements of a tile, except the last.</param>
internal readonly record struct Tiles(long Count, int Length)
{
    /// <summary>Elements of a matrix tile: 256 KiB of float64.</summary>
    private const int Elements = 1 << 15;
    private const int Longest = 4096;
    private const int Shortest = 256;

    /// <summary>Elements below which threads cost more than they save.</summary>
    private const long WorthThreads = 1 << 20;

    /// <summary>How many there are.</summary>
    public int Number => checked((int)((Count + Length - 1) / Length));

    /// <summary>For vectors next to the rows of a matrix.</summary>
    /// <param name="count">n.</param>
    /// <param name="rows">The rows.</param>
    public static Tiles Of(long count, int rows) => new(count, Math.Clamp(Elements / Math.Max(rows, 1) & -64, Shortest, Longest));

    /// <summary>The elements of a tile.</summary>
    /// <param name="tile">Its number.</param>
    public (long From, long To) Range(int tile) => ((long)tile * Length, Math.Min(Count, ((long)tile + 1) * Length));

    /// <summary>Computes each tile; by several threads where that pays.</summary>
    /// <typeparam name="TLoop">The loop.</typeparam>
    /// <param name="vectors">How many vectors it reads or writes.</param>
    /// <param name="loop">The loop.</param>
    public void Run<TLoop>(int vectors, TLoop loop) where TLoop : struct, ITileLoop =>
        RunBy(Count * vectors < WorthThreads ? 1 : Threads, loop);

    /// <summary>Computes each tile by this many threads.</summary>
    /// <typeparam name="TLoop">The loop.</typeparam>
    /// <param name="threads">How many; no more than there are tiles.</param>
    /// <param name="loop">The loop.</param>
    public void RunBy<TLoop>(int threads, TLoop loop) where TLoop : struct, ITileLoop
    {
        int number = Number;
        threads = Math.Min(number, threads);
        if (threads == 1)
        {
            for (int tile = 0; tile < number; tile++)
                loop.Run(tile, Range(tile));
            return;
        }

        Tiles tiles = this;
        Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, thread =>
        {
            for (int tile = (int)((long)number * thread / threads); tile < (int)((long)number * (thread + 1) / threads); tile++)
                loop.Run(tile, tiles.Range(tile));
        });
    }

    private static int Threads => TfRuntime.Options.IntraOpThreads > 0 ? TfRuntime.Options.IntraOpThreads : Environment.ProcessorCount;
}
