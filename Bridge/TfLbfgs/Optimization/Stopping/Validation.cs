using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <summary>
/// A second loss that is measured but not minimized, such as that of held-out data: it can end the run early, and the result is the point
/// where it was lowest. Each measurement costs one evaluation of it and one
/// read. Python: <c>validation_data</c> with <c>keras.callbacks.EarlyStopping(restore_best_weights=True)</c>.
/// </summary>
public sealed record Validation
{
    private readonly Func<Tensor, Tensor>? _loss;
    private readonly Func<Tensor, double>? _hostLoss;

    /// <summary>Validates with tensor code.</summary>
    /// <param name="loss">From position, shape [n], to a loss of float32 or float64, shape []; traced once, unless
    /// <see cref="Execution.Eager"/> is chosen. Tensors that it captures are its data.</param>
    public Validation(Func<Tensor, Tensor> loss)
    {
        ArgumentNullException.ThrowIfNull(loss);
        _loss = loss;
    }

    /// <summary>Validates with any code.</summary>
    /// <param name="loss">From position, shape [n], borrowed, to a loss; runs at each measurement and may read values, which
    /// <see cref="LbfgsResult.Reads"/> does not count.</param>
    public Validation(Func<Tensor, double> loss)
    {
        ArgumentNullException.ThrowIfNull(loss);
        _hostLoss = loss;
    }

    /// <summary>It is measured at the start and at each k-th accepted iteration; k is at least 1, which is the default.</summary>
    public int Interval { get; init; } = 1;

    /// <summary>
    /// Ends the run after this many measurements in a row without an improvement, at least 1; null (default): never.
    /// Python: <c>patience</c>.
    /// </summary>
    public int? Patience { get; init; }

    /// <summary>
    /// A measurement is an improvement when it is lower than the best one by more than this, at least 0; default 0. Python:
    /// <c>min_delta</c>.
    /// </summary>
    public double MinimumImprovement { get; init; }

    /// <summary>
    /// Whether the result is the measured point with the lowest validation loss, regardless of why the run ended; default true.
    /// Otherwise it is the one with the lowest loss.
    /// </summary>
    public bool RestoreBest { get; init; } = true;

    /// <summary>The loss as tensor code.</summary>
    internal Func<Tensor, Tensor>? Loss => _loss;

    /// <summary>The loss as other code.</summary>
    internal Func<Tensor, double>? HostLoss => _hostLoss;
}
