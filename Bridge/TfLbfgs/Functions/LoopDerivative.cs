using System.Globalization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Functions;

/// <summary>Which derivative of a loop is meant.</summary>
/// <param name="States">For each state, whether the gradient with respect to its first value is of use.</param>
/// <param name="Captures">The identities of the tensors from outside with respect to which it is taken.</param>
/// <param name="Lists">The identities of the lists, read step by step, with respect to which it is taken.</param>
/// <param name="Written">The values written to lists whose gradient arrives.</param>
internal sealed record LoopDerivative(bool[] States, long[] Captures, long[] Lists, Tensor[] Written)
{
    /// <summary>The same for the same derivative.</summary>
    public string Key => string.Create(CultureInfo.InvariantCulture,
        $"{string.Join(',', States)};{string.Join(',', Captures)};{string.Join(',', Lists)};{string.Join(',', Written.Select(value => value.Id))}");
}
