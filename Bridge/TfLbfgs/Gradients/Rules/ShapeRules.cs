using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using static TfLbfgs.Gradients.Rules.RuleOperations;

namespace TfLbfgs.Gradients.Rules;

/// <summary>Ops that move elements without computing: reshapes, transposes, repetitions, copies; and those that stop a gradient.</summary>
internal static class ShapeRules
{
    public static void AddTo(RuleTable rules)
    {
        foreach (string op in (ReadOnlySpan<string>)[OpNames.Reshape, OpNames.ExpandDims, OpNames.Squeeze])
            rules.Unary(op, (g, x, _) => ReshapeLike(g, x));
        rules.Add(OpNames.Transpose, context => context.Result(Back(context, conjugate: false)));
        rules.Add(OpNames.ConjugateTranspose, context => context.Result(Back(context, conjugate: true)));
        rules.Unary(OpNames.BroadcastTo, (g, x, _) => Broadcast.SumTo(g, x)!);
        rules.Add(OpNames.Tile, context => context.Result(Tile(context)));
        rules.Add(OpNames.Fill, context => context.Result(null, SumAll(context.Upstream)));
        rules.Add(OpNames.ReverseV2, context => context.Result(RawOps.ReverseV2(context.Upstream, context.Inputs[1])));
        rules.Add(OpNames.Reverse, context => context.Result(RawOps.Reverse(context.Upstream, context.Inputs[1])));
        rules.Add(OpNames.ReverseSequence, context => context.Result(
            RawOps.ReverseSequence(context.Upstream, context.Inputs[1], context.Get(OpAttributes.ReverseSequence.SeqDim),
                context.Get(OpAttributes.ReverseSequence.BatchDim))));
        rules.Add(OpNames.Roll, context => context.Result(RawOps.Roll(context.Upstream, RawOps.Neg(context.Inputs[1]), context.Inputs[2])));
        Copies(rules);
        rules.NotDifferentiable(
            OpNames.Shape, OpNames.ShapeN, OpNames.Rank, OpNames.Size, OpNames.ZerosLike, OpNames.OnesLike, OpNames.OneHot, OpNames.Range,
                OpNames.LinSpace, OpNames.Const, OpNames.InvertPermutation, OpNames.ConcatOffset, OpNames.BroadcastArgs,
            OpNames.BroadcastGradientArgs, OpNames.StopGradient, OpNames.Bitcast, OpNames.Where, OpNames.Placeholder);
    }

    /// <summary>The permutation that takes another one back.</summary>
    public static long[] Inverse(ReadOnlySpan<long> permutation)
    {
        long[] inverse = new long[permutation.Length];
        for (int i = 0; i < inverse.Length; i++)
            inverse[permutation[i] < 0 ? permutation[i] + inverse.Length : permutation[i]] = i;
        return inverse;
    }

    private static void Copies(RuleTable rules)
    {
        foreach (string op in (ReadOnlySpan<string>)[OpNames.Identity, OpNames.EnsureShape, OpNames.Snapshot,
            OpNames.PlaceholderWithDefault, OpNames.ReadVariableOp])
            rules.Unary(op, (g, _, _) => g);
        rules.Add(OpNames.IdentityN, context =>
        {
            Tensor?[] gradients = new Tensor?[context.Inputs.Count];
            for (int i = 0; i < gradients.Length; i++)
                gradients[i] = context.Needs(i) ? context.UpstreamOf(i) : null;
            return gradients;
        });
        rules.Add(OpNames.Cast, context =>
        {
            DType from = context.Inputs[0].DType;
            return context.Result(CastHasGradient(from) && CastHasGradient(context.Upstream.DType) ? RawOps.Cast(context.Upstream, from)
                : null);
        });
        rules.Add(OpNames.PreventGradient,
            context => throw new TfLbfgsException(
            $"A PreventGradient op forbids this gradient: {context.Get(OpAttributes.CheckNumerics.Message)}"));
        rules.Add(OpNames.CheckNumerics, context => context.Result(RawOps.CheckNumerics(context.Upstream, GradientMessage(context))));
        rules.Add(OpNames.CheckNumericsV2, context => context.Result(RawOps.CheckNumericsV2(context.Upstream, GradientMessage(context))));
    }

    private static string GradientMessage(RuleContext context) =>
        $"Not a number (NaN) or infinity (Inf) values detected in gradient. {context.Get(OpAttributes.CheckNumerics.Message)}";

    private static Tensor Back(RuleContext context, bool conjugate)
    {
        Tensor permutation = ConstantValue(context.Inputs[1]) is { } known
            ? Ints(Inverse(known)) : RawOps.InvertPermutation(context.Inputs[1]);
        return conjugate ? RawOps.ConjugateTranspose(context.Upstream, permutation) : RawOps.Transpose(context.Upstream, permutation);
    }

    private static Tensor SumAll(Tensor g)
    {
        if (!g.Shape.HasRank)
            return RawOps.Sum(g, RawOps.Range(Int32(0), RawOps.Rank(g), Int32(1)));
        if (g.Rank == 0)
            return g;
        return RawOps.Sum(g, AllAxes(g.Rank));
    }

    private static Tensor AllAxes(int rank)
    {
        long[] axes = new long[rank];
        for (int i = 0; i < rank; i++)
            axes[i] = i;
        return Ints(axes);
    }

    /// <summary>The copies become dimensions of their own, which are summed.</summary>
    private static Tensor Tile(RuleContext context)
    {
        (Tensor x, Tensor g) = (context.Inputs[0], context.Upstream);
        if (x.Shape.HasRank && ConstantValue(context.Inputs[1]) is { } multiples)
        {
            List<long> dims = [];
            List<long> axes = [];
            for (int i = 0; i < multiples.Length; i++)
            {
                if (multiples[i] != 1)
                {
                    axes.Add(dims.Count);
                    dims.Add(multiples[i]);
                }

                dims.Add(x.Shape[i]);
            }

            if (axes.Count == 0)
                return g;
            if (ReshapeDimensions(dims.ToArray()) is { } open)
                return RawOps.Sum(RawOps.Reshape(g, Ints(open)), Ints(axes.ToArray()));
        }

        Tensor pairs = RawOps.Pack([RawOps.Cast(context.Inputs[1], DType.Int64), ShapeOf(x)], axis: 1);
        Tensor split = RawOps.Reshape(pairs, Ints(-1));
        return RawOps.Sum(RawOps.Reshape(g, split), RawOps.Range(Int32(0), RawOps.Size(split), Int32(2)));
    }
}
