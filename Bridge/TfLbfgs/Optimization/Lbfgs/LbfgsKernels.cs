using TfLbfgs.Functions;
using TfLbfgs.Runtime;

namespace TfLbfgs.Optimization;

/// <summary>
/// The kernels of one minimizer: that of the chosen execution, and for <see cref="Execution.Auto"/> the one that XLA compiles, which takes
/// over at a count of evaluations (<see cref="ExecutionTiers"/>). Its functions are traced by the
/// thread of the run and compiled next to it; nothing of the run depends on when that is done.
/// </summary>
internal sealed class LbfgsKernels : IDisposable
{
    private readonly Func<IDirection> _direction;
    private readonly LbfgsKernel _first;
    private readonly bool _isTiered;
    private LbfgsKernel? _compiled;
    private Task? _compilation;
    private ExecutionTiers? _tiers;
    private string? _whyNot;

    /// <summary>Prepares; functions are traced at their first call.</summary>
    /// <param name="objective">What is minimized; borrowed.</param>
    /// <param name="direction">Makes the directions of a kernel.</param>
    /// <param name="execution">The execution; <see cref="Execution.Auto"/> is tiered.</param>
    /// <param name="whyNot">Why a run by <see cref="Execution.Auto"/> stays with the executor; null: as the table says.</param>
    public LbfgsKernels(Objective objective, Func<IDirection> direction, Execution execution, string? whyNot)
    {
        _direction = direction;
        _first = new LbfgsKernel(objective, direction(), execution);
        _isTiered = execution == Execution.Auto;
        _whyNot = whyNot;
    }

    /// <summary>The kernel that a run begins with.</summary>
    public LbfgsKernel First => _first;

    /// <summary>Whether a call was abandoned that changes what was learnt: no further run is served.</summary>
    public bool IsAbandoned => _first.IsAbandoned || _compiled is { IsAbandoned: true };

    /// <summary>The kernel of the next iteration of a run; compiles where it is time to.</summary>
    /// <param name="state">Where the run stands.</param>
    /// <param name="options">Its options.</param>
    /// <param name="cancellation">Ends the wait for XLA.</param>
    /// <exception cref="CompilationCancelledException">The run was cancelled while it waited.</exception>
    public LbfgsKernel At(LbfgsState state, LbfgsOptions options, CancellationToken cancellation)
    {
        if (!_isTiered)
            return _first;
        if (state.CompiledAt > 0)
            return Joined(state, options, cancellation) ?? throw new TfLbfgsException(
                $"The state does not fit the minimizer: expected an objective that XLA compiles, as it did after {state.CompiledAt} "
                + $"evaluations, received one that stays with the executor: {_whyNot}. Use the objective that it was made with.");
        if (_whyNot is not null || Tiers(options) is not { } tiers)
            return _first;
        if (state.Evaluations >= tiers.JoinAt)
        {
            if (Joined(state, options, cancellation) is not { } joined)
                return _first;
            state.CompiledAt = state.Evaluations;
            return joined;
        }

        // Only where the run may get so far.
        if (state.Evaluations >= tiers.CompileAt && options.MaxIterations > tiers.JoinAt && Environment.ProcessorCount > 1)
            Compile(state, options);
        return _first;
    }

    /// <summary>What ran, for the report.</summary>
    /// <param name="state">The state of the run.</param>
    public string Describe(LbfgsState state) =>
        !_isTiered ? _first.Execution.ToString()
        : state.CompiledAt > 0
            ? FormattableString.Invariant($"Auto: by the executor, compiled by XLA after {state.CompiledAt:N0} evaluations")
        : _whyNot is { } why ? $"Auto: by the executor, since {why}"
        : "Auto: by the executor";

    /// <inheritdoc/>
    public void Dispose()
    {
        _first.Dispose();
        if (_compiled is not { } compiled)
            return;
        if (_compilation is { IsCompleted: false } running)
            CompilingCall.WhenDone(running, compiled.Dispose);
        else
            compiled.Dispose();
    }

    private ExecutionTiers? Tiers(LbfgsOptions options)
    {
        if (_tiers is not null)
            return _tiers;
        _tiers = options.Tiers ?? ExecutionTable.Choose(_first.Objective.Count, Device.KindOfCurrent, _first.Operations, out _whyNot);
        return _tiers;
    }

    /// <summary>The compiled kernel with the memory of the run; null: XLA does not compile it.</summary>
    private LbfgsKernel? Joined(LbfgsState state, LbfgsOptions options, CancellationToken cancellation)
    {
        if (state.Kernel == _compiled && _compiled is not null && _compilation is { IsCompletedSuccessfully: true })
            return _compiled;
        if (_whyNot is not null)
            return null;
        Compile(state, options);
        try
        {
            _compilation!.Wait(cancellation);
        }
        catch (OperationCanceledException)
        {
            throw new CompilationCancelledException(cancellation);
        }
        catch (AggregateException e)
        {
            _whyNot = $"XLA does not compile it: {e.InnerException!.Message}";
            return null;
        }

        state.Kernel?.Release(state);
        _compiled!.Attach(state);
        return _compiled;
    }

    /// <summary>Traces the compiled functions and lets XLA begin, once.</summary>
    private void Compile(LbfgsState state, LbfgsOptions options)
    {
        if (_compilation is not null)
            return;
        _compiled = new LbfgsKernel(_first.Objective, _direction(), Execution.CompiledCalls) { Bounds = options.Bounds };
        Action compile;
        try
        {
            compile = _compiled.Compilation(state);
        }
        catch (TfLbfgsException e)
        {
            _compilation = Task.FromException(e);
            _ = _compilation.Exception;
            return;
        }

        _compilation = CompilingCall.Start(compile);
    }
}
