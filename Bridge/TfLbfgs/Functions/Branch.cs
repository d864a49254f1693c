using TfLbfgs.Tensors;

namespace TfLbfgs.Functions;

/// <summary>Traces branches, and adds the op that runs one of them to a trace.</summary>
internal static class Branch
{
    /// <summary>Adds branches to a trace.</summary>
    /// <param name="outer">The trace.</param>
    /// <param name="caller">The function that was called, for messages.</param>
    /// <param name="index">The condition of two branches, bool, or the index of several, int32; shape [].</param>
    /// <param name="branches">The code of each.</param>
    /// <returns>What the branch returned that ran.</returns>
    public static Tensor[] Record(Trace outer, string caller, Tensor index, IReadOnlyList<Func<IReadOnlyList<Tensor>>> branches)
    {
        TracedPart[] parts = new TracedPart[branches.Count];
        for (int b = 0; b < parts.Length; b++)
        {
            parts[b] = new TracedPart($"branch {b} of {caller} in {outer.Description}", outer, TracedPart.OrdersNow,
                TracedPart.MayBeDifferentiated);
            parts[b].Run(branches[b]);
        }

        Check(caller, parts);
        return RecordedBranch.Record(
            new BranchSet(outer, parts, Array.ConvertAll(parts, part => part.Results), new Dictionary<long, int>()), index, []).Results;
    }

    private static void Check(string caller, TracedPart[] parts)
    {
        IReadOnlyList<Tensor> first = parts[0].Results;
        for (int b = 1; b < parts.Length; b++)
        {
            IReadOnlyList<Tensor> other = parts[b].Results;
            if (other.Count != first.Count || other.Where((result, i) => result.DType != first[i].DType).Any())
            {
                throw new TfLbfgsException(
                    $"{caller}: expected all branches to return tensors of the same number and dtypes; branch 0 returned ({string.Join(", ", first.Select(t => t.Describe()))}), "
                    + $"branch {b} returned ({string.Join(", ", other.Select(t => t.Describe()))}).");
            }
        }
    }
}
