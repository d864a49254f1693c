using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using static TfLbfgs.Gradients.Rules.RuleOperations;
using static TfLbfgs.Gradients.Rules.Matrices;

namespace TfLbfgs.Gradients.Rules;

/// <summary>
/// Factorizations. Vectors of equal eigenvalues or singular values are determined only up to a rotation: terms between them are damped to
/// zero, which is the right
/// limit for what does not depend on the rotation.
/// </summary>
internal static class DecompositionRules
{
    public static void AddTo(RuleTable rules)
    {
        foreach (string op in (ReadOnlySpan<string>)[OpNames.Cholesky, OpNames.BatchCholesky])
            rules.Unary(op, (g, _, l) => CholeskyGradient(l, g));
        foreach (string op in (ReadOnlySpan<string>)[OpNames.CholeskyGrad, OpNames.BatchCholeskyGrad])
            rules.Formula(op, x => CholeskyGradient(x[0], x[1]));
        rules.Add(OpNames.Lu, context => context.Result(Lu(context)));
        rules.Add(OpNames.Qr, context => context.Result(Qr(context)));
        foreach (string op in (ReadOnlySpan<string>)[OpNames.SelfAdjointEigV2, OpNames.BatchSelfAdjointEigV2])
            rules.Add(op, context => context.Result(SelfAdjointEig(context)));
        rules.Add(OpNames.Eig, context => context.Result(Eig(context)));
        foreach (string op in (ReadOnlySpan<string>)[OpNames.Svd, OpNames.BatchSvd])
            rules.Add(op, context => context.Result(SvdRule.Gradient(context)));
    }

    /// <summary>1 / x, and smoothly 0 at 0.</summary>
    public static Tensor DampedReciprocal(Tensor x) => x * RawOps.Reciprocal(x * x + 1e-20);

    /// <summary>The damped reciprocals of the differences of values: 1 / (e[j] - e[i]), with a diagonal of zeros.</summary>
    public static Tensor ReciprocalDifferences(Tensor e) => RawOps.MatrixSetDiag(
        DampedReciprocal(RawOps.ExpandDims(e, Int32(-2)) - RawOps.ExpandDims(e, Int32(-1))), RawOps.ZerosLike(e));

    /// <summary>L^-H P L^-1, symmetrized, with P the lower triangle of L^H G and half its diagonal.</summary>
    private static Tensor CholeskyGradient(Tensor l, Tensor g)
    {
        Tensor p = Lower(HalveDiagonal(Multiply(l, g, adjointA: true)));
        Tensor half = RawOps.MatrixTriangularSolve(l, p, adjoint: true);
        Tensor whole = RawOps.MatrixTriangularSolve(l, Adjoint(half), adjoint: true);
        return (whole + Adjoint(whole)) * 0.5;
    }

    /// <summary>P^T L^-H (strictly lower part of L^H G + upper part of G U^H) U^-H.</summary>
    private static Tensor Lu(RuleContext context)
    {
        (Tensor lu, Tensor g) = (context.Outputs[0], context.Upstream);
        Tensor ones = RawOps.OnesLike(RawOps.MatrixDiagPart(lu));
        Tensor l = RawOps.MatrixSetDiag(Lower(lu), ones);
        Tensor u = Upper(lu);
        Tensor below =
            Lower(RawOps.MatrixSetDiag(Multiply(l, Lower(RawOps.MatrixSetDiag(g, RawOps.ZerosLike(ones))), adjointA: true),
            RawOps.ZerosLike(ones)));
        Tensor above = Upper(Multiply(Upper(g), u, adjointB: true));
        Tensor inner = DivideByAdjoint(RawOps.MatrixTriangularSolve(l, below + above, adjoint: true), u);
        Tensor permutation = RawOps.OneHot(
            context.Outputs[1], RawOps.Cast(Dimension(lu, -1), DType.Int32), Tensor.Scalar(1, lu.DType), Tensor.Scalar(0, lu.DType));
        return Multiply(permutation, inner, adjointA: true);
    }

