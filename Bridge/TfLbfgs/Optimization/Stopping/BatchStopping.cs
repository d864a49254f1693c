namespace TfLbfgs.Optimization;

/// <summary>When a batch ends. Python: <c>stopping_condition</c> of <c>tfp.optimizer.lbfgs_minimize</c>.</summary>
public enum BatchStopping
{
    /// <summary>When every member has converged or failed. Python: <c>tfp.optimizer.converged_all</c>.</summary>
    All,

    /// <summary>As soon as one member has converged, or when all have failed. Python: <c>tfp.optimizer.converged_any</c>.</summary>
    Any,
}
