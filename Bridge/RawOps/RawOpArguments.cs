using System.Runtime.CompilerServices;
using TfLbfgs.Tensors;

namespace TfLbfgs;

/// <summary>What the generated methods share: checks of lengths, since the native call would fail later and say less, and the division of the results.</summary>
internal static class RawOpArguments
{
    /// <summary>The length of a list that decides how many outputs there are.</summary>
    public static int Length<T>(IReadOnlyList<T> list, [CallerArgumentExpression(nameof(list))] string name = "")
    {
        ArgumentNullException.ThrowIfNull(list, name);
        return list.Count;
    }

    /// <summary>A number that decides how many outputs there are.</summary>
    public static int Length(long count, long minimum, [CallerArgumentExpression(nameof(count))] string name = "") =>
        count >= minimum && count <= int.MaxValue
            ? (int)count
            : throw new ArgumentOutOfRangeException(name, count, $"Expected a number of outputs from {minimum} to {int.MaxValue}. Received: {count}.");

    /// <summary>Refuses two lists that the op takes in pairs when their lengths differ.</summary>
    public static void RequireSameLength<TFirst, TOther>(
        IReadOnlyList<TFirst> first,
        IReadOnlyList<TOther> other,
        [CallerArgumentExpression(nameof(first))] string firstName = "",
        [CallerArgumentExpression(nameof(other))] string otherName = "")
    {
        ArgumentNullException.ThrowIfNull(first, firstName);
        ArgumentNullException.ThrowIfNull(other, otherName);
        if (first.Count != other.Count)
        {
            throw new ArgumentException(
                $"Expected as many tensors in '{otherName}' as in '{firstName}'. Received: {other.Count} and {first.Count}. Give one of each for every pair.", otherName);
        }
    }

    /// <summary>Takes the next tensors of the results of an op: one of its list outputs.</summary>
    public static Tensor[] Take(Tensor[] results, ref int next, int count)
    {
        Tensor[] taken = results[next..(next + count)];
        next += count;
        return taken;
    }
}
