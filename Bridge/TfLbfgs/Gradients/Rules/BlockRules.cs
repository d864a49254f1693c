namespace TfLbfgs.Gradients.Rules;

/// <summary>Moving blocks of pixels into the batch or into the channels, and back: each op's gradient is its inverse.</summary>
internal static class BlockRules
{
    public static void AddTo(RuleTable rules)
    {
        rules.Add(OpNames.SpaceToBatch, context => context.Result(
            RawOps.BatchToSpace(context.Upstream, context.Inputs[1], context.Get(OpAttributes.SpaceToBatch.BlockSize))));
        rules.Add(OpNames.BatchToSpace, context => context.Result(
            RawOps.SpaceToBatch(context.Upstream, context.Inputs[1], context.Get(OpAttributes.BatchToSpace.BlockSize))));
        rules.Add(OpNames.SpaceToBatchND,
            context => context.Result(RawOps.BatchToSpaceND(context.Upstream, context.Inputs[1], context.Inputs[2])));
        rules.Add(OpNames.BatchToSpaceND,
            context => context.Result(RawOps.SpaceToBatchND(context.Upstream, context.Inputs[1], context.Inputs[2])));
        rules.Add(OpNames.SpaceToDepth, context => context.Result(RawOps.DepthToSpace(
            context.Upstream, context.Get(OpAttributes.SpaceToDepth.BlockSize), context.Get(OpAttributes.SpaceToDepth.DataFormat))));
        rules.Add(OpNames.DepthToSpace, context => context.Result(RawOps.SpaceToDepth(
            context.Upstream, context.Get(OpAttributes.DepthToSpace.BlockSize), context.Get(OpAttributes.DepthToSpace.DataFormat))));
    }
}
