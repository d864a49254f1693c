using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <summary>
/// Turns gradients into search directions, from what it has learnt of the curvature; made by a <see cref="DirectionMethod"/>. One that
/// keeps nothing but the last pair, conjugate gradients:
/// <code>
/// internal sealed class ConjugateGradients : IDirection
/// {
///     public bool IsEmpty { get; private set; } = true;
///     public void Clear() => IsEmpty = true;
///     public Tensor[] Reserve(PairScalars pair)
///     {
///         IsEmpty = false;
///         return [Tensor.Scalar(pair.StepDotChange)];
///     }
/// public Tensor Learn(Tensor step, Tensor change, Tensor gradient, ReadOnlySpan&lt;Tensor&gt; arguments) => Tf.ReduceSum(gradient *
/// change) / arguments[0] * step - gradient;
///     public Tensor Apply(Tensor gradient, ReadOnlySpan&lt;Tensor&gt; arguments) => -gradient;
///     public void Dispose() { }
/// }
/// </code>
/// </summary>
/// <remarks>
/// <see cref="Learn"/> and <see cref="Apply"/> are traced, once, into the function that evaluates the first trial along the direction, so
/// that an iteration whose first trial is accepted is one native call:
/// they must read no values and decide nothing by what was traced before. What they keep between calls they keep in variables, made by the
/// constructor on the current device. Decisions by numbers belong to
/// <see cref="Reserve"/> and <see cref="Arguments"/>, which run each time on the host. A direction that is not finite or does not descend
/// is dropped by the driver, which clears and follows -g. One run at a time.
/// </remarks>
public interface IDirection : IDisposable
{
    /// <summary>True when nothing is known yet: the driver follows -g then, and does not ask.</summary>
    bool IsEmpty { get; }

    /// <summary>
    /// Whether the first trial along a direction is at most <c>2.02 df / |g.d|</c> with df the decrease of the loss in the last iteration,
    /// so that it repeats that decrease by the slope; else it is at most 1, and at most four
    /// times the last accepted step. Fixed for a <see cref="Stage"/>. Default false.
    /// </summary>
    bool CapsFirstTrial => false;

    /// <summary>
    /// Whether the change of the gradient is corrected along the step by what the losses report the curvature, before <see cref="Reserve"/>
    /// and <see cref="Learn"/> receive it: y + (6 (f0 - f1) + 3 (g0 + g1).s) / s.s s. Fixed. Default false.
    /// </summary>
    bool UsesLosses => false;

    /// <summary>
    /// Which of several bodies of traced code is in use; each is traced at its first call. <see cref="Reserve"/>, <see cref="Clear"/> and
    /// <see cref="Reset"/> may change it. Default 0, always.
    /// </summary>
    int Stage => 0;

    /// <summary>Forgets what was learnt: called at restarts.</summary>
    void Clear();

    /// <summary>Prepares for another run: called at its start. Default: <see cref="Clear"/>.</summary>
    void Reset() => Clear();

    /// <summary>What it is, with its settings, in a few words: a saved state fits only the same. Default: the name of the type.</summary>
    string Description => GetType().Name;

    /// <summary>
    /// Everything that is known, as tensors of float32, float64 or int64, of fixed shapes, so that <see cref="Import"/> goes on to the same
    /// bits. Default: nothing.
    /// </summary>
    /// <returns>The tensors, owned by the caller.</returns>
    IReadOnlyList<Tensor> Export() => [];

    /// <summary>
    /// Takes back what <see cref="Export"/> gave, in place of all that is known now. Default: <see cref="Reset"/>, which suits where
    /// nothing but the last pair is used.
    /// </summary>
    /// <param name="memory">The tensors; borrowed.</param>
    void Import(IReadOnlyList<Tensor> memory) => Reset();

    /// <summary>
    /// Makes room for a pair and gives the arguments that <see cref="Store"/> and <see cref="Learn"/> take, in the scope of the caller.
    /// </summary>
    /// <param name="pair">The numbers of the pair.</param>
    /// <returns>Small tensors of fixed shapes; never int32, whose function arguments belong to the host.</returns>
    Tensor[] Reserve(PairScalars pair);

    /// <summary>
    /// Writes a pair into variables, before <see cref="Learn"/> uses them: traced, or eagerly where <see cref="Learn"/> is compiled. Apart
    /// from it, because XLA copies a whole variable that one program reads and writes.
    /// Default: nothing.
    /// </summary>
    /// <param name="step">s, the change of the position, shape [n].</param>
    /// <param name="change">y, the change of the gradient, shape [n].</param>
    /// <param name="arguments">What <see cref="Reserve"/> gave.</param>
    void Store(Tensor step, Tensor change, ReadOnlySpan<Tensor> arguments)
    {
    }

    /// <summary>Traced: learns the pair that is stored and computes the next direction.</summary>
    /// <param name="step">s, the change of the position, shape [n].</param>
    /// <param name="change">y, the change of the gradient, shape [n].</param>
    /// <param name="gradient">The gradient at the new point, shape [n].</param>
    /// <param name="arguments">What <see cref="Reserve"/> gave.</param>
    /// <returns>The direction d, shape [n], of the gradient's dtype; -H g for an approximation H of the inverse Hessian.</returns>
    Tensor Learn(Tensor step, Tensor change, Tensor gradient, ReadOnlySpan<Tensor> arguments);

    /// <summary>Whether it keeps the inverse Hessian as a matrix. Default false.</summary>
    bool HasInverseHessian => false;

    /// <summary>The approximation H of the inverse Hessian. Default: none.</summary>
    /// <returns>H, float64, shape [n, n], owned by the caller; null where nothing was learnt, or <see cref="HasInverseHessian"/> is
    /// false.</returns>
    Tensor? InverseHessian() => null;

    /// <summary>The arguments that <see cref="Apply"/> takes, in the scope of the caller. Default: none.</summary>
    /// <returns>Small tensors of fixed shapes.</returns>
    Tensor[] Arguments() => [];

    /// <summary>Traced: computes a direction from what is known, where the pair of the last step was refused for its curvature.</summary>
    /// <param name="gradient">The gradient, shape [n].</param>
    /// <param name="arguments">What <see cref="Arguments"/> gave.</param>
    /// <returns>The direction, shape [n], of the gradient's dtype.</returns>
    Tensor Apply(Tensor gradient, ReadOnlySpan<Tensor> arguments);
}
