namespace TfLbfgs.Optimization;

/// <summary>The matrix to which L-BFGS applies its correction pairs in each direction.</summary>
public enum InverseScaling
{
    /// <summary>
    /// A diagonal that learns from every pair (Gilbert and Lemarechal 1989), with the length <c>sqrt(s.s y.y) / y.D y</c>: fewer
    /// evaluations on ill-conditioned problems and networks. Default.
    /// </summary>
    Diagonal,

    /// <summary>The identity times <c>s.y / y.y</c> of the youngest pair, as in textbooks, SciPy and tfp.</summary>
    Scalar,
}
