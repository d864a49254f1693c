using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <summary>
/// Minimizes one objective any number of times: what was traced and compiled for the first run serves the later ones, from other starts, on
/// other data of the same shapes, under other limits.
/// <see cref="Lbfgs.Minimize(Objective, LbfgsOptions, CancellationToken)"/> is one run of it. One run at a time: a second thread is refused
/// while one is inside; a callback may start another run on its own thread. Objectives and
/// functions may serve minimizers on several threads. Python: a <c>tf.function</c> around <c>tfp.optimizer.lbfgs_minimize</c>.
/// </summary>
public sealed class LbfgsMinimizer : IDisposable
{
    private readonly Objective _objective;
    private LbfgsOptions _options;
    private IDisposable? _kernel;
    private (DirectionMethod? Method, int Length, InverseScaling Scaling, bool UseLosses, Execution Execution, BlockScaling? BlockScaling,
        bool OnHost) _kernelOptions;
    private readonly RunGate _gate = new("LbfgsMinimizer", "Make one minimizer for each thread; they may share the objective.");
    private string? _whyNotOneLoop;

    /// <summary>Prepares; nothing is traced before the first run.</summary>
    /// <param name="objective">The objective; borrowed.</param>
    /// <param name="options">The options; null: the defaults.</param>
    /// <exception cref="TfLbfgsException">An option is out of range, or the objective has no parameters or another dtype than float32 and
    /// float64.</exception>
    public LbfgsMinimizer(Objective objective, LbfgsOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(objective);
        ObjectiveGuard.Check(objective);
        _objective = objective;
        _options = options ?? new LbfgsOptions();
        _options.Validate();
        _options.Bounds?.CheckFor(objective.Count, objective.DType);
    }

