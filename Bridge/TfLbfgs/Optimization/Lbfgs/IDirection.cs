using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <summary>
/// Turns a gradient into a search direction, from what it has learnt of the curvature. The vector part is traced into the function that evaluates the first trial along the direction
/// (<see cref="LbfgsKernel"/>), so an iteration whose first trial is accepted is one native call; bookkeeping by numbers stays on the host.
/// </summary>
internal interface IDirection : IDisposable
{
    /// <summary>True when nothing is known yet: the steepest descent is the only direction.</summary>
    bool IsEmpty { get; }

    /// <summary>Forgets everything.</summary>
    void Clear();

    /// <summary>What it is, with its settings, in a few words: a saved state fits only the same.</summary>
    string Description { get; }

    /// <summary>Everything that is known, as tensors of fixed shapes and dtypes, so that <see cref="Import"/> goes on to the same bits.</summary>
    /// <returns>The tensors, owned by the caller; none when <see cref="IsEmpty"/>.</returns>
    IReadOnlyList<Tensor> Export();

    /// <summary>Takes back what <see cref="Export"/> gave, in the place of all that is known now.</summary>
    /// <param name="memory">The tensors; borrowed.</param>
    void Import(IReadOnlyList<Tensor> memory);

    /// <summary>Makes room for a pair and gives the arguments that <see cref="Store"/> and <see cref="Learn"/> take, in the scope of the caller.</summary>
    /// <param name="pair">The scalars of the pair.</param>
    /// <returns>Small tensors of fixed shapes; never int32, whose function arguments belong to the host.</returns>
    Tensor[] Reserve(PairScalars pair);

    /// <summary>Writes a pair into the history, eagerly or traced, before <see cref="Learn"/> uses it. Apart from it, because XLA copies a whole variable that one program reads and writes.</summary>
    /// <param name="step">s, the change of the position, shape [n].</param>
    /// <param name="change">y, the change of the gradient, shape [n].</param>
    /// <param name="arguments">What <see cref="Reserve"/> gave.</param>
    void Store(Tensor step, Tensor change, ReadOnlySpan<Tensor> arguments);

    /// <summary>Traced: learns the pair that is stored and computes the next direction.</summary>
    /// <param name="step">s, the change of the position, shape [n].</param>
    /// <param name="change">y, the change of the gradient, shape [n].</param>
    /// <param name="gradient">The gradient at the new point, shape [n].</param>
    /// <param name="arguments">What <see cref="Reserve"/> gave.</param>
    /// <returns>The direction, shape [n].</returns>
    Tensor Learn(Tensor step, Tensor change, Tensor gradient, ReadOnlySpan<Tensor> arguments);

    /// <summary>The arguments that <see cref="Apply"/> takes, in the scope of the caller.</summary>
    /// <returns>Small tensors of fixed shapes.</returns>
    Tensor[] Arguments();

    /// <summary>Traced: computes a direction from what is known, without a new pair.</summary>
    /// <param name="gradient">The gradient, shape [n].</param>
    /// <param name="arguments">What <see cref="Arguments"/> gave.</param>
    /// <returns>The direction, shape [n].</returns>
    Tensor Apply(Tensor gradient, ReadOnlySpan<Tensor> arguments);
}
