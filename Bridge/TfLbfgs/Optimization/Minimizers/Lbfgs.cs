using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <summary>
/// Limited-memory BFGS (Nocedal 1980; Liu and Nocedal 1989). All vectors stay on the device of the calling thread; one small read per
/// evaluation and at most one per accepted iteration.
/// Python: <c>tfp.optimizer.lbfgs_minimize</c>, <c>scipy.optimize.minimize(method="L-BFGS-B")</c>.
/// </summary>
public static partial class Lbfgs
{
    /// <summary>
    /// Minimizes an objective from its own start; at the end it adopts the best point, also after a failure or a cancellation.
    /// </summary>
    /// <param name="objective">The objective; borrowed.</param>
    /// <param name="options">The options; null: the defaults.</param>
    /// <param name="cancellationToken">Ends the run within one evaluation; the result holds the best point so far.</param>
    /// <returns>The best point and why it ended, owned by the caller. A bad end is a result, not an exception.</returns>
    /// <exception cref="TfLbfgsException">An option or the objective's shapes are wrong.</exception>
    public static LbfgsResult Minimize(Objective objective, LbfgsOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(objective);
        using LbfgsMinimizer minimizer = new(objective, options);
        return minimizer.Minimize(cancellationToken);
    }

    /// <summary>
    /// Minimizes an objective from a given start; at the end it adopts the best point, also after a failure or a cancellation.
    /// </summary>
    /// <inheritdoc cref="Minimize(Objective, LbfgsOptions?, CancellationToken)"/>
    /// <param name="objective">The objective; borrowed.</param>
    /// <param name="initialPosition">Where to start, shape [n], of the objective's dtype; borrowed.</param>
    /// <param name="options">The options; null: the defaults.</param>
    /// <param name="cancellationToken">Ends the run within one evaluation; the result holds the best point so far.</param>
    public static LbfgsResult Minimize(Objective objective, Tensor initialPosition, LbfgsOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(objective);
        using LbfgsMinimizer minimizer = new(objective, options);
        return minimizer.Minimize(initialPosition, cancellationToken);
    }

    /// <summary>Minimizes any function that returns loss and gradient; writes to no model.</summary>
    /// <param name="function">From position, shape [n], to loss, shape [], and gradient, shape [n]; traced once unless
    /// <see cref="Execution.Eager"/> is chosen.</param>
    /// <param name="initialPosition">Where to start, shape [n], float32 or float64; borrowed.</param>
    /// <param name="options">The options; null: the defaults.</param>
    /// <param name="cancellationToken">Ends the run within one evaluation; the result holds the best point so far.</param>
    /// <returns>The best point and why it ended, owned by the caller.</returns>
    /// <exception cref="TfLbfgsException">An option or a shape is wrong.</exception>
    public static LbfgsResult Minimize(
        Func<Tensor, (Tensor Loss, Tensor Gradient)> function, Tensor initialPosition, LbfgsOptions? options = null,
            CancellationToken cancellationToken = default) =>
        Minimize(new FunctionObjective(function, initialPosition), options, cancellationToken);

    /// <summary>Minimizes any function that returns a loss; a gradient tape gives the gradient. Writes to no model.</summary>
    /// <inheritdoc cref="Minimize(Func{Tensor, ValueTuple{Tensor, Tensor}}, Tensor, LbfgsOptions?, CancellationToken)"/>
    public static LbfgsResult Minimize(
        Func<Tensor, Tensor> function, Tensor initialPosition, LbfgsOptions? options = null,
            CancellationToken cancellationToken = default) =>
        Minimize(new FunctionObjective(function, initialPosition), options, cancellationToken);

    /// <summary>The exception for a start together with results to resume.</summary>
    internal static TfLbfgsException Both(string argument, string option, string advice) =>
        new($"Expected exactly one of {argument} and {option}, received both. {advice}");
}
