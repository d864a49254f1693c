using TfLbfgs.Optimization;
using Xunit;

namespace TfLbfgs.Tests.Optimization.Vectors;

public sealed class TilesTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(255, 100)]
    [InlineData(4097, 3)]
    [InlineData(100_003, 10)]
    public void Range_AllTiles_CoverEachElementOnce(long count, int rows)
    {
        Tiles tiles = Tiles.Of(count, rows);
        long next = 0;
        for (int tile = 0; tile < tiles.Number; tile++)
        {
            (long from, long to) = tiles.Range(tile);
            Assert.Equal(next, from);
            Assert.True(to > from);
            next = to;
        }

        Assert.Equal(count, next);
    }

    [Fact]
    public unsafe void RunBy_AnyNumberOfThreads_GivesTheSameBits()
    {
        const int Count = 20_011;
        double[] rows = [.. Enumerable.Range(0, 3 * Count).Select(i => Math.Sin(i) * 1e3)];
        double[] vector = [.. Enumerable.Range(0, Count).Select(i => Math.Cos(i * i))];
        Tiles tiles = Tiles.Of(Count, 3);
        double[]? expected = null;
        fixed (double* matrix = rows, v = vector)
        {
            foreach (int threads in new[] { 1, 2, 3, 5, 100 })
            {
                Partials sums = new(tiles.Number, 3);
                tiles.RunBy(threads, new ProductsLoop<Float64Lanes>(matrix, Count, v, sums));
                expected ??= sums.Sums();
                Assert.Equal(expected, sums.Sums());
            }
        }

        for (int row = 0; row < 3; row++)
            Assert.Equal(vector.Select((value, i) => value * rows[row * Count + i]).Sum(), expected![row], 1e-6);
    }

    [Fact]
    public void Largest_OfNumbersWithNaN_IsNaN()
    {
        Partials numbers = new(3, 1);
        (numbers.Of(0)[0], numbers.Of(1)[0], numbers.Of(2)[0]) = (1, double.NaN, 3);
        Assert.True(double.IsNaN(numbers.Largest(0)));
    }
}
