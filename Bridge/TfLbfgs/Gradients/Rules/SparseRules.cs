using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using static TfLbfgs.Gradients.Rules.RuleOperations;

namespace TfLbfgs.Gradients.Rules;

/// <summary>
/// Sparse tensors as indices [n, rank], values [n] and shape [rank]: only the values, and dense operands, have gradients.
/// </summary>
internal static class SparseRules
{
    public static void AddTo(RuleTable rules)
    {
        rules.Add(OpNames.SparseTensorDenseMatMul, MatMul);
        rules.Add(OpNames.SparseMatMul, DenseMatMul);
        rules.Add(OpNames.SparseToDense, ToDense);
        rules.Add(OpNames.SparseTensorDenseAdd, context => context.Result(
            null, RawOps.GatherNd(context.Upstream, context.Inputs[0]), null, context.Upstream));
        rules.Add(OpNames.SparseReduceSum,
            context => context.Result(null, Spread(context.Upstream, context.Inputs[0], context.Inputs[2], context.Inputs[3])));
        rules.Add(OpNames.SparseReorder, Reorder);
        rules.Add(OpNames.SparseSoftmax, Softmax);
        rules.Add(OpNames.SparseFillEmptyRows, context =>
        {
            Tensor g = context.UpstreamOf(1);
            Tensor values = RawOps.GatherV2(g, context.Outputs[3], Int32(0));
            return context.Result(null, values, null, RawOps.Sum(g, Ints(0)) - RawOps.Sum(values, Ints(0)));
        });
        Matching(rules);
        ElementWise(rules);
        // As in Python, where the parts could have gradients too.
        rules.NotDifferentiable(OpNames.SparseConcat);
    }

    /// <summary>Ops that look up the entries of one sparse tensor among those of another.</summary>
    private static void Matching(RuleTable rules)
    {
        rules.Add(OpNames.SparseAdd, context =>
        {
            RawOps.SparseAddGradOutputs gradients =
                RawOps.SparseAddGrad(context.UpstreamOf(1), context.Inputs[0], context.Inputs[3], context.Outputs[0]);
            return context.Result(null, gradients.AValGrad, null, null, gradients.BValGrad);
        });
        rules.Add(OpNames.SparseAddGrad, AddGrad);
        foreach (string op in (ReadOnlySpan<string>)[OpNames.SparseSparseMaximum, OpNames.SparseSparseMinimum])
            rules.Add(op, Extremum);
        rules.Add(OpNames.SparseSlice, context => context.Result(
            null, RawOps.SparseSliceGrad(context.UpstreamOf(1), context.Inputs[0], context.Inputs[3], context.Outputs[0])));
        rules.Add(OpNames.SparseSliceGrad, context => context.Result(
            ValuesAt(context.Inputs[3] + RawOps.Reshape(context.Inputs[2], Ints(1, -1)), context.Inputs[1], context.Upstream)));
    }

    private static void ElementWise(RuleTable rules)
    {
        rules.Add(OpNames.SparseDenseCwiseAdd, context => Dense(context, (g, _, _) => g, (g, _, _) => g));
        rules.Add(OpNames.SparseDenseCwiseMul, context => Dense(context, (g, _, y) => g * Conj(y), (g, x, _) => g * Conj(x)));
        rules.Add(OpNames.SparseDenseCwiseDiv,
            context => Dense(context, (g, _, y) => g / Conj(y), (g, x, y) => g * (-Conj(x) / Conj(y) / Conj(y))));
    }

    /// <summary>The values of a sparse tensor at the indices of another one, in the order of those; zero where it has none.</summary>
    private static Tensor ValuesAt(Tensor indices, Tensor of, Tensor values) => RawOps.SparseAddGrad(values, indices, indices, of).AValGrad;

