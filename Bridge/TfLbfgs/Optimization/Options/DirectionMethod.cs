using TfLbfgs.Runtime;

namespace TfLbfgs.Optimization;

/// <summary>
/// How search directions are found, <see cref="LbfgsOptions.Direction"/>: <see cref="LimitedMemoryDirection"/>,
/// <see cref="DenseDirection"/>, <see cref="AutomaticDirection"/>, or a record of your own with an <see cref="IDirection"/>.
/// docs/directions.md compares them. Compared by value: a minimizer keeps what it has traced as long as method and other options are equal.
/// </summary>
public abstract record DirectionMethod
{
    /// <summary>Makes what computes the directions of the runs of one minimizer, on the current device.</summary>
    /// <param name="count">n, the number of parameters.</param>
    /// <param name="dtype">The dtype of the vectors: float32 or float64.</param>
    /// <param name="options">The options of the run.</param>
    /// <returns>The directions, owned by the caller.</returns>
    /// <exception cref="TfLbfgsException">The method does not serve this many parameters, or a value of it is out of range.</exception>
    protected internal abstract IDirection Create(long count, DType dtype, LbfgsOptions options);
}
