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
        for (int i = 0; i < count; i++)
        {
            if (context.Needs(count + i))
                gradients[count + i] = RawOps.GatherV2(context.Upstream, context.Inputs[i], Int32(0));
        }

        return gradients;
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
