using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// Which elements of a sample each position of a window covers, as indices into the flattened sample, whichever way its channels stand.
/// </summary>
internal sealed class LocalConnections
{
    private readonly SpatialWindow _window;
    private readonly long[] _space;
    private readonly long _channels;

    public LocalConnections(SpatialWindow window, Shape inputShape)
    {
        _window = window;
        _space = window.SpaceOf(inputShape);
        _channels = window.ChannelsOf(inputShape);
        OutputSpace = [.. _space.Select(window.OutputSize)];
    }

    /// <summary>The number of positions along each spatial dimension.</summary>
    public long[] OutputSpace { get; }

    /// <summary>The number of positions.</summary>
    public long Positions => Product(OutputSpace);

    /// <summary>The number of elements of a sample.</summary>
    public long InputSize => Product(_space) * _channels;

    /// <summary>The elements under the window at each position, in the order in which they stand in the sample.</summary>
    public IEnumerable<long[]> Covered()
    {
        foreach (long[] position in Places([.. OutputSpace.Select(size => (0L, size))]))
        {
            long[][] places = [.. Places([.. position.Select(Range)])];
            yield return _window.DataFormat == DataFormat.ChannelsLast
                ? [.. places.SelectMany(place => Enumerable.Range(0, (int)_channels)
                    .Select(channel => (Flat(place, _space) * _channels) + channel))]
                : [.. Enumerable.Range(0, (int)_channels)
                    .SelectMany(channel => places.Select(place => (channel * Product(_space)) + Flat(place, _space)))];
        }
    }

    /// <summary>The index of an output in the flattened output of a sample.</summary>
    public long OutputIndex(long position, long filter, long filters) =>
        _window.DataFormat == DataFormat.ChannelsLast ? (position * filters) + filter : (filter * Positions) + position;

    // Keras centres an even window as Python rounds, and leaves out what lies outside.
    private (long First, long End) Range(long position, int dimension)
    {
        long left = _window.KernelSize[dimension] / 2;
        long center = (position * _window.Strides[dimension]) + (_window.Padding == "valid" ? left : 0);
        return (Math.Max(0, center - left), Math.Min(_space[dimension], center - left + _window.KernelSize[dimension]));
    }

    private static IEnumerable<long[]> Places((long First, long End)[] ranges)
    {
        IEnumerable<long[]> places = [[]];
        foreach ((long first, long end) in ranges)
            places = [.. places.SelectMany(place => Enumerable.Range((int)first, (int)(end - first))
                .Select(next => (long[])[.. place, next]))];
        return places;
    }

    private static long Flat(long[] place, long[] sizes) =>
        place.Zip(sizes).Aggregate(0L, (index, next) => (index * next.Second) + next.First);

    private static long Product(long[] sizes) => sizes.Aggregate(1L, (product, size) => product * size);
}
