namespace TfLbfgs.Optimization;

/// <summary>Where covariances and standard errors get the Hessian from.</summary>
public enum HessianSource
{
    /// <summary>The second derivatives of the loss at the result: n products of the Hessian and a vector. Default.</summary>
    Exact,

    /// <summary>
    /// What the dense method learnt of it, <see cref="LbfgsResult.InverseHessian"/>: no further evaluation, and an approximation that
    /// depends
    /// on the history of the run.
    /// </summary>
    Learnt,
}
