namespace TfLbfgs.Optimization;

/// <summary>Step, loss and slope of a point along a direction.</summary>
/// <typeparam name="T">The number.</typeparam>
/// <param name="Step">The step, 0 at the start of the search.</param>
/// <param name="Value">The loss there.</param>
/// <param name="Slope">Its derivative along the direction.</param>
internal readonly record struct ZoomPoint<T>(T Step, T Value, T Slope)
{
    /// <summary>The numbers, in the order that <see cref="Of"/> takes.</summary>
    public T[] Pack() => [Step, Value, Slope];

    /// <summary>A point from its numbers.</summary>
    public static ZoomPoint<T> Of(ReadOnlySpan<T> numbers) => new(numbers[0], numbers[1], numbers[2]);
}
