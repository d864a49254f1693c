using TfLbfgs.Gradients;
using TfLbfgs.Keras.Constraints;
using TfLbfgs.Keras.Losses;
using TfLbfgs.Keras.Optimizers;
using TfLbfgs.Keras.Saving;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Keras;

/// <content>Compilation and training steps.</content>
public partial class Model
{
    private CompiledModel? _compiled;
    private StepFunctions? _trainSteps;
    private StepFunctions? _testSteps;
    private Optimizer? _trainOptimizer;

    /// <summary>The optimizer; null before <c>Compile</c>. Owned by the model. Python: <c>model.optimizer</c>.</summary>
    public Optimizer? Optimizer => _compiled?.Optimizer;

    /// <summary>Whether <c>Compile</c> was called.</summary>
    public bool IsCompiled => _compiled is not null;

    /// <summary>Ends training after the step when it is set, as callbacks do. Python: <c>model.stop_training</c>.</summary>
    public bool StopTraining { get; set; }

    /// <summary>The logs of the last run; null before the first. Python: <c>model.history</c>.</summary>
    public History? History { get; private set; }

    /// <summary>
    /// The names of the measures, such as <c>loss</c> and <c>mae</c>; empty before the first step. Python: <c>model.metrics_names</c>.
    /// </summary>
    public IReadOnlyList<string> MetricNames => _compiled?.Names ?? [];

    /// <summary>The number of times that training steps were traced; steps that repeat do not raise it.</summary>
    internal int TrainTraceCount => _trainSteps?.TraceCount ?? 0;

    /// <summary>States how a model of one output is trained. Python: <c>model.compile(optimizer, loss, metrics)</c>.</summary>
    /// <param name="optimizer">The optimizer, or its Keras name, <see cref="LbfgsOptimizer"/> or <see cref="OptimizerSequence"/>; owned by
    /// the model from then on.</param>
    /// <param name="loss">The loss, or its Keras name.</param>
    /// <param name="metrics">The metrics, such as <c>["mae"]</c>; null: none.</param>
    /// <param name="compile">Whether XLA compiles the steps; default false. Python: <c>jit_compile</c>.</param>
    public void Compile(TrainingMethod optimizer, Loss loss, IReadOnlyList<MetricSpec>? metrics = null, bool compile = false) =>
        Compile(optimizer, new CompileOptions { Losses = [loss], Metrics = metrics is null ? null : [metrics], Compile = compile });

    /// <summary>States how a model of one output is trained, by a loss that is C# code.</summary>
    /// <param name="optimizer">The optimizer, or its Keras name, <see cref="LbfgsOptimizer"/> or <see cref="OptimizerSequence"/>; owned by
    /// the model from then on.</param>
    /// <param name="loss">From targets and predictions to a scalar, or to one value per sample, whose mean is taken.</param>
    /// <param name="metrics">The metrics, such as <c>["mae"]</c>; null: none.</param>
    /// <param name="compile">Whether XLA compiles the steps; default false.</param>
    public void Compile(TrainingMethod optimizer, Func<Tensor, Tensor, Tensor> loss, IReadOnlyList<MetricSpec>? metrics = null,
        bool compile = false) =>
        Compile(optimizer, Loss.FromFunction(loss), metrics, compile);

    /// <summary>
    /// States how the model is trained. The state of an optimizer and of metrics that were given before is freed. Compile again after
    /// layers were frozen or freed. Python: <c>model.compile</c>.
    /// </summary>
    /// <param name="optimizer">The optimizer, or its Keras name, <see cref="LbfgsOptimizer"/> or <see cref="OptimizerSequence"/>; owned by
    /// the model from then on. Null: the model is measured only.</param>
    /// <param name="options">Losses, metrics and how steps run.</param>
    public void Compile(TrainingMethod? optimizer, CompileOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        bool isSame = ReferenceEquals(optimizer, _compiled?.Method)
            || (optimizer?.Current is { } current && ReferenceEquals(current, _compiled?.Optimizer));
        if (isSame)
            _compiled?.DisposeMetrics();
        else
            _compiled?.Dispose();
        DisposeSteps();
        _compiled = new CompiledModel(this, optimizer, options);
    }