    /// <summary>
    /// For A = Q R with at least as many rows as columns: (GQ + Q H) R^-H, where H is Hermitian with the upper triangle of GR R^H - Q^H GQ.
    /// More columns are
    /// Q^H times the rest of A.
    /// </summary>
    private static Tensor Qr(RuleContext context)
    {
        (Tensor a, Tensor q, Tensor r, Tensor gq, Tensor gr) =
            (context.Inputs[0], context.Outputs[0], context.Outputs[1], context.UpstreamOf(0), context.UpstreamOf(1));
        Refuse(context, a);
        if (a.Shape.HasRank && a.Shape[a.Rank - 1] >= 0 && a.Shape[a.Rank - 1] <= a.Shape[a.Rank - 2])
            return Square(q, r, gq, gr);
        Tensor count = RawOps.Minimum(Dimension(a, -2), Dimension(a, -1));
        (Tensor none, Tensor all) = (Tensor.Scalar(0L), Tensor.Scalar(-1L));
        Tensor rest = Columns(gr, count, all);
        Tensor left =
            Square(q, Columns(r, none, count), gq + Multiply(Columns(a, count, all), rest, adjointB: true), Columns(gr, none, count));
        return RawOps.ConcatV2([left, Multiply(q, rest)], Int32(-1));

        static Tensor Square(Tensor q, Tensor r, Tensor gq, Tensor gr)
        {
            Tensor upper = Upper(Multiply(gr, r, adjointB: true) - Multiply(q, gq, adjointA: true));
            Tensor hermitian = HalveDiagonal(upper + Adjoint(upper));
            return DivideByAdjoint(gq + Multiply(q, hermitian), r);
        }
    }

    private static void Refuse(RuleContext context, Tensor a)
    {
        if (!context.Get(OpAttributes.Qr.FullMatrices) || !a.Shape.HasRank || a.Shape[a.Rank - 2] <= a.Shape[a.Rank - 1])
            return;
        throw new TfLbfgsException(
            $"The gradient of Qr with fullMatrices does not exist for more rows than columns, since Q is not unique there; received {a.Describe()}. "
            + "Use fullMatrices: false.");
    }

    /// <summary>The op reads the lower triangle only, so the gradient stands there.</summary>
    private static Tensor SelfAdjointEig(RuleContext context)
    {
        Tensor a = context.Inputs[0];
        bool vectors = context.Get(OpAttributes.SelfAdjointEigV2.ComputeV);
        Tensor v = vectors ? context.Outputs[1] : RawOps.SelfAdjointEigV2(a).V;
        Tensor inner = Diagonal(WithoutImaginary(context.UpstreamOf(0)));
        if (vectors && context.HasUpstream(1))
            inner += ReciprocalDifferences(context.Outputs[0]) * Multiply(v, context.UpstreamOf(1), adjointA: true);
        Tensor g = Multiply(v, Multiply(inner, v, adjointB: true));
        return HalveDiagonal(Lower(g + Adjoint(g)));
    }

    /// <summary>The eigenvectors have length 1: a change along themselves is no change.</summary>
    private static Tensor Eig(RuleContext context)
    {
        Tensor a = context.Inputs[0];
        bool vectors = context.Get(OpAttributes.Eig.ComputeV);
        DType complex = context.Outputs[0].DType;
        Tensor v = vectors ? context.Outputs[1] : RawOps.Eig(a, complex).V;
        Tensor inner = Diagonal(context.UpstreamOf(0));
        if (vectors && context.HasUpstream(1))
        {
            Tensor change = Multiply(v, context.UpstreamOf(1), adjointA: true);
            Tensor along = Diagonal(WithoutImaginary(RawOps.MatrixDiagPart(change)));
            Tensor across = change - Multiply(Multiply(v, v, adjointA: true), along);
            inner += RawOps.Conj(ReciprocalDifferences(context.Outputs[0])) * across;
        }

        Tensor g = RawOps.MatrixSolve(v, Multiply(inner, v, adjointB: true), adjoint: true);
        return a.DType.IsComplex ? g : RawOps.Real(g, a.DType);
    }
}
