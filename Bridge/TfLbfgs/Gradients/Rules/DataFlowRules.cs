using TfLbfgs.Tensors;
using static TfLbfgs.Gradients.Rules.RuleOperations;

namespace TfLbfgs.Gradients.Rules;

/// <summary>Stitching and partitioning: the way between a model's variables and its parameter vector.</summary>
internal static class DataFlowRules
{
    public static void AddTo(RuleTable rules)
    {
        rules.Add(OpNames.DynamicStitch, Stitch);
        rules.Add(OpNames.ParallelDynamicStitch, Stitch);
        rules.Add(OpNames.DynamicPartition, Partition);
    }

    private static Tensor?[] Stitch(RuleContext context)
    {
        int count = context.Inputs.Count / 2;
        Tensor?[] gradients = new Tensor?[2 * count];
        Tensor[]? written = Overwrites(context, count) ? Written(context, count) : null;
        for (int i = 0; i < count; i++)
        {
            if (!context.Needs(count + i))
                continue;
            Tensor rows = RawOps.GatherV2(context.Upstream, context.Inputs[i], Int32(0));
            gradients[count + i] = written is null ? rows : RawOps.SelectV2(Widen(written[i], rows), rows, RawOps.ZerosLike(rows));
        }

        return gradients;
    }

    /// <summary>
    /// Whether a row may be written twice, so that only the last one counts. The parallel op does not define which one that is.
    /// </summary>
    private static bool Overwrites(RuleContext context, int count)
    {
        if (context.Operation.Name != OpNames.DynamicStitch)
            return false;
        HashSet<long> seen = [];
        for (int i = 0; i < count; i++)
        {
            if (ConstantValue(context.Inputs[i]) is not { } indices || !Array.TrueForAll(indices, seen.Add))
                return true;
        }

        return false;
    }

    /// <summary>Which rows are still in the result: their numbers, stitched as they were, are found again at their places.</summary>
    private static Tensor[] Written(RuleContext context, int count)
    {
        Tensor[] indices = new Tensor[count];
        Tensor[] numbers = new Tensor[count];
        Tensor first = Int32(0);
        for (int i = 0; i < count; i++)
        {
            indices[i] = context.Inputs[i];
            Tensor size = RawOps.Size(indices[i]);
            numbers[i] = RawOps.Reshape(RawOps.Range(first, first + size, Int32(1)), ShapeOf(indices[i]));
            first += size;
        }

        Tensor last = RawOps.DynamicStitch(indices, numbers);
        Tensor[] written = new Tensor[count];
        for (int i = 0; i < count; i++)
            written[i] = RawOps.Equal(RawOps.GatherV2(last, indices[i], Int32(0)), numbers[i]);
        return written;
    }

    private static Tensor Widen(Tensor condition, Tensor rows)
    {
        for (int i = condition.Rank; i < rows.Rank; i++)
            condition = RawOps.ExpandDims(condition, Int32(-1));
        return condition;
    }

    /// <summary>The positions are partitioned as the data were, and tell where each row goes.</summary>
    private static Tensor?[] Partition(RuleContext context)
    {
        (Tensor data, Tensor partitions) = (context.Inputs[0], context.Inputs[1]);
        Tensor size = partitions.Shape.IsFullyKnown ? Int32(partitions.Shape.ElementCount) : RawOps.Size(partitions);
        Tensor positions = RawOps.Range(Int32(0), size, Int32(1));
        if (partitions.Rank != 1)
            positions = RawOps.Reshape(positions, ShapeOf(partitions));
        Tensor[] where = RawOps.DynamicPartition(positions, partitions, context.Outputs.Count);
        Tensor[] parts = new Tensor[context.Outputs.Count];
        for (int i = 0; i < parts.Length; i++)
            parts[i] = context.UpstreamOf(i);
        return context.Result(RawOps.Reshape(RawOps.ParallelDynamicStitch(where, parts), ShapeOf(data)));
    }
}
