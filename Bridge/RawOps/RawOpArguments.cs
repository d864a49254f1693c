using System.Runtime.CompilerServices;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs;

/// <summary>
/// What the generated methods share: checks of lengths, since the native call would fail later and say less or crash, what follows from the
/// inputs, and the division of the results.
/// </summary>
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
            : throw new ArgumentOutOfRangeException(name, count,
                $"Expected a number of outputs from {minimum} to {int.MaxValue}. Received: {count}.");

    /// <summary>The dtype of an input.</summary>
    public static DType TypeOf(Tensor tensor, [CallerArgumentExpression(nameof(tensor))] string name = "")
    {
        ArgumentNullException.ThrowIfNull(tensor, name);
        return tensor.DType;
    }

    /// <summary>The dtype that all tensors of a list have.</summary>
    public static DType TypeOf(IReadOnlyList<Tensor> list, [CallerArgumentExpression(nameof(list))] string name = "") =>
        Length(list, name) > 0
        ? TypeOf(list[0], name)
        : throw new ArgumentException($"Expected at least one tensor in '{name}'. Received: none.", name);

    /// <summary>The dtype that all tensors of a list have, or the default of the op's definition.</summary>
    public static DType TypeOf(IReadOnlyList<Tensor> list, DType ifEmpty, [CallerArgumentExpression(nameof(list))] string name = "") =>
        Length(list, name) > 0 ? TypeOf(list[0], name) : ifEmpty;

    /// <summary>The dtypes of a list of tensors.</summary>
    public static DType[] TypesOf(IReadOnlyList<Tensor> list, [CallerArgumentExpression(nameof(list))] string name = "")
    {
        var types = new DType[Length(list, name)];
        for (int i = 0; i < types.Length; i++)
            types[i] = TypeOf(list[i], name);
        return types;
    }

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
