using TfLbfgs.Keras.Losses;
using TfLbfgs.Optimization;
using TfLbfgs.Parameters;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Keras;

/// <summary>
/// The loss of a model on fixed data as a function of its trainable variables in one flat vector: data losses plus penalties, with the
/// gradient by a tape. An evaluation puts slices of the vector in place of the
/// variables and writes nothing to the model; <see cref="VariableObjective.Adopt"/> does, once, with the result. Layers are in inference
/// mode unless an option says otherwise: a loss that differs between two
/// evaluations of one point has no minimum that a line search could find. Derive from it to compute another loss, or to receive every
/// evaluation. Python: the callable class of the L-BFGS recipe;
/// <see cref="FunctionFactory"/> is its other form.
/// </summary>
public class ModelObjective : VariableObjective
{
    private readonly ObjectiveOptions _options;
    private readonly List<Tensor> _validationData = [];
    private readonly HashSet<Variable> _held;
    private ObjectiveData _data;

    /// <summary>Prepares a model of one input and one output, which is built here when it was not.</summary>
    /// <param name="model">The model, all trainable variables of one dtype; borrowed.</param>
    /// <param name="loss">The loss, or its Keras name.</param>
    /// <param name="x">The inputs, [rows, ...], of the model's dtype or of <see cref="ObjectiveOptions.ComputeDType"/>; kept alive by the
    /// objective.</param>
    /// <param name="y">The targets, [rows, ...]; kept alive likewise.</param>
    /// <param name="options">Dtypes and how an evaluation updates; <see cref="ModelObjectiveOptions"/> has weights and training mode too.
    /// Null: defaults.</param>
    /// <param name="extraVariables">Variables that are trained with the model, after those of the options; null: none. Borrowed.</param>
    /// <exception cref="TfLbfgsException">Model, loss and data do not fit; found before anything is minimized.</exception>
    public ModelObjective(Model model, Loss loss, Tensor x, Tensor y, ObjectiveOptions? options = null,
        IReadOnlyList<Variable>? extraVariables = null)
        : this(model, [loss], [x], [y], options, extraVariables)
    {
    }

    /// <summary>Prepares a model with a loss that is C# code.</summary>
    /// <param name="model">The model; borrowed.</param>
    /// <param name="loss">From targets and predictions to a scalar, or to one value per sample, whose mean is taken.</param>
    /// <param name="x">The inputs, [rows, ...]; kept alive by the objective.</param>
    /// <param name="y">The targets, [rows, ...]; kept alive likewise.</param>
    /// <param name="options">Null: defaults.</param>
    /// <param name="extraVariables">Variables that are trained with the model, such as coefficients that the loss reads; null: none.
    /// Borrowed.</param>
    /// <exception cref="TfLbfgsException">Model, loss and data do not fit.</exception>
    public ModelObjective(Model model, Func<Tensor, Tensor, Tensor> loss, Tensor x, Tensor y, ObjectiveOptions? options = null,
        IReadOnlyList<Variable>? extraVariables = null)
        : this(model, Loss.FromFunction(loss), x, y, options, extraVariables)
    {
    }

    /// <summary>Prepares a model of one input and one output.</summary>
    /// <param name="model">The model; borrowed.</param>
    /// <param name="loss">The loss, or its Keras name.</param>
    /// <param name="x">The inputs, [rows, ...]; kept alive by the objective.</param>
    /// <param name="y">The targets, [rows, ...]; kept alive likewise.</param>
    /// <param name="route">By which ops variables become a vector; both give the same bits.</param>
    /// <exception cref="TfLbfgsException">Model, loss and data do not fit.</exception>
    public ModelObjective(Model model, Loss loss, Tensor x, Tensor y, FlattenRoute route)
        : this(model, loss, x, y, new ObjectiveOptions { Route = route })
    {
    }