    /// <summary>
    /// The gradient goes to the entry that was chosen, to the first tensor's where both are equal; what a tensor does not hold is a
    /// constant 0.
    /// </summary>
    private static Tensor?[] Extremum(RuleContext context)
    {
        (Tensor a, Tensor ofA, Tensor b, Tensor ofB) = (context.Inputs[0], context.Inputs[1], context.Inputs[3], context.Inputs[4]);
        RawOps.SparseAddGradOutputs g = RawOps.SparseAddGrad(context.UpstreamOf(1), a, b, context.Outputs[0]);
        RawOps.SparseAddGradOutputs chosen = RawOps.SparseAddGrad(context.Outputs[1], a, b, context.Outputs[0]);
        Tensor first = RawOps.Equal(ofA, chosen.AValGrad);
        Tensor second = RawOps.LogicalAnd(RawOps.Equal(ofB, chosen.BValGrad), RawOps.NotEqual(ValuesAt(b, a, ofA), ofB));
        return context.Result(
            null, g.AValGrad * Indicator(first, ofA.DType), null, null, g.BValGrad * Indicator(second, ofB.DType));
    }

    /// <summary>Gathering for both summands is taken back by their sum; a threshold may have dropped entries from it.</summary>
    private static Tensor?[] AddGrad(RuleContext context)
    {
        (Tensor a, Tensor b, Tensor sum) = (context.Inputs[1], context.Inputs[2], context.Inputs[3]);
        Tensor shape = RawOps.Max(RawOps.ConcatV2([a, b], Int32(0)), Ints(0)) + 1;
        (Tensor ga, Tensor gb) = (context.UpstreamOf(0), context.UpstreamOf(1));
        DType real = ga.DType.RealPart;
        RawOps.SparseAddOutputs all = RawOps.SparseAdd(a, ga, shape, b, gb, shape, Tensor.Scalar(0, real));
        return context.Result(ValuesAt(sum, all.SumIndices, all.SumValues));
    }

    /// <summary>
    /// With A the sparse matrix: A^H G for the dense one, and for an entry of A the product of the rows of G and of B that it joined.
    /// </summary>
    private static Tensor?[] MatMul(RuleContext context)
    {
        (Tensor indices, Tensor values, Tensor b, Tensor g) = (context.Inputs[0], context.Inputs[1], context.Inputs[3], context.Upstream);
        (bool adjointA, bool adjointB) =
            (context.Get(OpAttributes.SparseTensorDenseMatMul.AdjointA), context.Get(OpAttributes.SparseTensorDenseMatMul.AdjointB));
        Tensor? ga = null, gb = null;
        if (context.Needs(3))
        {
            gb = RawOps.SparseTensorDenseMatMul(indices, values, context.Inputs[2], g, !adjointA);
            gb = adjointB ? Matrices.Adjoint(gb) : gb;
        }

        if (context.Needs(1))
        {
            Tensor[] places = RawOps.Unpack(indices, 2, 1);
            Tensor ofG = RawOps.GatherV2(g, places[adjointA ? 1 : 0], Int32(0));
            Tensor ofB = RawOps.GatherV2(adjointB ? Matrices.Adjoint(b) : b, places[adjointA ? 0 : 1], Int32(0));
            ga = RawOps.Sum(adjointA ? Conj(ofG) * ofB : ofG * Conj(ofB), Ints(1));
        }

        return context.Result(null, ga, null, gb);
    }

    /// <summary>Both operands are dense; that they hold many zeros only helps the kernel.</summary>
    private static Tensor?[] DenseMatMul(RuleContext context)
    {
        (bool ta, bool tb) = (context.Get(OpAttributes.SparseMatMul.TransposeA), context.Get(OpAttributes.SparseMatMul.TransposeB));
        Tensor g = context.Upstream;
        (Tensor a, Tensor b) = (RawOps.Cast(context.Inputs[0], g.DType), RawOps.Cast(context.Inputs[1], g.DType));
        Tensor? ga = !context.Needs(0)
            ? null : ta ? RawOps.MatMul(b, g, transposeA: tb, transposeB: true) : RawOps.MatMul(g, b, transposeB: !tb);
        Tensor? gb = !context.Needs(1)
            ? null : tb ? RawOps.MatMul(g, a, transposeA: true, transposeB: ta) : RawOps.MatMul(a, g, transposeA: !ta);
        return context.Result(
            ga is null ? null : RawOps.Cast(ga, context.Inputs[0].DType),
            gb is null ? null : RawOps.Cast(gb, context.Inputs[1].DType));
    }

