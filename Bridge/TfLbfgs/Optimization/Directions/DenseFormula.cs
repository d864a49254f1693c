namespace TfLbfgs.Optimization;

/// <summary>How a dense approximation H of the inverse Hessian learns a pair; see <see cref="DenseDirection"/>.</summary>
public enum DenseFormula
{
    /// <summary>Broyden, Fletcher, Goldfarb and Shanno: the update that SciPy's <c>BFGS</c> and tfp's <c>bfgs_minimize</c> use.</summary>
    Bfgs,

    /// <summary>
    /// BFGS after H was divided by tau = min(1, s.y / s.H^-1 s): what was learnt of directions not seen for long fades (Al-Baali 1998).
    /// </summary>
    SelfScaledBfgs,

    /// <summary>
    /// A member of Broyden's class between DFP and beyond BFGS that follows the symmetric rank-one formula where that keeps H positive
    /// definite, with tau to match.
    /// </summary>
    SelfScaledBroyden1,

    /// <summary>
    /// A member of Broyden's class chosen by (1 - b) / b with b = s.H^-1 s / s.y, with tau to match (Urban, Stefanou and Pons 2025,
    /// equations 13 to 23): the lowest loss on physics-informed networks.
    /// </summary>
    SelfScaledBroyden2,
}
