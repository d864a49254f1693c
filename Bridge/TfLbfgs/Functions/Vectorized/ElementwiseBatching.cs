using TfLbfgs.Tensors;

namespace TfLbfgs.Functions.Vectorized;

/// <summary>Ops that take any leading dimensions: element by element, or matrix by matrix.</summary>
internal static class ElementwiseBatching
{
    /// <summary>Of one tensor; further inputs are shared.</summary>
    private static readonly string[] Unary =
    [
        OpNames.Abs, OpNames.Acos, OpNames.Acosh, OpNames.Angle, OpNames.Asin, OpNames.Asinh, OpNames.Atan, OpNames.Atanh,
            OpNames.BesselI0e, OpNames.BesselI1e, OpNames.BesselI0, OpNames.BesselI1,
        OpNames.BesselJ0, OpNames.BesselJ1, OpNames.BesselK0, OpNames.BesselK1, OpNames.BesselY0, OpNames.BesselY1, OpNames.Cast,
            OpNames.Ceil, OpNames.CheckNumerics, OpNames.CheckNumericsV2, OpNames.Cholesky,
        OpNames.ComplexAbs, OpNames.Conj, OpNames.Cos, OpNames.Cosh, OpNames.Dawsn, OpNames.Digamma, OpNames.Elu, OpNames.Erf, OpNames.Erfc,
            OpNames.Erfinv, OpNames.Exp, OpNames.Expint, OpNames.Expm1, OpNames.FFT,
        OpNames.FFT2D, OpNames.FFT3D, OpNames.Floor, OpNames.FresnelCos, OpNames.FresnelSin, OpNames.IFFT, OpNames.IFFT2D, OpNames.IFFT3D,
            OpNames.Identity, OpNames.Imag, OpNames.Inv, OpNames.Invert, OpNames.IsFinite,
        OpNames.IsInf, OpNames.IsNan, OpNames.LeakyRelu, OpNames.Lgamma, OpNames.Log, OpNames.Log1p, OpNames.LogicalNot, OpNames.LogSoftmax,
            OpNames.MatrixBandPart, OpNames.MatrixDeterminant,
        OpNames.MatrixDiag, OpNames.MatrixDiagPart, OpNames.MatrixDiagPartV3, OpNames.MatrixDiagV3, OpNames.MatrixExponential,
            OpNames.MatrixInverse, OpNames.MatrixLogarithm, OpNames.MatrixSquareRoot, OpNames.Ndtri,
        OpNames.Neg, OpNames.OnesLike, OpNames.PreventGradient, OpNames.Qr, OpNames.Real, OpNames.Reciprocal, OpNames.Relu, OpNames.Relu6,
            OpNames.Rint, OpNames.Round, OpNames.Rsqrt, OpNames.SelfAdjointEigV2, OpNames.Selu,
        OpNames.Sigmoid, OpNames.Sign, OpNames.Sin, OpNames.Sinh, OpNames.Snapshot, OpNames.Softmax, OpNames.Softplus, OpNames.Softsign,
            OpNames.Spence, OpNames.Sqrt, OpNames.Square, OpNames.StopGradient, OpNames.Svd,
        OpNames.Tan, OpNames.Tanh, OpNames.TopKV2, OpNames.ZerosLike,
    ];

    /// <summary>Of tensors of one shape, or with one batch of matrices each.</summary>
    private static readonly string[] OneShape =
    [
        OpNames.AddN, OpNames.ApproximateEqual, OpNames.BatchMatMul, OpNames.Betainc, OpNames.CholeskyGrad, OpNames.Cross, OpNames.EluGrad,
            OpNames.InvGrad, OpNames.LeakyReluGrad, OpNames.MatrixSolve,
        OpNames.MatrixTriangularSolve, OpNames.ReciprocalGrad, OpNames.Relu6Grad, OpNames.ReluGrad, OpNames.RsqrtGrad, OpNames.SeluGrad,
            OpNames.SigmoidGrad, OpNames.SoftplusGrad, OpNames.SoftsignGrad, OpNames.SqrtGrad,
        OpNames.TanhGrad, OpNames.TridiagonalMatMul, OpNames.TridiagonalSolve,
    ];

    private static readonly string[] Broadcasting =
    [
        OpNames.Add, OpNames.AddV2, OpNames.Atan2, OpNames.BatchMatMulV2, OpNames.BatchMatMulV3, OpNames.BitwiseAnd, OpNames.BitwiseOr,
            OpNames.BitwiseXor, OpNames.Complex, OpNames.Div, OpNames.DivNoNan, OpNames.Equal,
        OpNames.FloorDiv, OpNames.FloorMod, OpNames.Greater, OpNames.GreaterEqual, OpNames.Igamma, OpNames.IgammaGradA, OpNames.Igammac,
            OpNames.LeftShift, OpNames.Less, OpNames.LessEqual, OpNames.LogicalAnd,
        OpNames.LogicalOr, OpNames.Maximum, OpNames.Minimum, OpNames.Mod, OpNames.Mul, OpNames.MulNoNan, OpNames.NextAfter,
            OpNames.NotEqual, OpNames.Polygamma, OpNames.Pow, OpNames.RealDiv, OpNames.RightShift,
        OpNames.SelectV2, OpNames.SquaredDifference, OpNames.Sub, OpNames.TruncateDiv, OpNames.TruncateMod, OpNames.Xdivy, OpNames.Xlog1py,
            OpNames.Xlogy, OpNames.Zeta,
    ];

    public static void AddTo(Dictionary<string, Func<BatchedOperation, Tensor[]?>> rules)
    {
        foreach (string name in Unary)
            rules.Add(name, op => op.IsOnlyFirstStacked ? op.With(op.Inputs) : null);
        foreach (string name in OneShape)
            rules.Add(name, SameShape);
        foreach (string name in Broadcasting)
            rules.Add(name, Broadcast);
        rules.Add(OpNames.IdentityN, op => op.With([.. Enumerable.Range(0, op.Inputs.Length).Select(op.Stacked)]));
        // The condition of the older op may be a vector, which chooses rows.
        rules.Add(OpNames.Select, SameShape);
        // The bounds are scalars, or have the shape of what they bound.
        rules.Add(OpNames.ClipByValue, op => op.IsOnlyFirstStacked && op.Inputs[1].Rank == 0 && op.Inputs[2].Rank == 0 ? op.With(op.Inputs)
            : SameShape(op));
    }

    private static Tensor[]? SameShape(BatchedOperation op)
    {
        for (int i = 0; i < op.Inputs.Length; i++)
        {
            if (op.ElementRank(i) < 0 || op.ElementRank(i) != op.ElementRank(0))
                return null;
        }

        return op.With([.. Enumerable.Range(0, op.Inputs.Length).Select(op.Stacked)]);
    }

    private static Tensor[]? Broadcast(BatchedOperation op)
    {
        int rank = 0;
        for (int i = 0; i < op.Inputs.Length; i++)
        {
            if (op.ElementRank(i) < 0)
                return null;
            rank = Math.Max(rank, op.ElementRank(i));
        }

        return op.With([.. Enumerable.Range(0, op.Inputs.Length).Select(i => op.Aligned(i, rank))]);
    }
}
