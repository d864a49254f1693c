using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <summary>The end of a minimization over named tensors. Owns its tensors.</summary>
/// <param name="Result">What the minimizer says; position and gradient in one vector.</param>
/// <param name="Values">The best point by name.</param>
public sealed record NamedResult(LbfgsResult Result, NamedTensors Values) : IDisposable
{
    /// <summary>The best value of a tensor, of its shape and dtype; borrowed.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="TfLbfgsException">There is none of that name.</exception>
    public Tensor this[string name] => Values[name];

    /// <summary>Frees the tensors.</summary>
    public void Dispose()
    {
        Result.Dispose();
        Values.Dispose();
    }

    /// <summary>Reason, loss and counts in one line.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => Result.ToString();
}
