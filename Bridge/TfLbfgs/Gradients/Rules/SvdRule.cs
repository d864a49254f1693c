using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using static TfLbfgs.Gradients.Rules.RuleOperations;
using static TfLbfgs.Gradients.Rules.Matrices;

namespace TfLbfgs.Gradients.Rules;

/// <summary>
/// The gradient of A = U S V^H: U (GS + (F o (U^H GU - GU^H U)) S + S (F o (V^H GV - GV^H V))) V^H with F[i, j] = 1 / (s[j]^2 - s[i]^2),
/// and what leaves the spaces
/// of U and V. The singular values alone need the first term only.
/// </summary>
internal static class SvdRule
{
    public static Tensor Gradient(RuleContext context)
    {
        Tensor a = context.Inputs[0];
        Tensor gs = WithoutImaginary(context.UpstreamOf(0));
        if (!context.Get(OpAttributes.Svd.ComputeUv))
        {
            RawOps.SvdOutputs factors = RawOps.Svd(a);
            return Between(factors.U, Diagonal(gs), factors.V);
        }

        (Tensor s, Tensor u, Tensor v) = (context.Outputs[0], context.Outputs[1], context.Outputs[2]);
        bool full = context.Get(OpAttributes.Svd.FullMatrices);
        if (!context.HasUpstream(1) && !context.HasUpstream(2))
            return Between(full ? Reduced(u, s) : u, Diagonal(gs), full ? Reduced(v, s) : v);
        (Tensor gu, Tensor gv) = (context.UpstreamOf(1), context.UpstreamOf(2));
        if (full)
        {
            Refuse(a);
            gu = Completed(u, gu, s);
            gv = Completed(v, gv, s);
            (u, v) = (Reduced(u, s), Reduced(v, s));
        }

        Tensor f = DecompositionRules.ReciprocalDifferences(RawOps.Square(s));
        (Tensor ofU, Tensor ofV) = (Multiply(u, gu, adjointA: true), Multiply(v, gv, adjointA: true));
        (Tensor turnU, Tensor turnV) = (f * ofU, f * ofV);
        Tensor row = RawOps.ExpandDims(s, Int32(-2)), column = RawOps.ExpandDims(s, Int32(-1));
        Tensor inner = Diagonal(gs) + (turnU + Adjoint(turnU)) * row + column * (turnV + Adjoint(turnV));
        Tensor inverse = DecompositionRules.DampedReciprocal(s);
        if (a.DType.IsComplex)
        {
            // A phase may pass from a column of U to that of V.
            Tensor phase = RawOps.MatrixDiagPart(ofV);
            inner += Diagonal(inverse * (RawOps.Conj(phase) - phase) * 0.5);
        }

        Tensor g = Between(u, inner, v);
        Tensor scaled = RawOps.ExpandDims(inverse, Int32(-2));
        g += Multiply((gu - Multiply(u, ofU)) * scaled, v, adjointB: true);
        return g + Multiply(u * scaled, gv - Multiply(v, ofV), adjointB: true);
    }

    private static Tensor Between(Tensor u, Tensor inner, Tensor v) => Multiply(u, Multiply(inner, v, adjointB: true));

    /// <summary>The columns that belong to singular values.</summary>
    private static Tensor Reduced(Tensor u, Tensor s) => Columns(u, Tensor.Scalar(0L), Dimension(s, -1));

    /// <summary>
    /// The gradient with respect to the columns of the singular values, which turn against those that complete the basis.
    /// </summary>
    private static Tensor Completed(Tensor u, Tensor gu, Tensor s)
    {
        (Tensor count, Tensor all) = (Dimension(s, -1), Tensor.Scalar(-1L));
        Tensor turned = Multiply(Columns(gu, count, all), Reduced(u, s), adjointA: true);
        return Reduced(gu, s) - Multiply(Columns(u, count, all), turned);
    }

    private static void Refuse(Tensor a)
    {
        if (a.Shape.HasRank && a.Shape[a.Rank - 2] >= 0 && a.Shape[a.Rank - 1] >= 0
            && Math.Abs(a.Shape[a.Rank - 2] - a.Shape[a.Rank - 1]) <= 1)
            return;
        throw new TfLbfgsException(
            $"The gradient of the vectors of Svd with fullMatrices needs rows and columns that are known and differ by one at most, since the others are not unique; "
            + $"received {a.Describe()}. Use fullMatrices: false.");
    }
}
