namespace TfLbfgs.Optimization;

/// <summary>The numbers of the rows in random order, one permutation after another; a function of the seed.</summary>
internal sealed class RowStream(long rows, int seed)
{
    private readonly Random _random = new(seed);
    private long[] _order = [];
    private long _next;

    /// <summary>The next numbers.</summary>
    public long[] Take(int count)
    {
        long[] taken = new long[count];
        for (int i = 0; i < count; i++)
        {
            if (_next == _order.Length)
                Shuffle();
            taken[i] = _order[_next++];
        }

        return taken;
    }

    private void Shuffle()
    {
        if (_order.Length == 0)
            _order = [.. Enumerable.Range(0, (int)rows).Select(i => (long)i)];
        _random.Shuffle(_order);
        _next = 0;
    }
}