    /// <summary>Prepares a model of any number of inputs and outputs.</summary>
    /// <param name="model">The model; borrowed.</param>
    /// <param name="losses">The loss of each output.</param>
    /// <param name="inputs">The inputs, [rows, ...] each; kept alive by the objective.</param>
    /// <param name="targets">The targets of each output, [rows, ...]; kept alive likewise.</param>
    /// <param name="options">Dtypes, weights and training mode; null: defaults.</param>
    /// <param name="extraVariables">Variables that are trained with the model; null: none. Borrowed.</param>
    /// <exception cref="TfLbfgsException">Model, losses and data do not fit.</exception>
    public ModelObjective(
        Model model, IReadOnlyList<Loss> losses, IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor> targets,
            ObjectiveOptions? options = null, IReadOnlyList<Variable>? extraVariables = null)
        : this(model, losses, new ObjectiveData(inputs, targets, (options as ModelObjectiveOptions)?.SampleWeights),
            With(options, extraVariables))
    {
    }

    private ModelObjective(Model model, IReadOnlyList<Loss> losses, ObjectiveData data, ObjectiveOptions options)
        : base(Prepare(model, losses, data, options), options)
    {
        Model = model;
        Losses = losses;
        _options = options;
        _held = [.. model.Variables, .. options.ExtraVariables];
        _data = data.Hold(options.ComputeDType);
    }

    /// <summary>The model.</summary>
    public Model Model { get; }

    /// <summary>The loss of the first output.</summary>
    public Loss Loss => Losses[0];

    /// <summary>The loss of each output.</summary>
    public IReadOnlyList<Loss> Losses { get; }

    /// <summary>Inputs, targets and weights of samples, [rows, ...] each; borrowed.</summary>
    public override IReadOnlyList<Tensor> Data => _data.All;

    private ModelObjectiveOptions? ModelOptions => _options as ModelObjectiveOptions;

    /// <summary>Replaces the data. Data of the same shapes and dtypes do not trace again.</summary>
    /// <param name="x">The inputs, [rows, ...], of the model's dtype; kept alive by the objective.</param>
    /// <param name="y">The targets, [rows, ...]; kept alive likewise.</param>
    /// <exception cref="TfLbfgsException">The data do not fit the model; the former ones stay.</exception>
    public void SetData(Tensor x, Tensor y) => SetData([x], [y]);

    /// <summary>Replaces the data of a model with several inputs or outputs.</summary>
    /// <param name="inputs">The inputs, [rows, ...] each; kept alive by the objective.</param>
    /// <param name="targets">The targets of each output, [rows, ...]; kept alive likewise.</param>
    /// <param name="sampleWeights">The weights of the samples, as in <see cref="ModelObjectiveOptions.SampleWeights"/>; null: 1.</param>
    /// <exception cref="TfLbfgsException">The data do not fit the model; the former ones stay.</exception>
    public void SetData(IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor> targets, IReadOnlyList<Tensor?>? sampleWeights = null)
    {
        ObjectiveData data = new(inputs, targets, sampleWeights);
        Check(Model, Losses, data, _options);
        ObjectiveData former = _data;
        _data = data.Hold(_options.ComputeDType);
        former.Dispose();
    }

    /// <summary>The loss of the model as it is now and in its own dtype, on the objective's data. Two reads.</summary>
    /// <returns>The parts.</returns>
    public LossParts Measure() => Measure(_data);

    /// <summary>The loss of the model as it is now and in its own dtype, on other data, such as validation data. Two reads.</summary>
    /// <param name="x">The inputs, [rows, ...]; borrowed.</param>
    /// <param name="y">The targets, [rows, ...]; borrowed.</param>
    /// <returns>The parts.</returns>
    public LossParts Measure(Tensor x, Tensor y) => Measure(new ObjectiveData([x], [y], null));

