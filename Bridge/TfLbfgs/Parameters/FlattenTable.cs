using TfLbfgs.Runtime;

namespace TfLbfgs.Parameters;

/// <summary>
/// Which route turns variables into a vector where none was chosen: a function of what is known before anything runs, never of a clock, so
/// that a run is reproducible. Both routes give the same
/// bits; docs/internals/flattening.md has the measurements behind each row.
/// </summary>
public static class FlattenTable
{
    // The first row that fits counts. Times of the dynamic route over those of the split route: least, and greatest, over 10 layouts of 2
    // to 1,000,000 parameters in float32 and float64.
    private static readonly (string DeviceKind, bool? Compiled, long UpTo, FlattenRoute Route)[] Rows =
    [
        ("CPU", true, long.MaxValue, FlattenRoute.Split),   // 1.4 to 100; the first call takes minutes where n is 100,000
        ("CPU", false, 10_000, FlattenRoute.Split),         // 1.1 to 1.6
        ("CPU", false, long.MaxValue, FlattenRoute.Split),  // 1.6 to 3.4
        ("*", null, long.MaxValue, FlattenRoute.Split),     // not measured; counts of partitions and stitch indices live on the host
    ];

    /// <summary>Looks the route up.</summary>
    /// <param name="count">The length of the vector, n.</param>
    /// <param name="dtype">The dtype of the vector, float32 or float64.</param>
    /// <param name="deviceKind">The kind of device, such as <c>CPU</c> or <c>GPU</c>.</param>
    /// <param name="compiled">Whether XLA compiles what uses the vector, or may.</param>
    /// <returns><see cref="FlattenRoute.Dynamic"/> or <see cref="FlattenRoute.Split"/>.</returns>
    /// <exception cref="TfLbfgsException">The count is negative, or the dtype is no floating-point one.</exception>
    public static FlattenRoute Choose(long count, DType dtype, string deviceKind, bool compiled)
    {
        ArgumentNullException.ThrowIfNull(deviceKind);
        if (count < 0 || !dtype.IsFloating)
            throw new TfLbfgsException(
                $"Expected the length of a vector, 0 or more, and a floating-point dtype, received {count} and {dtype.PythonName}.");
        return Rows.First(row => (row.DeviceKind == "*" || row.DeviceKind == deviceKind) && (row.Compiled ?? compiled) == compiled
            && count <= row.UpTo).Route;
    }
}