    /// <summary>
    /// How the next run searches and stops. Another direction, memory length, scaling or execution traces anew at the next run; nothing
    /// else does.
    /// </summary>
    /// <exception cref="TfLbfgsException">A value is out of range; the former options stay.</exception>
    public LbfgsOptions Options
    {
        get => _options;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            value.Validate();
            value.Bounds?.CheckFor(_objective.Count, _objective.DType);
            _options = value;
        }
    }

    /// <summary>
    /// Minimizes from the objective's own start; at the end the objective adopts the best point, also after a failure or a cancellation.
    /// </summary>
    /// <param name="cancellationToken">Ends the run within one evaluation; the result holds the best point so far.</param>
    /// <returns>The best point and why it ended, owned by the caller. A bad end is a result, not an exception.</returns>
    /// <exception cref="TfLbfgsException">The objective's shapes are wrong.</exception>
    public LbfgsResult Minimize(CancellationToken cancellationToken = default)
    {
        using RunGate.Pass pass = _gate.Enter();
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
        if (_options.Checkpoint is { Resume: true } checkpoint && File.Exists(checkpoint.Path))
        {
            using LbfgsState saved = LbfgsState.Load(checkpoint.Path, checkpoint.AcceptOtherMachine);
            ResumedLabels.Check(checkpoint, saved.Labels);
            return Minimize(saved, cancellationToken);
        }

        using LbfgsState state = NewState();
        return Run(state, () => state.Driver!.Begin(start, _options.Checkpoint is null ? int.MaxValue : 0, cancellationToken),
            cancellationToken);
    }

    /// <summary>
    /// Goes on with a minimization that another call, or another process, left: N iterations and then M more are the same bits as N + M in
    /// one run, on the same machine with the same thread counts.
    /// </summary>
    /// <param name="state">Where it stands; afterwards where it stands then. Limits count the iterations and evaluations before too, except
    /// <see cref="RunOptions.MaxTime"/>.</param>
    /// <param name="cancellationToken">Ends the run within one evaluation; the result holds the best point so far.</param>
    /// <returns>The best point and why it ended, owned by the caller.</returns>
    /// <exception cref="TfLbfgsException">The state is of another problem or another method.</exception>
    public LbfgsResult Minimize(LbfgsState state, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(state);
        using RunGate.Pass pass = _gate.Enter();
        using RunGate.Pass own = state.Gate.Enter();
        Take(state, cancellationToken);
        return Run(state, () => { }, cancellationToken);
    }

    /// <summary>
    /// Evaluates the objective's own start, for a loop of <see cref="Step"/>: <c>while (minimizer.Step(state)) { ... }</c> and
    /// <see cref="Finish(LbfgsState)"/> do what <see cref="Minimize(CancellationToken)"/> does.
    /// </summary>
    /// <param name="cancellationToken">Not observed before the start has been evaluated.</param>
    /// <returns>The state after iteration 0, owned by the caller.</returns>
    /// <exception cref="TfLbfgsException">The objective's shapes are wrong.</exception>
    public LbfgsState Begin(CancellationToken cancellationToken = default)
    {
        using Tensor start = ObjectiveGuard.Start(_objective);
        return Begin(start, cancellationToken);
    }

    /// <inheritdoc cref="Begin(CancellationToken)"/>
    /// <param name="start">Where to start, shape [n]; borrowed.</param>
    /// <param name="cancellationToken">Not observed before the start has been evaluated.</param>
    public LbfgsState Begin(Tensor start, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(start);
        using RunGate.Pass pass = _gate.Enter();
        ObjectiveGuard.CheckStart(_objective, start);
        LbfgsState state = NewState();
        try
        {
            ObjectiveGuard.RunUntaped(() =>
            {
                state.Driver!.Begin(start, 0, cancellationToken);
                return true;
            });
            return state;
        }
        catch
        {
            state.Dispose();
            throw;
        }
    }

    /// <summary>Makes one accepted iteration, with as many evaluations as it takes.</summary>
    /// <param name="state">From <see cref="Begin(CancellationToken)"/>, <see cref="LbfgsState.Load"/> or another step; changed. Several
    /// states can be advanced alternately; the pairs are copied at each change.</param>
    /// <param name="cancellationToken">Ends the run within one evaluation.</param>
    /// <returns>Whether the run goes on; if not, <see cref="LbfgsState.Message"/> says why. After a limit or a cancellation another call
    /// goes on, where the options allow it by then.</returns>
    /// <exception cref="TfLbfgsException">The state is of another problem or another method.</exception>
    public bool Step(LbfgsState state, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(state);
        using RunGate.Pass pass = _gate.Enter();
        using RunGate.Pass own = state.Gate.Enter();
        Take(state, cancellationToken);
        return ObjectiveGuard.RunUntaped(() => state.Driver!.Step(1, cancellationToken));
    }

    /// <summary>Makes the result of a run of steps; the objective adopts the best point. The state stays as it is and may go on.</summary>
    /// <param name="state">Where the run stands.</param>
    /// <returns>The best point so far and why it ended, owned by the caller; <see cref="StopReason.Stopped"/> where nothing but the caller
    /// ended it.</returns>
    /// <exception cref="TfLbfgsException">The state is of another problem or another method.</exception>
    public LbfgsResult Finish(LbfgsState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        using RunGate.Pass pass = _gate.Enter();
        using RunGate.Pass own = state.Gate.Enter();
        Take(state, CancellationToken.None);
        return Adopted(state, state.Driver!.Result);
    }

    /// <summary>Frees the functions and the history; the objective is the caller's.</summary>
    /// <exception cref="TfLbfgsException">Another thread is inside.</exception>
    public void Dispose() => _gate.Close(() =>
    {
        _kernel?.Dispose();
        _kernel = null;
    });

    private LbfgsResult Run(LbfgsState state, Action begin, CancellationToken cancellationToken) => Adopted(state, () =>
    {
        begin();
        Checkpoint? checkpoint = _options.Checkpoint;
        state.Labels = checkpoint?.Labels ?? state.Labels;
        bool goesOn = true;
        while (goesOn)
        {
            int left = checkpoint is null ? int.MaxValue : checkpoint.Interval - state.Iterations % checkpoint.Interval;
            int before = state.Iterations;
            goesOn = StepOrSave(state, left, cancellationToken);
            if (checkpoint is not null && goesOn && state.Iterations - before == left)
                Save(state, checkpoint);
        }

        if (checkpoint is not null)
            Save(state, checkpoint);
        return state.Driver!.Result();
    });

    private static void Save(LbfgsState state, Checkpoint checkpoint)
    {
        try
        {
            state.Save(checkpoint.Path);
        }
        catch (TfLbfgsException e) when (checkpoint.OnWriteFailed is not null)
        {
            checkpoint.OnWriteFailed(e);
        }
    }

    /// <summary>Goes on; where a device is lost, the state is saved before that ends the run.</summary>
    private bool StepOrSave(LbfgsState state, int iterations, CancellationToken cancellationToken)
    {
        try
        {
            return state.Driver!.Step(iterations, cancellationToken);
        }
        catch (TfLbfgsException) when (_options.Checkpoint is not null && _objective.UsesSeveralDevices)
        {
            Save(state, _options.Checkpoint);
            throw;
        }
    }

    /// <summary>Makes a result, lets the objective adopt it, and notifies the observers, also when something is thrown.</summary>
    private LbfgsResult Adopted(LbfgsState state, Func<LbfgsResult> end)
    {
        RunDriver driver = state.Driver!;
        LbfgsResult? result = null;
        try
        {
            result = ObjectiveGuard.Run(_objective, end, () => driver.BestPosition);
            string execution = driver.ExecutionText + (_whyNotOneLoop is null ? "" : $", as one loop does not serve {_whyNotOneLoop}");
            result.Run = OptionsText.Describe(_objective, result, state.Identity.Method, _options, execution);
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

    private LbfgsState NewState()
    {
        IDisposable kernel = Kernel();
        LbfgsState state = new(Identity(kernel));
        state.Driver = NewDriver(kernel, state);
        return state;
    }

    private RunDriver NewDriver(IDisposable kernel, LbfgsState state) =>
        kernel is LoopKernel loop ? new LoopDriver(loop, state, _options) : new LbfgsDriver((LbfgsKernels)kernel, state, _options);

    /// <summary>
    /// Makes a state go on here and with the present options. One that was not moved here before, or not with these data, evaluates its
    /// point once: where its loss is another one, the run is refused or begins anew there.
    /// </summary>
    private void Take(LbfgsState state, CancellationToken cancellation)
    {
        ObjectDisposedException.ThrowIf(state.Current is null, state);
        IDisposable kernel = Kernel();
        bool isKnown = state.Driver is { } driver && driver.Kernel == kernel && !driver.HasOtherData(_objective.Data);
        if (isKnown && state.Driver!.Options == _options)
            return;
        Identity(kernel).Check(state.Identity);
        state.Driver?.Dispose();
        state.Driver = NewDriver(kernel, state);
        if (!isKnown)
            ObjectiveGuard.RunUntaped(() => Compare(state, cancellation));
    }

    private bool Compare(LbfgsState state, CancellationToken cancellation)
    {
        string? difference;
        try
        {
            difference = state.Driver!.Difference();
            if (difference is not null && _options.OnChangedProblem == ChangedProblemPolicy.Refuse)
                throw new TfLbfgsException($"The state does not fit the minimizer: {difference}. Restore them, begin anew, or go on from "
                    + "its point with LbfgsOptions.OnChangedProblem = Restart.");
        }
        catch
        {
            state.Driver!.Dispose();
            state.Driver = null;
            throw;
        }

        if (difference is null || (_options.OnChangedProblem == ChangedProblemPolicy.KeepPairs && state.Driver!.TryEvaluateAnew()))
            return false;
        using Tensor start = state.Point.Position.Alias();
        state.Driver.Dispose();
        state.Clear();
        state.Driver = NewDriver(Kernel(), state);
        state.Driver.Begin(start, 0, cancellation);
        return true;
    }

    private RunIdentity Identity(IDisposable kernel)
    {
        string method = kernel is LoopKernel loop
            ? loop.Description
            : ((LbfgsKernels)kernel).First.Direction.Description + (_options.Bounds is null ? "" : ", within bounds");
        return new(_objective.Count, _objective.DType, RunIdentity.HashOf(_objective), method, _kernelOptions.Execution,
            (_objective as VariableObjective)?.Route.ToString() ?? "");
    }

    private IDisposable Kernel()
    {
        DirectionMethod method = _options.Direction ?? new LimitedMemoryDirection();
        int length = _options.MemoryLength ?? MemoryTable.Length(_objective.Count, _objective.DType);
        // What one loop does not serve is run by compiled calls, which the report says.
        _whyNotOneLoop = _options.Execution == Execution.Compiled ? _options.WhyNotOneLoop : null;
        Execution execution = _whyNotOneLoop is null ? _options.Execution : Execution.CompiledCalls;
        (DirectionMethod?, int, InverseScaling, bool, Execution, BlockScaling?, bool) wanted =
            (method, length, _options.Scaling, _options.UseLosses, execution, _options.BlockScaling, _options.ComputesOnHost);
        if (_kernel is not (null or LbfgsKernels { IsAbandoned: true }) && wanted == _kernelOptions)
            return _kernel;
        _kernel?.Dispose();
        _kernel = null;
        _kernel = ExecutionPlan.ForRun(execution).IsLoop
            ? new LoopKernel(_objective, length, _options.Scaling, _options.UseLosses)
            : new LbfgsKernels(_objective, () => Create(method), execution, WhyNotTiered(method));
        _kernelOptions = wanted;
        return _kernel;
    }

    /// <summary>
    /// Why a run by <see cref="Execution.Auto"/> stays with the executor, regardless of the table; null: nothing forbids to compile.
    /// </summary>
    private string? WhyNotTiered(DirectionMethod method) =>
        method is not (LimitedMemoryDirection or DenseDirection or AutomaticDirection)
            ? $"what {method.GetType().Name} has learnt is its own"
        : _objective is VariableObjective { WritesVariables: true } ? "the objective assigns its variables at each evaluation"
        : _objective.UsesSeveralDevices ? "its evaluations use several devices"
        : _objective.IsHostDriven ? "its evaluations are driven by the host"
        : null;

    private IDirection Create(DirectionMethod method)
    {
        IDirection direction = method.Create(_objective.Count, _objective.DType, _options)
            ?? throw new TfLbfgsException($"{method.GetType().Name}.Create: expected an IDirection, received null.");
        return _options.BlockScaling is { } scaling
            ? new ScaledDirection(direction, _objective.Count, _objective.DType, scaling.Description) : direction;
    }
}
