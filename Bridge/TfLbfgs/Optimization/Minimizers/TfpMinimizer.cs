using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <summary>
/// Minimizes one objective by the rules of TensorFlow Probability any number of times; what was traced for the first run serves the later
/// ones. <see cref="Lbfgs.Minimize(Objective, TfpOptions, CancellationToken)"/> is one run of it.
/// One run at a time: a second thread is refused while one is inside. Python: a <c>tf.function</c> around
/// <c>tfp.optimizer.lbfgs_minimize</c>.
/// </summary>
public sealed class TfpMinimizer : IDisposable
{
    private readonly Objective _objective;
    private readonly BatchRun _run;
    private readonly RunGate _gate = new("TfpMinimizer", "Make one minimizer for each thread; they may share the objective.");
    private TfpOptions _options;

    /// <summary>Prepares; nothing is traced before the first run.</summary>
    /// <param name="objective">The objective; borrowed.</param>
    /// <param name="options">The options; null: tfp's defaults.</param>
    /// <exception cref="TfLbfgsException">An option is out of range, or the objective has no parameters or another dtype than float32 and
    /// float64.</exception>
    public TfpMinimizer(Objective objective, TfpOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(objective);
        ObjectiveGuard.Check(objective);
        _objective = objective;
        _options = options ?? LbfgsOptions.TfpCompatible;
        _options.ValidateFor(batch: false);
        _run = new BatchRun(new BatchFunction((x, data) => ObjectiveGuard.Evaluate(objective, x, data), () => objective.Data,
            objective.DType, [objective.Count])
        {
            Evaluated = objective.OnEvaluated,
            Recover = objective.Recover,
            Layout = objective.Layout,
            WritesVariables = objective is VariableObjective { WritesVariables: true },
        });
    }

    /// <summary>
    /// How the next run searches and stops. Another memory length or execution traces anew at the next run; nothing else does.
    /// </summary>
    /// <exception cref="TfLbfgsException">A value is out of range; the former options stay.</exception>
    public TfpOptions Options
    {
        get => _options;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            value.ValidateFor(batch: false);
            _options = value;
        }
    }

    /// <summary>
    /// Minimizes from the objective's own start, or goes on with <see cref="TfpOptions.PreviousResult"/>; at the end the objective adopts
    /// the best point, also after a failure or a cancellation.
    /// </summary>
    /// <param name="cancellationToken">Ends the run within one evaluation; the result holds the best point so far.</param>
    /// <returns>The best point and why it ended, owned by the caller. A bad end is a result, not an exception.</returns>
    /// <exception cref="TfLbfgsException">The objective's shapes are wrong.</exception>
    public LbfgsResult Minimize(CancellationToken cancellationToken = default)
    {
        using RunGate.Pass pass = _gate.Enter();
        if (_options.PreviousResult is { } previous)
            return Described(ObjectiveGuard.RunUntaped(() => _run.Resume(previous, _options, _objective.Adopt, cancellationToken)));
        using Tensor start = ObjectiveGuard.Start(_objective);
        return Minimize(start, cancellationToken);
    }

    /// <inheritdoc cref="Minimize(CancellationToken)"/>
    /// <param name="start">Where to start, shape [n]; borrowed.</param>
    /// <param name="cancellationToken">Ends the run within one evaluation; the result holds the best point so far.</param>
    public LbfgsResult Minimize(Tensor start, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(start);
        using RunGate.Pass pass = _gate.Enter();
        ObjectiveGuard.CheckStart(_objective, start);
        if (_options.PreviousResult is not null)
            throw Lbfgs.Both(nameof(start), "TfpOptions.PreviousResult", "Call Minimize without a start to resume.");
        return Described(ObjectiveGuard.RunUntaped(() => _run.Single(start, _options, _objective.Adopt, cancellationToken)));
    }

    /// <summary>Frees the functions and the history; the objective is the caller's.</summary>
    /// <exception cref="TfLbfgsException">Another thread is inside.</exception>
    public void Dispose() => _gate.Close(_run.Dispose);

    /// <summary>Says what was run, for the report of a result.</summary>
    private LbfgsResult Described(LbfgsResult result)
    {
        result.Run = OptionsText.Describe(
            _objective, result, $"L-BFGS, {result.PositionDeltas?.Shape[0]} pairs, two-loop recursion", _options,
                _options.Execution.ToString());
        return result;
    }
}
