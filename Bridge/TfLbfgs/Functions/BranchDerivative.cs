using System.Globalization;

namespace TfLbfgs.Functions;

/// <summary>Which derivative of branches is meant.</summary>
/// <param name="Captures">The identities of the tensors from outside with respect to which it is taken.</param>
/// <param name="Results">The results whose gradient arrives.</param>
/// <param name="Kept">The kept values whose gradient arrives.</param>
internal sealed record BranchDerivative(long[] Captures, int[] Results, KeptValue[] Kept)
{
    /// <summary>The same for the same derivative.</summary>
    public string Key => string.Create(
        CultureInfo.InvariantCulture,
            $"{string.Join(',', Captures)};{string.Join(',', Results)};{string.Join(',', Kept.Select(kept => $"{kept.Branch}:{kept.Value.Id}"))}");
}
