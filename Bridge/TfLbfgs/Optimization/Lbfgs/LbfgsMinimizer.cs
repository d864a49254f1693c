using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <summary>
/// Minimizes one objective as often as asked: what was traced and compiled for the first run serves the later ones, from other starts, on other data of the same shapes, under other limits.
/// <see cref="Lbfgs.Minimize(Objective, LbfgsOptions, CancellationToken)"/> is one run of it. One run at a time. Python: a <c>tf.function</c> around <c>tfp.optimizer.lbfgs_minimize</c>.
/// </summary>
public sealed class LbfgsMinimizer : IDisposable
{
    private readonly Objective _objective;
    private LbfgsOptions _options;
    private readonly BatchRun _compatible;
    private LbfgsKernel? _kernel;
    private (int, InverseScaling, Execution) _kernelOptions;
    private bool _disposed;

    /// <summary>Prepares; nothing is traced before the first run.</summary>
    /// <param name="objective">The objective; borrowed.</param>
    /// <param name="options">How; null: defaults.</param>
    /// <exception cref="TfLbfgsException">An option is out of range, or the objective has no parameters or another dtype than float32 and float64.</exception>
    public LbfgsMinimizer(Objective objective, LbfgsOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(objective);
        ObjectiveGuard.Check(objective);
        _objective = objective;
        _options = options ?? new LbfgsOptions();
        _options.ValidateFor(batch: false);
        _compatible = new BatchRun(new BatchFunction((x, data) => ObjectiveGuard.Evaluate(objective, x, data), () => objective.Data, objective.DType, [objective.Count])
        {
            Evaluated = objective.OnEvaluated,
        });
    }

    /// <summary>How the next run searches and stops. Another memory length, scaling or execution traces anew at the next run; nothing else does.</summary>
    /// <exception cref="TfLbfgsException">A value is out of range; the former options stay.</exception>
    public LbfgsOptions Options
    {
        get => _options;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            value.ValidateFor(batch: false);
            _options = value;
        }
    }

    /// <summary>Minimizes from the objective's own start; at the end the objective adopts the best point, also after a failure or a cancellation.</summary>
    /// <param name="cancellationToken">Ends the run within one evaluation; the result holds the best point so far.</param>
    /// <returns>The best point and why it ended, owned by the caller. A bad end is a result, not an exception.</returns>
    /// <exception cref="TfLbfgsException">The objective's shapes are wrong.</exception>
    public LbfgsResult Minimize(CancellationToken cancellationToken = default)
    {
        if (_options.PreviousResult is { } previous)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return ObjectiveGuard.RunUntaped(() => _compatible.Resume(previous, _options, _objective.Adopt, cancellationToken));
        }

        using Tensor start = ObjectiveGuard.Start(_objective);
        return Minimize(start, cancellationToken);
    }

    /// <inheritdoc cref="Minimize(CancellationToken)"/>
    /// <param name="start">Where to start, shape [n]; borrowed.</param>
    /// <param name="cancellationToken">Ends the run within one evaluation; the result holds the best point so far.</param>
    public LbfgsResult Minimize(Tensor start, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(start);
        ObjectDisposedException.ThrowIf(_disposed, this);
        ObjectiveGuard.CheckStart(_objective, start);
        if (_options.PreviousResult is not null)
            throw Lbfgs.Both(nameof(start), nameof(LbfgsOptions.PreviousResult), "Call Minimize without a start to resume.");
        if (_options.IsTfpCompatible)
            return ObjectiveGuard.RunUntaped(() => _compatible.Single(start, _options, _objective.Adopt, cancellationToken));
        using LbfgsDriver driver = new(Kernel(), _objective.DType, _options, cancellationToken);
        LbfgsResult? result = null;
        try
        {
            result = ObjectiveGuard.Run(_objective, () => driver.Minimize(start), () => driver.BestPosition);
            driver.End(result);
            return result;
        }
        catch
        {
            driver.End(null);
            result?.Dispose();
            throw;
        }
    }

    /// <summary>Frees the functions and the history; the objective is the caller's.</summary>
    public void Dispose()
    {
        _compatible.Dispose();
        _kernel?.Dispose();
        _kernel = null;
        _disposed = true;
    }

    private LbfgsKernel Kernel()
    {
        int length = _options.MemoryLength ?? MemoryTable.Length(_objective.Count, _objective.DType);
        (int, InverseScaling, Execution) wanted = (length, _options.Scaling, _options.Execution);
        if (_kernel is not null && wanted == _kernelOptions)
            return _kernel;
        _kernel?.Dispose();
        _kernel = null;
        _kernel = new LbfgsKernel(_objective, new PairHistory(length, _objective.Count, _objective.DType, _options.Scaling), _options.Execution);
        _kernelOptions = wanted;
        return _kernel;
    }
}
