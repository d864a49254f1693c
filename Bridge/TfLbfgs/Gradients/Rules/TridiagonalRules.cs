using TfLbfgs.Tensors;
using static TfLbfgs.Gradients.Rules.RuleOperations;
using static TfLbfgs.Gradients.Rules.Matrices;

namespace TfLbfgs.Gradients.Rules;

/// <summary>
/// Products and equations with a matrix of three diagonals: row i holds upper[i] at i + 1, main[i] at i and lower[i] at i - 1.
/// </summary>
internal static class TridiagonalRules
{
    public static void AddTo(RuleTable rules)
    {
        rules.Add(OpNames.TridiagonalMatMul, Multiply);
        rules.Add(OpNames.TridiagonalSolve, Solve);
    }

    private static Tensor?[] Multiply(RuleContext context)
    {
        (Tensor x, Tensor g) = (Conj(context.Inputs[3]), context.Upstream);
        int rows = g.Rank - 2;
        return context.Result(
            context.Needs(0) ? Row(Shift(x, rows, 1) * g) : null,
            context.Needs(1) ? Row(x * g) : null,
            context.Needs(2) ? Row(Shift(x, rows, -1) * g) : null,
            context.Needs(3)
                ? Shift(Adjoint(context.Inputs[0]) * g, rows, -1) + Adjoint(context.Inputs[1]) * g
                    + Shift(Adjoint(context.Inputs[2]) * g, rows, 1)
                : null);
    }

    /// <summary>The sum over columns, as a row.</summary>
    private static Tensor Row(Tensor x) => RawOps.ExpandDims(RawOps.Sum(x, Ints(-1)), Int32(-2));

    private static Tensor?[] Solve(RuleContext context)
    {
        (Tensor diagonals, Tensor x) = (context.Inputs[0], context.Outputs[0]);
        int last = diagonals.Rank - 1;
        int rows = last - 1;
        Tensor[] bands = RawOps.Unpack(Conj(diagonals), 3, rows);
        // The adjoint matrix: what stood above the diagonal stands below it.
        Tensor adjoint = RawOps.Pack([Shift(bands[2], rows, 1), bands[1], Shift(bands[0], rows, -1)], rows);
        Tensor gb = RawOps.TridiagonalSolve(adjoint, context.Upstream, context.Get(OpAttributes.TridiagonalSolve.PartialPivoting),
            context.Get(OpAttributes.TridiagonalSolve.PerturbSingular));
        if (!context.Needs(0))
            return context.Result(null, gb);
        Tensor cx = Conj(x);
        return context.Result(
            RawOps.Neg(RawOps.Pack([Sum(gb * Shift(cx, rows, 1)), Sum(gb * cx), Sum(gb * Shift(cx, rows, -1))], rows)), gb);
    }

    private static Tensor Sum(Tensor x) => RawOps.Sum(x, Ints(-1));
}