    private static Tensor?[] ToDense(RuleContext context)
    {
        (Tensor indices, Tensor values, Tensor g) = (context.Inputs[0], context.Inputs[2], context.Upstream);
        // Indices may be a number or a vector where the result has one dimension.
        Tensor at = indices.Rank == 2 ? indices : RawOps.Reshape(indices, Ints(-1, 1));
        Tensor rows = RawOps.GatherNd(g, at);
        Tensor rest = RawOps.Sum(RawOps.Reshape(g, Ints(-1)), Ints(0)) - RawOps.Sum(rows, Ints(0));
        return context.Result(null, null, values.Rank == 0 ? RawOps.Sum(rows, Ints(0)) : rows, rest);
    }

    /// <summary>What a reduced tensor holds for each entry.</summary>
    private static Tensor Spread(Tensor g, Tensor indices, Tensor shape, Tensor axes)
    {
        Tensor rank = RawOps.Size(shape);
        Tensor kept;
        if (axes.Shape.IsFullyKnown && axes.Shape.ElementCount == 0)
        {
            kept = RawOps.ZerosLike(shape);
        }
        else
        {
            Tensor reduced = RawOps.Reshape(RawOps.FloorMod(axes, rank), Ints(-1));
            Tensor times = RawOps.UnsortedSegmentSum(RawOps.OnesLike(reduced), reduced, rank);
            kept = RawOps.Cast(RawOps.Equal(times, Int32(0)), DType.Int64);
        }

        Tensor withOnes = shape * kept + 1 - kept;
        return RawOps.GatherNd(RawOps.Reshape(g, withOnes), indices * kept);
    }

    private static Tensor?[] Reorder(RuleContext context)
    {
        (Tensor indices, Tensor shape) = (context.Inputs[0], context.Inputs[2]);
        Tensor size = RawOps.GatherV2(RawOps.Shape(indices), Int32(0), Int32(0));
        Tensor order = RawOps.SparseReorder(indices, RawOps.Range(Int32(0), size, Int32(1)), shape).OutputValues;
        return context.Result(null, RawOps.GatherV2(context.UpstreamOf(1), RawOps.InvertPermutation(order), Int32(0)));
    }

    private static Tensor?[] Softmax(RuleContext context)
    {
        (Tensor indices, Tensor shape, Tensor y, Tensor g) = (context.Inputs[0], context.Inputs[2], context.Outputs[0], context.Upstream);
        Tensor last = Int32(-1);
        Tensor sum = RawOps.SparseReduceSum(indices, g * y, shape, last, keepDims: true);
        return context.Result(null, (g - Spread(sum, indices, shape, last)) * y);
    }

    /// <summary>The dense operand is broadcast, and only its elements at the indices take part.</summary>
    private static Tensor?[] Dense(RuleContext context, Func<Tensor, Tensor, Tensor, Tensor> sparse,
        Func<Tensor, Tensor, Tensor, Tensor> dense)
    {
        (Tensor indices, Tensor values, Tensor y, Tensor g) = (context.Inputs[0], context.Inputs[1], context.Inputs[3], context.Upstream);
        Tensor shape = ShapeOf(y);
        Tensor missing = RawOps.Reshape(RawOps.Size(context.Inputs[2]) - RawOps.Size(shape), Ints(1));
        Tensor own = RawOps.Slice(indices, RawOps.ConcatV2([Tensor.From([0]), missing], Int32(0)), Tensor.From([-1, -1]));
        Tensor at = RawOps.FloorMod(own, shape);
        Tensor entries = RawOps.GatherNd(y, at);
        return context.Result(
            null,
            context.Needs(1) ? sparse(g, values, entries) : null,
            null,
            context.Needs(3) ? RawOps.ScatterNd(at, dense(g, values, entries), shape) : null);
    }
}
