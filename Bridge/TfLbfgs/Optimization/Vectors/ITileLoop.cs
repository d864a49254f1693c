namespace TfLbfgs.Optimization;

/// <summary>A loop over the elements of vectors, one tile at a time; tiles may be computed at once by several threads.</summary>
internal interface ITileLoop
{
    /// <summary>Computes a tile.</summary>
    /// <param name="tile">Its number.</param>
    /// <param name="range">Its elements.</param>
    void Run(int tile, (long From, long To) range);
}
