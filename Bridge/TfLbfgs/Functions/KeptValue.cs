using TfLbfgs.Tensors;

namespace TfLbfgs.Functions;

/// <summary>A value of one branch that a gradient needs: the branch returns it, and the other branches something of its form.</summary>
/// <param name="Branch">Which branch.</param>
/// <param name="Value">The value, a tensor of the branch.</param>
internal sealed record KeptValue(int Branch, Tensor Value)
{
    /// <summary>Whether it is the same value.</summary>
    public bool IsSame(KeptValue other) => Branch == other.Branch && Value.Id == other.Value.Id;
}