    /// <summary>
    /// Validates on other data during a minimization: data loss plus penalties, at the vector that is measured, as
    /// <see cref="ComputeLoss(IReadOnlyList{Tensor}, IReadOnlyList{Tensor}, IReadOnlyList{Tensor})"/> computes
    /// it; the model's variables are neither read nor written. For <see cref="LbfgsOptions.Validation"/>. Python: <c>validation_data</c>.
    /// </summary>
    /// <param name="x">The inputs, [rows, ...], of the model's dtype; kept alive until the objective is disposed.</param>
    /// <param name="y">The targets, [rows, ...]; kept alive likewise.</param>
    /// <returns>The validation, to which patience and interval can be added by <c>with</c>.</returns>
    /// <exception cref="TfLbfgsException">The data do not fit the model.</exception>
    public Validation ValidateOn(Tensor x, Tensor y) => ValidateOn([x], [y]);

    /// <inheritdoc cref="ValidateOn(Tensor, Tensor)"/>
    /// <param name="inputs">The inputs, [rows, ...] each.</param>
    /// <param name="targets">The targets of each output, [rows, ...].</param>
    public Validation ValidateOn(IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor> targets)
    {
        ObjectiveData data = new(inputs, targets, null);
        Check(Model, Losses, data, _options);
        // Validation data have no weights: the list ends with the targets.
        IReadOnlyList<Tensor> all = data.Hold(_options.ComputeDType).All;
        _validationData.AddRange(all);
        return new Validation(position => LossAt(position, all));
    }

    /// <summary>
    /// The loss that is minimized for one input and one target. Override it for another one, such as one with the residual of a
    /// differential equation.
    /// </summary>
    /// <param name="x">The inputs, [rows, ...].</param>
    /// <param name="y">The targets, [rows, ...].</param>
    /// <returns>The loss, shape [].</returns>
    protected virtual Tensor ComputeLoss(Tensor x, Tensor y) => Sum([x], [y], []);