    /// <summary>
    /// Compiles the model as its file says (<see cref="TrainingState"/>): optimizer with its state, losses and metrics, so that
    /// <c>Fit</c> goes
    /// on where Keras stopped. <c>Fit</c> and <c>Evaluate</c> of a loaded model call it where nothing else was compiled. Python:
    /// <c>load_model(compile=True)</c>.
    /// </summary>
    /// <exception cref="TfLbfgsException">The file has no compile settings, they name a class that is not known, or the state of the
    /// optimizer does not fit the model.</exception>
    public void CompileAsSaved()
    {
        if (TrainingState is not { ConfigJson: { } json } state)
            throw new TfLbfgsException(
                $"{this}: expected a model of a file with compile settings, received one without. Call Compile with an optimizer and a "
                + "loss.");
        (Optimizer? optimizer, CompileOptions options) = CompileSettingsReader.Read(json, Generation);
        try
        {
            WeightNode? saved = state.Nodes.FirstOrDefault(node => node.Name == ObjectNames.Optimizer);
            // A model that was frozen after it was compiled, such as a part of a GAN, has no use for the state.
            if (optimizer is not null && saved is { Arrays.Count: > 0 } && IsBuilt && TrainableVariables.Count > 0)
            {
                optimizer.Build(TrainableVariables);
                OptimizerState.Restore(optimizer, [.. saved.AllArrays()], state.SortsByName ? NameInFile : null);
            }
        }
        catch
        {
            optimizer?.Dispose();
            throw;
        }

        Compile(optimizer is null ? null : TrainingMethod.FromOptimizer(optimizer), options);

        // What stands after the name of the layer.
        string NameInFile(Variable variable) =>
            LoadReport?.Variables.FirstOrDefault(load => load.Variable == variable.Name)?.Source is { } source
                ? source[(source.IndexOf('/', StringComparison.Ordinal) + 1)..]
                : variable.Name;
    }

    /// <summary>
    /// One step of training: the loss of a batch, its gradients, and the change of the variables. It runs once as C# code and is then one
    /// traced function; override it for another step. Python: <c>train_step</c>.
    /// </summary>
    /// <param name="batch">The data of the step; borrowed.</param>
    /// <returns>The values for the logs, scalars by name, in order.</returns>
    protected virtual IReadOnlyList<(string Name, Tensor Value)> TrainStep(TrainingBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        using GradientTape tape = new();
        ModelOutput output = Forward(batch.Inputs, training: true);
        Tensor loss = ComputeLoss(batch, output);
        ApplyGradients(tape, loss);
        return UpdateMetrics(batch, output, loss);
    }

    /// <summary>One step of a measurement. Override it for another one. Python: <c>test_step</c>.</summary>
    /// <param name="batch">The data of the step; borrowed.</param>
    /// <returns>The values for the logs, scalars by name, in order.</returns>
    protected virtual IReadOnlyList<(string Name, Tensor Value)> TestStep(TrainingBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ModelOutput output = Forward(batch.Inputs, training: false);
        return UpdateMetrics(batch, output, ComputeLoss(batch, output));
    }

