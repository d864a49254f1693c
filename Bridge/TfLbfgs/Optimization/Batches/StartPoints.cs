using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <summary>
/// Random starts for
/// <see cref="Lbfgs.MinimizeFromStarts(Func{Tensor, ValueTuple{Tensor, Tensor}}, Tensor, BatchOptions, double, CancellationToken)"/>, made
/// on the current device by a generator without state: the same seed gives the same points.
/// </summary>
public static class StartPoints
{
    /// <summary>
    /// Points spread evenly over a box. Python: <c>scipy.optimize</c>'s <c>bounds</c> of global searches,
    /// <c>tf.random.stateless_uniform</c>.
    /// </summary>
    /// <param name="count">How many, at least 1.</param>
    /// <param name="seed">Chooses the points.</param>
    /// <param name="lower">The least value of each component, shape [n], float32 or float64; borrowed.</param>
    /// <param name="upper">The bound above, shape [n], of the same dtype; borrowed.</param>
    /// <returns>The points, shape [count, n], of that dtype, owned by the caller.</returns>
    /// <exception cref="TfLbfgsException">The count is below 1, or shapes or dtypes differ.</exception>
    public static Tensor Between(int count, long seed, Tensor lower, Tensor upper)
    {
        ArgumentNullException.ThrowIfNull(lower);
        ArgumentNullException.ThrowIfNull(upper);
        Check(count, lower, nameof(lower));
        if (upper.DType != lower.DType || upper.Shape != lower.Shape)
            throw new TfLbfgsException(
                $"StartPoints.Between: expected an upper bound like the lower one, {lower.Describe()}, received {upper.Describe()}.");
        using TensorScope scope = new();
        return scope.Keep(lower + (upper - lower) * Uniform(count, seed, lower));
    }

    /// <summary>Points spread evenly around a centre, each component by up to <c>spread (1 + |centre_i|)</c> to either side.</summary>
    /// <param name="count">How many, at least 1.</param>
    /// <param name="seed">Chooses the points.</param>
    /// <param name="centre">The centre, shape [n], float32 or float64; borrowed.</param>
    /// <param name="spread">How far, at least 0.</param>
    /// <returns>The points, shape [count, n], of the centre's dtype, owned by the caller.</returns>
    /// <exception cref="TfLbfgsException">The count is below 1, the spread below 0, or the centre no vector.</exception>
    public static Tensor Around(int count, long seed, Tensor centre, double spread)
    {
        ArgumentNullException.ThrowIfNull(centre);
        Check(count, centre, nameof(centre));
        if (!(spread >= 0 && double.IsFinite(spread)))
            throw new TfLbfgsException(
                FormattableString.Invariant($"StartPoints.Around: expected a finite spread of 0 or more, received {spread}."));
        using TensorScope scope = new();
        Tensor reach = (RawOps.Abs(centre) + 1) * spread;
        return scope.Keep(centre + reach * (Uniform(count, seed, centre) * 2 - 1));
    }

    private static Tensor Uniform(int count, long seed, Tensor like) =>
        RawOps.StatelessRandomUniform(Tensor.From([count, like.Shape[0]]), Tensor.From([seed, 0L]), like.DType);

    private static void Check(int count, Tensor vector, string name)
    {
        if (count < 1)
            throw new TfLbfgsException(FormattableString.Invariant($"StartPoints: expected a count of at least 1, received {count}."));
        if (vector.Rank != 1 || vector.Shape[0] < 1 || vector.DType is not (DType.Float32 or DType.Float64))
            throw new TfLbfgsException(
                $"StartPoints: expected {name} to be a vector of float32 or float64, shape [n], received {vector.Describe()}.");
    }
}
