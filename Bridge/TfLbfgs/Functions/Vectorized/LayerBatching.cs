using TfLbfgs.Gradients.Rules;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Functions.Vectorized;

/// <summary>Ops of layers, whose first dimension is a batch: that of all elements is one larger batch.</summary>
internal static class LayerBatching
{
    /// <summary>With a batch of inputs, and filters that all elements share.</summary>
    private static readonly string[] WithBatch =
    [
        OpNames.AvgPool, OpNames.AvgPool3D, OpNames.Conv2D, OpNames.Conv3D, OpNames.DepthwiseConv2dNative, OpNames.Dilation2D, OpNames.LRN,
            OpNames.MaxPool, OpNames.MaxPool3D, OpNames.ResizeBilinear,
        OpNames.ResizeBicubic, OpNames.ResizeNearestNeighbor,
    ];

    public static void AddTo(Dictionary<string, Func<BatchedOperation, Tensor[]?>> rules)
    {
        foreach (string name in WithBatch)
            rules.Add(name, op => op.IsOnlyFirstStacked ? Unfolded(op, op.With([Folded(op, 0), .. op.Inputs[1..]])) : null);
        rules.Add(OpNames.SoftmaxCrossEntropyWithLogits, op => CrossEntropy(op, 2));
        rules.Add(OpNames.SparseSoftmaxCrossEntropyWithLogits, op => CrossEntropy(op, 1));
        rules.Add(OpNames.BiasAdd, op =>
            op.Operation.GetAttribute(OpAttributes.BiasAdd.DataFormat) != "NHWC" || op.ElementRank(0) < 0 ? null
            : op.IsOnlyFirstStacked ? op.With(op.Inputs)
            : [RawOps.AddV2(op.Aligned(0, op.ElementRank(0)), op.Aligned(1, op.ElementRank(0)))]);
        rules.Add(OpNames.BiasAddGrad, op =>
            op.Operation.GetAttribute(OpAttributes.BiasAddGrad.DataFormat) != "NHWC" || op.ElementRank(0) < 0 ? null
            : [RawOps.Sum(op.Inputs[0], RuleOperations.Ints([.. Enumerable.Range(1, op.ElementRank(0) - 1).Select(axis => (long)axis)]))]);
    }

    /// <summary>Logits and labels have the same batch; where broadcasting is asked for, elements are taken one by one.</summary>
    private static Tensor[]? CrossEntropy(BatchedOperation op, int rankOfLabels)
    {
        if (op.ElementRank(0) != 2 || op.ElementRank(1) != rankOfLabels || op.ElementShape(0)[0] < 0
            || op.ElementShape(0)[0] != op.ElementShape(1)[0])
            return null;
        return Unfolded(op, op.With(Folded(op, 0), Folded(op, 1)));
    }

    /// <summary>The elements and their batch as one batch.</summary>
    private static Tensor Folded(BatchedOperation op, int input)
    {
        Tensor x = op.Stacked(input);
        Shape shape = op.ElementShape(input);
        return RawOps.Reshape(x, shape.IsFullyKnown
            ? RuleOperations.Ints([op.Count < 0 ? -1 : op.Count * shape[0], .. shape.ToArray()[1..]])
            : RawOps.ConcatV2([RuleOperations.Ints([-1], DType.Int32), RawOps.Shape(x)[2..]], RuleOperations.Int32(0)));
    }

    private static Tensor[] Unfolded(BatchedOperation op, Tensor[] results) => Array.ConvertAll(results, result =>
    {
        Shape batch = op.ElementShape(0);
        Tensor leading = op.Count >= 0 && batch[0] >= 0
            ? RuleOperations.Ints([op.Count, batch[0]], DType.Int32)
            : RawOps.Shape(op.Inputs[0])[..2];
        long[]? sizes = result.Shape.HasRank ? [.. result.Shape.ToArray().Skip(1)] : null;
        Tensor rest = sizes is not null && Array.TrueForAll(sizes, size => size >= 0)
            ? RuleOperations.Ints(sizes, DType.Int32)
            : RawOps.Shape(result)[1..];
        return RawOps.Reshape(result, RawOps.ConcatV2([leading, rest], RuleOperations.Int32(0)));
    });
}