    /// <summary>
    /// The loss of a batch: the weighted sum of those that <c>Compile</c> was given, plus the penalties of the model. Override it for
    /// another one, which training and measurements then have. Python: <c>compute_loss</c>.
    /// </summary>
    /// <param name="batch">The data; borrowed.</param>
    /// <param name="output">What the model returned for the inputs; borrowed.</param>
    /// <returns>The loss, shape [].</returns>
    protected virtual Tensor ComputeLoss(TrainingBatch batch, ModelOutput output)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(output);
        return RequireCompiled().ComputeLoss(batch, output);
    }

    /// <summary>
    /// Differentiates the loss and changes the trainable variables, and draws them back into their constraints; for a step of your own.
    /// </summary>
    /// <param name="tape">The tape that recorded the loss, which is used up; no longer records.</param>
    /// <param name="loss">The loss, shape [].</param>
    /// <exception cref="TfLbfgsException">The model was compiled without an optimizer.</exception>
    protected void ApplyGradients(GradientTape tape, Tensor loss)
    {
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentNullException.ThrowIfNull(loss);
        Optimizer optimizer = RequireOptimizer();
        IReadOnlyList<Variable> variables = TrainedVariables();
        optimizer.Apply(tape.SparseGradient(optimizer.ScaleLoss(loss), variables), variables);
        ApplyConstraints(variables);
    }

    /// <summary>Adds a batch to the measures; for a step of your own. Python: <c>compute_metrics</c>.</summary>
    /// <param name="batch">The data; borrowed.</param>
    /// <param name="output">What the model returned for the inputs; borrowed.</param>
    /// <param name="loss">The loss; borrowed.</param>
    /// <returns>Loss and metrics of all batches of the epoch so far, in order.</returns>
    protected IReadOnlyList<(string Name, Tensor Value)> UpdateMetrics(TrainingBatch batch, ModelOutput output, Tensor loss)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(loss);
        CompiledModel compiled = RequireCompiled();
        compiled.TrackLoss(batch, loss);
        compiled.UpdateMetrics(batch, output);
        return compiled.Results();
    }

    /// <summary>
    /// Reports a part of the loss under a name, such as the residual of a differential equation, to logs, history, callbacks and files; for
    /// <c>ComputeLoss</c> and <c>TrainStep</c>. It is the mean over the epoch; with L-BFGS the value at the iteration.
    /// </summary>
    /// <param name="name">The name, such as <c>pde</c>.</param>
    /// <param name="value">The part, shape [], or values whose mean is taken; borrowed.</param>
    /// <param name="batch">The data whose number of rows weights the mean; null: each step counts once.</param>
    protected void LogTerm(string name, Tensor value, TrainingBatch? batch = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(value);
        using TensorScope scope = new();
        RequireCompiled().TrackTerm(name, value, batch is null ? null : RawOps.Shape(batch.X)[0]);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            DisposeSteps();
            _compiled?.Dispose();
            _compiled = null;
            DisposePrediction();
        }

        base.Dispose(disposing);
    }

    /// <summary>The variables that a step changes.</summary>
    internal IReadOnlyList<Variable> TrainedVariables() => [.. TrainableVariables, .. _compiled?.Options.ExtraVariables ?? []];

    /// <summary>The names of the outputs: of their layers, as Keras has it.</summary>
    internal IReadOnlyList<string> OutputNames(int count)
    {
        IEnumerable<string> names = Graph is { } graph ? graph.Outputs.Select(output => output.Node.Layer.Name)
            : this is Sequential ? Layers.TakeLast(1).Select(layer => layer.Name)
            : Enumerable.Range(1, count).Select(i => FormattableString.Invariant($"output_{i}"));
        Dictionary<string, int> seen = new(StringComparer.Ordinal);
        List<string> unique = [];
        foreach (string name in names)
        {
            // An output that is there twice has the number of its place behind.
            int former = seen[name] = seen.GetValueOrDefault(name) + 1;
            unique.Add(former == 1 ? name : FormattableString.Invariant($"{name}_{former - 1}"));
        }

        return unique;
    }

    internal CompiledModel RequireCompiled()
    {
        if (_compiled is null && TrainingState?.ConfigJson is not null)
            CompileAsSaved();
        return _compiled ?? throw new TfLbfgsException(
            $"{this}: expected a call of Compile before, which states optimizer and loss, received none.");
    }

    internal Optimizer RequireOptimizer() => RequireCompiled().Optimizer ?? throw new TfLbfgsException(
        $"{this}: expected an optimizer that makes steps of batches, such as Adam, received {RequireCompiled().Method?.Name ?? "null"} "
            + "in Compile. Use Fit with L-BFGS.");

    /// <summary>Refuses a callback about the learning rate where no part of the training has one.</summary>
    internal void RequireSteps(string callback)
    {
        if (!RequireMethod().HasSteps)
        {
            throw new TfLbfgsException(
                $"{callback}: expected an optimizer with a learning rate, such as Adam, received {RequireMethod().Name}, whose line search "
                + "finds the length of each step. Leave the callback out.");
        }
    }

    internal TrainingMethod RequireMethod() =>
        RequireCompiled().Method ?? throw new TfLbfgsException($"{this}: expected an optimizer in Compile, received null.");

    internal Tensor LossOf(TrainingBatch batch, ModelOutput output) => ComputeLoss(batch, output);

    /// <summary>The steps of training, made anew where the variables that are trained have changed.</summary>
    internal StepFunctions TrainSteps()
    {
        CompiledModel compiled = RequireCompiled();
        if (_trainSteps is not null && (_trainOptimizer != compiled.Optimizer || !_trainSteps.Trained.SequenceEqual(TrainedVariables())))
            DisposeSteps();
        _trainOptimizer = compiled.Optimizer;
        return _trainSteps ??= new StepFunctions("train_step", compiled.Options, TrainedVariables(), TrainStep);
    }

    /// <summary>Whether these are still the steps of training.</summary>
    internal bool IsCurrent(StepFunctions steps) => ReferenceEquals(steps, _trainSteps);

    /// <summary>The steps of measurements.</summary>
    internal StepFunctions TestSteps()
    {
        CompiledModel compiled = RequireCompiled();
        return _testSteps ??= new StepFunctions("test_step", compiled.Options, [], TestStep);
    }

    /// <summary>Whether the run validates.</summary>
    internal bool HasValidation { get; private set; }

    internal void SetHistory(History history, bool hasValidation) => (History, HasValidation) = (history, hasValidation);

    /// <summary>States why training ends before its last epoch.</summary>
    internal void NoteStop(string reason)
    {
        if (History is { } history)
            history.StopReason = reason;
    }

    private void ApplyConstraints(IReadOnlyList<Variable> variables)
    {
        foreach ((Variable variable, Constraint constraint) in Constraints)
        {
            if (!variables.Contains(variable))
                continue;
            using Tensor value = variable.Value;
            using Tensor drawn = constraint.Apply(value);
            variable.Assign(drawn);
        }
    }

    private void DisposeSteps()
    {
        _trainSteps?.Dispose();
        _testSteps?.Dispose();
        (_trainSteps, _testSteps) = (null, null);
    }
}
