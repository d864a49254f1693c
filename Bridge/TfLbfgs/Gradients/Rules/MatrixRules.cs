using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using static TfLbfgs.Gradients.Rules.RuleOperations;

namespace TfLbfgs.Gradients.Rules;

/// <summary>Matrix products and diagonals.</summary>
internal static class MatrixRules
{
    private const string Left = "LEFT_LEFT";

    public static void AddTo(RuleTable rules)
    {
        rules.Add(OpNames.MatMul, MatMul);
        foreach (string op in (ReadOnlySpan<string>)[OpNames.BatchMatMul, OpNames.BatchMatMulV2, OpNames.BatchMatMulV3])
            rules.Add(op, BatchMatMul);
        rules.Unary(OpNames.Diag, (g, _, _) => RawOps.DiagPart(g));
        rules.Unary(OpNames.DiagPart, (g, _, _) => RawOps.Diag(g));
        rules.Add(OpNames.MatrixBandPart,
            context => context.Result(RawOps.MatrixBandPart(context.Upstream, context.Inputs[1], context.Inputs[2])));
        rules.Unary(OpNames.MatrixDiag, (g, _, _) => RawOps.MatrixDiagPart(g));
        // The second versions align bands of diagonals to the left, which is an attribute of the third ones.
        rules.Add(OpNames.MatrixDiagV2,
            context => context.Result(RawOps.MatrixDiagPartV3(context.Upstream, context.Inputs[1], Zero(context), Left)));
        rules.Add(OpNames.MatrixDiagV3,
            context => context.Result(
            RawOps.MatrixDiagPartV3(context.Upstream, context.Inputs[1], Zero(context), context.Get(OpAttributes.MatrixDiagV3.Align))));
        rules.Unary(OpNames.MatrixDiagPart, (g, x, _) => RawOps.MatrixSetDiag(RawOps.ZerosLike(x), g));
        rules.Add(OpNames.MatrixDiagPartV2,
            context => context.Result(
            RawOps.MatrixSetDiagV3(RawOps.ZerosLike(context.Inputs[0]), context.Upstream, context.Inputs[1], Left)));
        rules.Add(OpNames.MatrixDiagPartV3, context => context.Result(
            RawOps.MatrixSetDiagV3(RawOps.ZerosLike(context.Inputs[0]), context.Upstream, context.Inputs[1],
                context.Get(OpAttributes.MatrixDiagV3.Align))));
        rules.Pair(OpNames.MatrixSetDiag, (g, _, d, _) => RawOps.MatrixSetDiag(g, RawOps.ZerosLike(d)),
            (g, _, _, _) => RawOps.MatrixDiagPart(g));
        rules.Add(OpNames.MatrixSetDiagV2, context => context.Result(
            context.Needs(0)
                ? RawOps.MatrixSetDiagV3(context.Upstream, RawOps.ZerosLike(context.Inputs[1]), context.Inputs[2], Left) : null,
            context.Needs(1) ? RawOps.MatrixDiagPartV3(context.Upstream, context.Inputs[2], Zero(context), Left) : null));
        rules.Add(OpNames.MatrixSetDiagV3, context => context.Result(
            context.Needs(0)
                ? RawOps.MatrixSetDiagV3(context.Upstream, RawOps.ZerosLike(context.Inputs[1]), context.Inputs[2],
                context.Get(OpAttributes.MatrixDiagV3.Align)) : null,
            context.Needs(1)
                ? RawOps.MatrixDiagPartV3(context.Upstream, context.Inputs[2], Zero(context), context.Get(OpAttributes.MatrixDiagV3.Align))
                : null));
    }

    private static Tensor Zero(RuleContext context) => Tensor.Scalar(0, context.Upstream.DType);

    private static Tensor?[] MatMul(RuleContext context)
    {
        (Tensor g, bool ta, bool tb) =
            (context.Upstream, context.Get(OpAttributes.MatMul.TransposeA), context.Get(OpAttributes.MatMul.TransposeB));
        Tensor? ga = null, gb = null;
        if (context.Needs(0))
        {
            Tensor b = Conj(context.Inputs[1]);
            ga = ta ? RawOps.MatMul(b, g, transposeA: tb, transposeB: true) : RawOps.MatMul(g, b, transposeB: !tb);
        }

        if (context.Needs(1))
        {
            Tensor a = Conj(context.Inputs[0]);
            gb = tb ? RawOps.MatMul(g, a, transposeA: true, transposeB: ta) : RawOps.MatMul(a, g, transposeA: !ta);
        }

        return context.Result(ga, gb);
    }

    /// <summary>As MatMul, with the adjoint for the transpose, and summed over the batch dimensions that were broadcast.</summary>
    private static Tensor?[] BatchMatMul(RuleContext context)
    {
        (Tensor x, Tensor y, Tensor g) = (context.Inputs[0], context.Inputs[1], context.Upstream);
        (bool ax, bool ay) = (context.Get(OpAttributes.BatchMatMulV2.AdjX), context.Get(OpAttributes.BatchMatMulV2.AdjY));
        Tensor? gx = null, gy = null;
        if (context.Needs(0))
        {
            gx = ax ? Product(y, g, ay, true, x.DType) : Product(g, y, false, !ay, x.DType);
            gx = Broadcast.SumTo(gx, x, y);
        }

        if (context.Needs(1))
        {
            gy = ay ? Product(g, x, true, ax, y.DType) : Product(x, g, !ax, false, y.DType);
            gy = Broadcast.SumTo(gy, y, x);
        }

        return context.Result(gx, gy);
    }

    private static Tensor Product(Tensor a, Tensor b, bool adjointA, bool adjointB, DType result) => a.DType == b.DType && a.DType == result
        ? RawOps.BatchMatMulV2(a, b, adjointA, adjointB)
        : RawOps.BatchMatMulV3(a, b, result, adjointA, adjointB);
}
