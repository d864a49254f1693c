using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using static TfLbfgs.Gradients.Rules.RuleOperations;

namespace TfLbfgs.Gradients.Rules;

/// <summary>Ragged tensors: the op is run on the numbers of the rows, which shows where each row went.</summary>
internal static class RaggedRules
{
    public static void AddTo(RuleTable rules)
    {
        rules.Add(OpNames.RaggedGather, Gather);
        rules.Add(OpNames.RaggedTensorToTensor, ToTensor);
        rules.Add(OpNames.RaggedTensorToSparse, context =>
        {
            Tensor?[] gradients = context.Result();
            gradients[^1] = ReshapeLike(context.UpstreamOf(1), context.Inputs[^1]);
            return gradients;
        });
        rules.Add(OpNames.RaggedFillEmptyRows, context =>
        {
            Tensor g = context.UpstreamOf(1);
            Tensor values = RawOps.GatherV2(g, context.Outputs[3], Int32(0));
            return context.Result(null, values, null, RawOps.Sum(g, Ints(0)) - RawOps.Sum(values, Ints(0)));
        });
        rules.Add(OpNames.RaggedTensorToVariant, ToVariant);
        rules.Add(OpNames.RaggedTensorFromVariant, FromVariant);
        rules.NotDifferentiable(OpNames.RaggedRange);
    }

    private static Tensor Numbers(Tensor values) => RawOps.Range(Int32(0), Count(values), Int32(1));

    private static Tensor Count(Tensor values) => RawOps.GatherV2(ShapeOf(values, DType.Int32), Int32(0), Int32(0));

    private static Tensor?[] Gather(RuleContext context)
    {
        int splits = context.Inputs.Count - 2;
        Tensor values = context.Inputs[splits];
        Tensor[] nested = [.. context.Inputs.Take(splits)];
        Tensor places = RawOps.RaggedGather(nested, Numbers(values), context.Inputs[^1], context.Outputs.Count - 1).OutputDenseValues;
        Tensor?[] gradients = context.Result();
        gradients[splits] = RawOps.UnsortedSegmentSum(context.UpstreamOf(context.Outputs.Count - 1), places, Count(values));
        return gradients;
    }

    /// <summary>What is not filled by a row is filled by the default value, which is broadcast.</summary>
    private static Tensor?[] ToTensor(RuleContext context)
    {
        (Tensor values, Tensor otherwise, Tensor g) = (context.Inputs[1], context.Inputs[2], context.Upstream);
        int dimensions = g.Rank - values.Rank + 1;
        Tensor shape = RawOps.Slice(ShapeOf(g), Ints(0), Ints(dimensions));
        Tensor[] partitions = [.. context.Inputs.Skip(3)];
        Tensor places =
            RawOps.RaggedTensorToTensor(shape, Numbers(values), Int32(-1), partitions,
            context.Get(OpAttributes.RaggedTensorToTensor.RowPartitionTypes));
        Tensor? filled = context.Needs(1) ? RawOps.UnsortedSegmentSum(g, places, Count(values)) : null;
        if (!context.Needs(2))
            return context.Result(null, filled);
        Tensor empty = RawOps.Less(places, Int32(0));
        for (int i = dimensions; i < g.Rank; i++)
            empty = RawOps.ExpandDims(empty, Int32(-1));
        return context.Result(null, filled, Broadcast.SumTo(RawOps.SelectV2(empty, g, RawOps.ZerosLike(g)), otherwise));
    }

    /// <summary>The gradient is packed as the tensor was, and unpacked again.</summary>
    private static Tensor?[] ToVariant(RuleContext context)
    {
        Tensor values = context.Inputs[^1];
        int splits = context.Inputs.Count - 1;
        Tensor?[] gradients = context.Result();
        if (splits == 0)
        {
            gradients[0] = RawOps.RaggedTensorToVariantGradient(
                context.Upstream, Ints([0], DType.Int32), ShapeOf(values, DType.Int32), values.DType);
            return gradients;
        }

        bool isBatch = context.Get(OpAttributes.RaggedTensorToVariant.BatchedInput);
        RawOps.RaggedTensorFromVariantOutputs parts = RawOps.RaggedTensorFromVariant(
            context.Upstream, isBatch ? splits - 1 : splits, splits, values.DType, context.Inputs[0].DType);
        gradients[splits] = ReshapeLike(parts.OutputDenseValues, values);
        return gradients;
    }

    private static Tensor?[] FromVariant(RuleContext context)
    {
        int splits = context.Outputs.Count - 1;
        bool isBatch = context.Get(OpAttributes.RaggedTensorFromVariant.OutputRaggedRank) > 0 && context.Inputs[0].Rank != 0;
        if (context.Inputs[0].Rank > 1)
        {
            throw new TfLbfgsException(
                $"The gradient of RaggedTensorFromVariant: expected packed tensors of shape [] or [batch], received shape {context.Inputs[0].Shape}; "
                + "TensorFlow packs no others.");
        }

        return context.Result(RawOps.RaggedTensorToVariant([.. context.Outputs.Take(splits)], context.UpstreamOf(splits), isBatch));
    }
}