    /// <summary>The loss that is minimized: the weighted sum of those of the outputs, plus the penalties of the model.</summary>
    /// <param name="inputs">The inputs, [rows, ...] each.</param>
    /// <param name="targets">The targets of each output, [rows, ...].</param>
    /// <param name="sampleWeights">The weights of the samples of each output, null where they are 1; empty where none are given.</param>
    /// <returns>The loss, shape [].</returns>
    protected virtual Tensor ComputeLoss(IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor> targets, IReadOnlyList<Tensor?> sampleWeights)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(targets);
        ArgumentNullException.ThrowIfNull(sampleWeights);
        return inputs.Count == 1 && targets.Count == 1 && sampleWeights.Count == 0 ? ComputeLoss(inputs[0], targets[0])
            : Sum(inputs, targets, sampleWeights);
    }

    /// <inheritdoc/>
    protected sealed override Tensor ComputeLoss(IReadOnlyList<Tensor> data)
    {
        ArgumentNullException.ThrowIfNull(data);
        (IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor> targets, IReadOnlyList<Tensor?> weights) = _data.Split(data);
        return ComputeLoss(inputs, targets, weights);
    }

    /// <inheritdoc/>
    protected sealed override void OnUnlistedRead(Variable variable)
    {
        if (!_held.Contains(variable))
            throw NotHeld(Model, [variable]);
    }

    /// <summary>Frees the data; the model is the caller's.</summary>
    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (Tensor data in _validationData)
                data.Dispose();
            _data.Dispose();
        }

        base.Dispose(disposing);
    }

    private static ObjectiveOptions With(ObjectiveOptions? options, IReadOnlyList<Variable>? extraVariables)
    {
        ObjectiveOptions result = options ?? new ObjectiveOptions();
        return extraVariables is null ? result : result with { ExtraVariables = [.. result.ExtraVariables, .. extraVariables] };
    }

    private static IReadOnlyList<Variable> Prepare(Model model, IReadOnlyList<Loss> losses, ObjectiveData data, ObjectiveOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(losses);
        foreach (Loss loss in losses)
            ArgumentNullException.ThrowIfNull(loss, nameof(losses));
        Check(model, losses, data, options);
        return model.TrainableVariables;
    }

    /// <summary>One row makes the variables and shows whether shapes and dtypes fit, and whether all that is read is trained.</summary>
    private static void Check(Model model, IReadOnlyList<Loss> losses, ObjectiveData data, ObjectiveOptions options)
    {
        data.CheckRows();
        using TensorScope scope = new();
        HashSet<Variable> read = [];
        ObjectiveData row = data.FirstRow();
        using (new VariableSubstitution([], [], null) { Unlisted = variable => read.Add(variable) })
        {
            using ModelOutput output = Forward(model, [.. row.Inputs.Select(x => InDTypeOf(model, x, options))], options);
            if (losses.Count != output.Values.Count || row.Targets.Count != output.Values.Count)
            {
                throw new TfLbfgsException(
                    $"Expected one loss and one target for each of the {output.Values.Count} outputs of {model}, received {losses.Count} "
                        + $"and {row.Targets.Count}. Give lists of them.");
            }

            if ((options as ModelObjectiveOptions)?.LossWeights is { } weights && weights.Count != losses.Count)
                throw new TfLbfgsException(
                    $"ModelObjectiveOptions.LossWeights: expected {losses.Count} weights, one for each output, received {weights.Count}.");
            for (int i = 0; i < losses.Count; i++)
                losses[i].Call(row.Targets[i], output.Predictions[i], row.Weights.ElementAtOrDefault(i));
        }

        Variable[] unknown = [.. read.Except(model.Variables).Except(options.ExtraVariables)];
        if (unknown.Length > 0)
            throw NotHeld(model, unknown);
    }

    private static TfLbfgsException NotHeld(Model model, Variable[] variables) => new(
        $"{string.Join(", ", variables)}: trainable, and read by the loss, but held neither by {model} nor by ExtraVariables, so that {(variables.Length == 1 ? "it" : "they")} would not be trained. "
        + "Keep the layer that owns it in a field of the model (or Track it), give a variable of your own as extraVariables, or make a "
            + "constant with trainable: false.");

    private static ModelOutput Forward(Model model, IReadOnlyList<Tensor> inputs, ObjectiveOptions options) =>
        options is ModelObjectiveOptions { BatchStatistics: var statistics, Dropout: var dropout }
        ? model.Forward(inputs, statistics || dropout, applyUpdates: false, random: dropout, statistics: statistics)
        : model.Forward(inputs, training: false, applyUpdates: false);

    /// <summary>
    /// Inputs in the dtype of the model, where they are in the one in which the loss is computed instead; all others the model refuses.
    /// </summary>
    private static Tensor InDTypeOf(Model model, Tensor x, ObjectiveOptions options) =>
        x.DType == options.ComputeDType && x.DType != model.DType ? RawOps.Cast(x, model.DType) : x;

    private LossParts Measure(ObjectiveData data)
    {
        data.CheckRows();
        using TensorScope scope = new();
        using ModelOutput output = Forward(Model, [.. data.Inputs.Select(x => InDTypeOf(Model, x, _options))], _options);
        return new LossParts(Combine(output, data.Targets, data.Weights).ToDouble(), output.RegularizationLoss?.ToDouble() ?? 0);
    }

    private Tensor Sum(IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor> targets, IReadOnlyList<Tensor?> sampleWeights)
    {
        ModelOutput output = Forward(Model, inputs, _options);
        Tensor loss = Combine(output, targets, sampleWeights);
        return output.RegularizationLoss is { } penalties
            ? loss + (penalties.DType == loss.DType ? penalties : RawOps.Cast(penalties, loss.DType)) : loss;
    }

    private Tensor Combine(ModelOutput output, IReadOnlyList<Tensor> targets, IReadOnlyList<Tensor?> sampleWeights)
    {
        Tensor? total = null;
        for (int i = 0; i < Losses.Count; i++)
        {
            Tensor loss = Losses[i].Call(targets[i], output.Predictions[i], sampleWeights.ElementAtOrDefault(i));
            if (ModelOptions?.LossWeights is { } weights)
                loss = weights[i] * loss;
            total = total is null ? loss : total + (loss.DType == total.DType ? loss : RawOps.Cast(loss, total.DType));
        }

        return total!;
    }
}
