using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <summary>Turns a gradient into a search direction, from what it has learnt of the curvature.</summary>
internal interface IDirection : IDisposable
{
    /// <summary>True when nothing is known yet: the steepest descent is the only direction.</summary>
    bool IsEmpty { get; }

    /// <summary>Forgets everything.</summary>
    void Clear();

    /// <summary>Learns one pair and computes the next direction: one function call and one read.</summary>
    /// <param name="before">The gradient at the former point, shape [n].</param>
    /// <param name="direction">The direction of the step, shape [n].</param>
    /// <param name="trial">The accepted trial.</param>
    /// <returns>The direction, owned by the caller, with its scalars.</returns>
    DirectionStep Next(Tensor before, Tensor direction, Trial trial);

    /// <summary>Computes a direction from what is known, without a new pair: one function call and one read.</summary>
    /// <param name="gradient">The gradient, shape [n].</param>
    /// <returns>The direction, owned by the caller, with its scalars.</returns>
    DirectionStep Next(Tensor gradient);
}
