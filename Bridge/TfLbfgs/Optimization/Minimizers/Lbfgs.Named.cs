using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <content>Minimization over several tensors.</content>
public static partial class Lbfgs
{
    /// <summary>
    /// Minimizes a loss of several named tensors, of any shapes, real or complex; a gradient tape gives the gradient. Writes to no model.
    /// </summary>
    /// <param name="loss">From the tensors to a loss of float32 or float64, shape []; traced once unless <see cref="Execution.Eager"/> is
    /// chosen.</param>
    /// <param name="start">Name and first value of each, all of one precision; borrowed.</param>
    /// <param name="options">The options; null: the defaults.</param>
    /// <param name="cancellationToken">Ends the run within one evaluation; the result holds the best point so far.</param>
    /// <returns>The best values by name and why it ended, owned by the caller.</returns>
    /// <exception cref="TfLbfgsException">An option, a dtype or a shape is wrong.</exception>
    public static NamedResult Minimize(
        Func<NamedTensors, Tensor> loss, IReadOnlyList<(string Name, Tensor Start)> start, LbfgsOptions? options = null,
            CancellationToken cancellationToken = default)
    {
        using NamedObjective objective = new(loss, start);
        LbfgsResult result = Minimize(objective, options, cancellationToken);
        try
        {
            return new NamedResult(result, objective.Split(result.Position));
        }
        catch
        {
            result.Dispose();
            throw;
        }
    }
}
