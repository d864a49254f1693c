namespace TfLbfgs.Optimization;

/// <content>A rule about directions, and what a result holds besides.</content>
public sealed partial record LbfgsOptions
{
    /// <summary>
    /// Ends when the slope of the next direction, d.g, is above minus this, since the loss can hardly fall along it; at least 0; 0
    /// (default): off.
    /// Not with <see cref="Execution.Compiled"/>. Python: a part of <c>tolerance_change</c> of <c>torch.optim.LBFGS</c>.
    /// </summary>
    public double SlopeTolerance { get; init; }

    /// <summary>
    /// Whether the result holds the inverse Hessian of a dense method, <see cref="LbfgsResult.InverseHessian"/>: a copy of n^2 float64.
    /// Default false; without meaning for limited memory, which keeps no matrix. Python: <c>inverse_hessian_estimate</c> of
    /// <c>tfp.optimizer.bfgs_minimize</c>, <c>hess_inv</c> of SciPy's BFGS.
    /// </summary>
    public bool ReturnInverseHessian { get; init; }
}
