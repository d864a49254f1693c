using System.Runtime.CompilerServices;

namespace TfLbfgs.Optimization;

/// <summary>S g.</summary>
/// <typeparam name="T">The dtype.</typeparam>
/// <param name="steps">S.</param>
/// <param name="count">n.</param>
/// <param name="gradient">g.</param>
/// <param name="sums">Receives the products of each tile, one for each row.</param>
internal readonly unsafe struct ProductsLoop<T>(void* steps, long count, void* gradient, Partials sums) : ITileLoop where T : ILanes
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(int tile, (long From, long To) range)
    {
        Span<double> products = sums.Of(tile);
        for (int row = 0; row < products.Length; row++)
            products[row] = Loops<T>.Dot(T.Row(steps, row, count), gradient, range.From, range.To);
    }
}
