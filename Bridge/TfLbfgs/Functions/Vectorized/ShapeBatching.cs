using TfLbfgs.Gradients.Rules;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Functions.Vectorized;

/// <summary>Shapes, transpositions, joins and parts.</summary>
internal static class ShapeBatching
{
    public static void AddTo(Dictionary<string, Func<BatchedOperation, Tensor[]?>> rules)
    {
        rules.Add(OpNames.Reshape, op => Reshaped(op, op.PrefixedShape(1)));
        rules.Add(OpNames.BroadcastTo, BroadcastTo);
        rules.Add(OpNames.Tile, op => Reshaped(op, op.Prefixed(1, 1)));
        rules.Add(OpNames.Squeeze, Squeeze);
        rules.Add(OpNames.Transpose, Transpose);
        rules.Add(OpNames.ConjugateTranspose, Transpose);
        rules.Add(OpNames.ConcatV2, op => op.Axes(op.Inputs.Length - 1) is { } axis
            ? op.With([.. Every(op, op.Inputs.Length - 1), axis]) : null);
        rules.Add(OpNames.Pack,
            op => [RawOps.Pack(Every(op, op.Inputs.Length), BatchedOperation.Axis(op.Operation.GetAttribute(OpAttributes.Pack.Axis)))]);
        rules.Add(OpNames.Unpack, op =>
            RawOps.Unpack(
                op.Inputs[0], op.Operation.OutputCount, BatchedOperation.Axis(op.Operation.GetAttribute(OpAttributes.Unpack.Axis))));
        rules.Add(OpNames.Split, op => op.Axes(0) is { } axis ? op.With(axis, op.Inputs[1]) : null);
        rules.Add(OpNames.SplitV, op => op.IsOnlyFirstStacked && op.Axes(2) is { } axis ? op.With(op.Inputs[0], op.Inputs[1], axis) : null);
        rules.Add(OpNames.Shape, op => Shared(op, ElementShape(op, op.Operation.GetAttribute(OpAttributes.Shape.OutType))));
        rules.Add(OpNames.Size,
            op => Shared(op, RawOps.Prod(ElementShape(op, op.Operation.GetAttribute(OpAttributes.Size.OutType)), RuleOperations.Ints(0))));
        rules.Add(OpNames.Rank, op => op.ElementRank(0) < 0 ? null : Shared(op, RuleOperations.Int32(op.ElementRank(0))));
    }

    private static Tensor[] Shared(BatchedOperation op, Tensor result)
    {
        op.IsShared = true;
        return [result];
    }

    private static Tensor ElementShape(BatchedOperation op, DType dtype) => op.ElementShape(0).IsFullyKnown
        ? RuleOperations.Ints(op.ElementShape(0).ToArray(), dtype)
        : RawOps.Shape(op.Inputs[0], dtype)[1..];

    private static Tensor[] Every(BatchedOperation op, int count) => [.. Enumerable.Range(0, count).Select(op.Stacked)];

    private static Tensor[]? Reshaped(BatchedOperation op, Tensor? second) =>
        op.IsStacked[0] && second is not null ? op.With(op.Inputs[0], second) : null;

    private static Tensor[]? BroadcastTo(BatchedOperation op)
    {
        long rank = op.Inputs[1].Shape.HasRank && !op.IsStacked[1] ? op.Inputs[1].Shape[0] : -1;
        return rank >= 0 && op.ElementRank(0) >= 0 && op.PrefixedShape(1) is { } shape ? op.With(op.Aligned(0, (int)rank), shape) : null;
    }

    private static Tensor[]? Squeeze(BatchedOperation op)
    {
        IReadOnlyList<long> dims = op.Operation.GetAttribute(OpAttributes.Squeeze.SqueezeDims);
        if (dims.Count > 0)
            return [RawOps.Squeeze(op.Inputs[0], [.. dims.Select(BatchedOperation.Axis)])];
        if (!op.ElementShape(0).IsFullyKnown)
            return null;
        Shape shape = op.ElementShape(0);
        long[] ones = [.. Enumerable.Range(0, shape.Rank).Where(i => shape[i] == 1).Select(i => i + 1L)];
        return [ones.Length == 0 ? RawOps.Identity(op.Inputs[0]) : RawOps.Squeeze(op.Inputs[0], ones)];
    }

    private static Tensor[]? Transpose(BatchedOperation op) =>
        op.IsStacked[1] || RuleOperations.ConstantValue(op.Inputs[1]) is not { } order
            ? null
            : op.With(op.Inputs[0], RuleOperations.Ints([0, .. order.Select(axis => axis + 1)], op.Inputs[1].DType));
}
