using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using static TfLbfgs.Gradients.Rules.RuleOperations;
using static TfLbfgs.Gradients.Rules.Matrices;

namespace TfLbfgs.Gradients.Rules;

/// <summary>Determinants, inverses and the solution of linear equations.</summary>
internal static class LinearSystemRules
{
    public static void AddTo(RuleTable rules)
    {
        foreach (string op in (ReadOnlySpan<string>)[OpNames.MatrixDeterminant, OpNames.BatchMatrixDeterminant])
            rules.Unary(op, (g, a, y) => PerMatrix(g * Conj(y)) * RawOps.MatrixInverse(a, adjoint: true));
        rules.Add(OpNames.LogMatrixDeterminant, context => context.Result(LogDeterminant(context)));
        foreach (string op in (ReadOnlySpan<string>)[OpNames.MatrixInverse, OpNames.BatchMatrixInverse])
            rules.Add(op, context => context.Result(Inverse(context)));
        foreach (string op in (ReadOnlySpan<string>)[OpNames.MatrixSolve, OpNames.BatchMatrixSolve])
            rules.Add(op, Solve);
        foreach (string op in (ReadOnlySpan<string>)[OpNames.MatrixTriangularSolve, OpNames.BatchMatrixTriangularSolve])
            rules.Add(op, TriangularSolve);
        foreach (string op in (ReadOnlySpan<string>)[OpNames.MatrixSolveLs, OpNames.BatchMatrixSolveLs])
            rules.Add(op, LeastSquares);
        rules.Add(OpNames.BandedTriangularSolve, BandedSolve);
    }

    /// <summary>The sign of a complex determinant turns; that of a real one is constant.</summary>
    private static Tensor LogDeterminant(RuleContext context)
    {
        Tensor a = context.Inputs[0];
        Tensor scale = context.UpstreamOf(1);
        if (a.DType.IsComplex)
        {
            DType part = a.DType.RealPart;
            Tensor turned = context.HasUpstream(0)
                ? RawOps.Imag(context.UpstreamOf(0) * RawOps.Conj(context.Outputs[0]), part)
                : Tensor.Scalar(0, part);
            scale = RawOps.Complex(RawOps.Real(scale, part), turned, a.DType);
        }

        return PerMatrix(scale) * RawOps.MatrixInverse(a, adjoint: true);
    }

    private static Tensor Inverse(RuleContext context)
    {
        (Tensor y, Tensor g) = (context.Outputs[0], context.Upstream);
        return context.Get(OpAttributes.MatrixSolve.Adjoint)
            ? -Multiply(y, Multiply(g, y, adjointA: true))
            : -Multiply(y, Multiply(g, y, adjointB: true), adjointA: true);
    }

    private static Tensor?[] Solve(RuleContext context)
    {
        bool adjoint = context.Get(OpAttributes.MatrixSolve.Adjoint);
        Tensor gb = RawOps.MatrixSolve(context.Inputs[0], context.Upstream, !adjoint);
        return context.Result(context.Needs(0) ? OfMatrix(gb, context.Outputs[0], adjoint) : null, gb);
    }

    private static Tensor OfMatrix(Tensor gb, Tensor x, bool adjoint) =>
        adjoint ? -Multiply(x, gb, adjointB: true) : -Multiply(gb, x, adjointB: true);

    private static Tensor?[] TriangularSolve(RuleContext context)
    {
        (Tensor a, Tensor b) = (context.Inputs[0], context.Inputs[1]);
        (bool lower, bool adjoint) = (context.Get(OpAttributes.MatrixTriangularSolve.Lower), context.Get(OpAttributes.MatrixSolve.Adjoint));
        Tensor gb = RawOps.MatrixTriangularSolve(a, context.Upstream, lower, !adjoint);
        Tensor? ga = null;
        if (context.Needs(0))
        {
            ga = OfMatrix(gb, context.Outputs[0], adjoint);
            ga = Broadcast.SumTo(lower ? Lower(ga) : Upper(ga), a);
        }

        return context.Result(ga, context.Needs(1) ? Broadcast.SumTo(gb, b) : null);
    }

    /// <summary>The bands of the gradient of the whole matrix, stored as the matrix is.</summary>
    private static Tensor?[] BandedSolve(RuleContext context)
    {
        (Tensor a, Tensor b) = (context.Inputs[0], context.Inputs[1]);
        (bool lower, bool adjoint) = (context.Get(OpAttributes.MatrixTriangularSolve.Lower), context.Get(OpAttributes.MatrixSolve.Adjoint));
        Tensor gb = RawOps.BandedTriangularSolve(a, context.Upstream, lower, !adjoint);
        Tensor? ga = null;
        if (context.Needs(0))
        {
            Tensor last = RawOps.Cast(Dimension(a, -2), DType.Int32) - 1;
            Tensor bands = lower ? RawOps.Pack([-last, Int32(0)]) : RawOps.Pack([Int32(0), last]);
            ga = RawOps.MatrixDiagPartV3(OfMatrix(gb, context.Outputs[0], adjoint), bands, Tensor.Scalar(0, a.DType), "LEFT_RIGHT");
            ga = Broadcast.SumTo(ga, a);
        }

        return context.Result(ga, context.Needs(1) ? Broadcast.SumTo(gb, b) : null);
    }

    /// <summary>
    /// By the normal equations of the smaller side, M = A^H A + l I or A A^H + l I. Without <c>fast</c> the regularizer l does not count;
    /// the matrix must then have
    /// full rank, since the solution jumps where the rank drops.
    /// </summary>
    private static Tensor?[] LeastSquares(RuleContext context)
    {
        (Tensor a, Tensor b, Tensor x, Tensor g) = (context.Inputs[0], context.Inputs[1], context.Outputs[0], context.Upstream);
        if (!a.Shape.HasRank || a.Shape[a.Rank - 2] < 0 || a.Shape[a.Rank - 1] < 0)
            throw new TfLbfgsException(
                $"The gradient of MatrixSolveLs needs to know rows and columns while tracing; received the matrix {a.Describe()}.");
        Tensor regularizer = RawOps.Cast(context.Inputs[2], a.DType);
        bool overdetermined = a.Shape[a.Rank - 2] >= a.Shape[a.Rank - 1];
        Tensor gram = Multiply(a, a, adjointA: overdetermined, adjointB: !overdetermined);
        if (context.Get(OpAttributes.MatrixSolveLs.Fast))
            gram = RawOps.MatrixSetDiag(gram, RawOps.MatrixDiagPart(gram) + regularizer);
        if (overdetermined)
        {
            Tensor z = RawOps.MatrixSolve(gram, g);
            Tensor gb = Multiply(a, z);
            Tensor ga = Multiply(b - Multiply(a, x), z, adjointB: true) - Multiply(gb, x, adjointB: true);
            return context.Result(ga, gb);
        }
        else
        {
            Tensor gb = RawOps.MatrixSolve(gram, Multiply(a, g));
            Tensor t = RawOps.MatrixSolve(gram, b);
            Tensor solution = Multiply(a, t, adjointA: true);
            Tensor ga = Multiply(t, g - Multiply(a, gb, adjointA: true), adjointB: true) - Multiply(gb, solution, adjointB: true);
            return context.Result(ga, gb);
        }
    }
}
