using TfLbfgs.Gradients.Rules;
using TfLbfgs.Tensors;

namespace TfLbfgs.Functions.Vectorized;

/// <summary>Reductions and cumulative ops along axes, which move on by one.</summary>
internal static class ReductionBatching
{
    private static readonly string[] AlongAxes =
    [
        OpNames.All, OpNames.Any, OpNames.ArgMax, OpNames.ArgMin, OpNames.Cumprod, OpNames.Cumsum, OpNames.CumulativeLogsumexp,
            OpNames.EuclideanNorm, OpNames.ExpandDims, OpNames.Max, OpNames.Mean, OpNames.Min,
        OpNames.Prod, OpNames.ReverseV2, OpNames.Sum,
    ];

    public static void AddTo(Dictionary<string, Func<BatchedOperation, Tensor[]?>> rules)
    {
        foreach (string name in AlongAxes)
            rules.Add(name, op => op.IsStacked[0] && op.Axes(1) is { } axes ? op.With(op.Inputs[0], axes) : null);
        rules.Add(OpNames.L2Loss, op =>
            op.ElementRank(0) < 0 ? null : [RawOps.Sum(RawOps.Square(op.Inputs[0]), Own(op.ElementRank(0))) * 0.5]);
        rules.Add(OpNames.Roll, op =>
            op.IsOnlyFirstStacked && op.Axes(2) is { } axes ? op.With(op.Inputs[0], op.Inputs[1], axes) : null);
    }

    /// <summary>The axes of an element in the stacked tensor.</summary>
    private static Tensor Own(int rank) => RuleOperations.Ints([.. Enumerable.Range(1, rank).Select(axis => (long)axis)]);
}
