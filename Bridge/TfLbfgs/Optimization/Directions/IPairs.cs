using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <summary>A direction that keeps correction pairs.</summary>
internal interface IPairs
{
    /// <summary>Copies of the stored steps and gradient changes, the oldest first, zeros where there are none, each shape [m, n].</summary>
    (Tensor Steps, Tensor Changes) Pairs();
}
