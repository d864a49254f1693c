using TfLbfgs.Runtime;

namespace TfLbfgs.Parameters;

/// <summary>
/// Which route turns variables into a vector where nobody chose one: a function of what is known before anything runs, never of a clock, so that a run is reproducible. Both routes give the same
/// bits; docs/flattening.md has the measurements.
/// </summary>
public static class FlattenTable
{
    /// <summary>Looks the route up.</summary>
    /// <param name="count">The length of the vector, n.</param>
    /// <param name="variables">The number of variables.</param>
    /// <param name="dtype">The dtype of the vector.</param>
    /// <param name="deviceKind">The kind of device, such as <c>CPU</c> or <c>GPU</c>.</param>
    /// <param name="compiled">Whether XLA compiles what uses the vector, or may.</param>
    /// <returns><see cref="FlattenRoute.Dynamic"/> or <see cref="FlattenRoute.Split"/>.</returns>
    public static FlattenRoute Choose(long count, int variables, DType dtype, string deviceKind, bool compiled)
    {
        ArgumentNullException.ThrowIfNull(deviceKind);
        return FlattenRoute.Split;
    }
}
