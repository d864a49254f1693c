using TfLbfgs.Keras.Losses;
using TfLbfgs.Optimization;
using TfLbfgs.Parameters;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Keras;

/// <summary>
/// The loss of a model on fixed data as a function of its trainable variables in one flat vector: data loss plus regularization, with the gradient by a tape. An evaluation puts slices of the vector
/// in the place of the variables and writes nothing to the model; <see cref="VariableObjective.Adopt"/> does, once, with the result. Layers are in inference mode: Dropout is off, since a loss that
/// differs between two evaluations of one point has no minimum that a line search could find. Derive from it to compute another loss, or to hear of every evaluation. Python: the callable class of the
/// L-BFGS recipe; <see cref="FunctionFactory"/> is its other form.
/// </summary>
public class ModelObjective : VariableObjective
{
    private readonly ObjectiveOptions _options;
    private readonly List<Tensor> _validationData = [];
    private Tensor _x;
    private Tensor _y;

    /// <summary>Prepares a model, which is built here when it was not.</summary>
    /// <param name="model">A model with one input and one output, all trainable variables of one dtype; borrowed.</param>
    /// <param name="loss">The loss, or its Keras name.</param>
    /// <param name="x">The inputs, [rows, ...], of the model's dtype; leased.</param>
    /// <param name="y">The targets, [rows, ...]; leased.</param>
    /// <param name="route">By which ops variables become a vector; both give the same bits.</param>
    /// <exception cref="TfLbfgsException">Model, loss and data do not fit; found before anything is minimized.</exception>
    public ModelObjective(Model model, Loss loss, Tensor x, Tensor y, FlattenRoute route = FlattenRoute.Auto)
        : this(model, loss, x, y, new ObjectiveOptions { Route = route })
    {
    }

    /// <inheritdoc cref="ModelObjective(Model, Loss, Tensor, Tensor, FlattenRoute)"/>
    /// <param name="model">A model with one input and one output; borrowed.</param>
    /// <param name="loss">The loss, or its Keras name.</param>
    /// <param name="x">The inputs, [rows, ...], of the model's dtype or of <see cref="ObjectiveOptions.ComputeDType"/>; leased.</param>
    /// <param name="y">The targets, [rows, ...]; leased.</param>
    /// <param name="options">Dtypes, further variables, and how an evaluation updates.</param>
    public ModelObjective(Model model, Loss loss, Tensor x, Tensor y, ObjectiveOptions options)
        : base(Prepare(model, loss, x, y, options), options)
    {
        Model = model;
        Loss = loss;
        _options = options;
        _x = Inputs(x);
        _y = Targets(y);
    }

    /// <summary>The model.</summary>
    public Model Model { get; }

    /// <summary>The loss.</summary>
    public Loss Loss { get; }

    /// <summary>Inputs and targets, [rows, ...] each; borrowed.</summary>
    public override IReadOnlyList<Tensor> Data => [_x, _y];

    /// <summary>Replaces the data. Data of the same shapes and dtypes do not trace again.</summary>
    /// <param name="x">The inputs, [rows, ...], of the model's dtype; leased.</param>
    /// <param name="y">The targets, [rows, ...]; leased.</param>
    /// <exception cref="TfLbfgsException">The data do not fit the model; the former ones stay.</exception>
    public void SetData(Tensor x, Tensor y)
    {
        Check(Model, Loss, x, y, _options);
        _x.Dispose();
        _y.Dispose();
        _x = Inputs(x);
        _y = Targets(y);
    }

    /// <summary>The loss of the model as it is now and in its own dtype, on the objective's data. Two reads.</summary>
    /// <returns>The parts.</returns>
    public LossParts Measure() => Measure(_x, _y);

    /// <summary>The loss of the model as it is now and in its own dtype, on other data, such as validation data. Two reads.</summary>
    /// <param name="x">The inputs, [rows, ...]; borrowed.</param>
    /// <param name="y">The targets, [rows, ...]; borrowed.</param>
    /// <returns>The parts.</returns>
    public LossParts Measure(Tensor x, Tensor y)
    {
        CheckRows(x, y);
        using TensorScope scope = new();
        using ModelOutput output = Model.Forward([InDTypeOf(Model, x, _options)], training: false, applyUpdates: false);
        return new LossParts(Loss.Call(y, output).ToDouble(), output.RegularizationLoss?.ToDouble() ?? 0);
    }

    /// <summary>The loss that is minimized: that of the data, plus the penalties of the model. Override it for another one, such as one with the residual of a differential equation.</summary>
    /// <param name="x">The inputs, [rows, ...].</param>
    /// <param name="y">The targets, [rows, ...].</param>
    /// <returns>The loss, shape [].</returns>
    protected virtual Tensor ComputeLoss(Tensor x, Tensor y)
    {
        ModelOutput output = Model.Forward([x], training: false, applyUpdates: false);
        Tensor loss = Loss.Call(y, output);
        return output.RegularizationLoss is { } regularization ? loss + regularization : loss;
    }

    /// <inheritdoc/>
    protected sealed override Tensor ComputeLoss(IReadOnlyList<Tensor> data)
    {
        ArgumentNullException.ThrowIfNull(data);
        return ComputeLoss(data[0], data[1]);
    }

    /// <summary>
    /// Validates on other data during a minimization: data loss plus regularization, at the vector that is measured, as <see cref="ComputeLoss(Tensor, Tensor)"/> computes it; the model's variables are neither read nor written. For
    /// <see cref="LbfgsOptions.Validation"/>. Python: <c>validation_data</c>.
    /// </summary>
    /// <param name="x">The inputs, [rows, ...], of the model's dtype; leased until the objective is disposed.</param>
    /// <param name="y">The targets, [rows, ...]; leased likewise.</param>
    /// <returns>The validation, to which patience and interval can be added by <c>with</c>.</returns>
    /// <exception cref="TfLbfgsException">The data do not fit the model.</exception>
    public Validation ValidateOn(Tensor x, Tensor y)
    {
        Check(Model, Loss, x, y, _options);
        Tensor[] data = [Inputs(x), Targets(y)];
        _validationData.AddRange(data);
        return new Validation(position => LossAt(position, data));
    }

    /// <summary>Gives the leases of the data back; the model is the caller's.</summary>
    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (Tensor data in _validationData)
                data.Dispose();
            _x.Dispose();
            _y.Dispose();
        }

        base.Dispose(disposing);
    }

    private static IReadOnlyList<Variable> Prepare(Model model, Loss loss, Tensor x, Tensor y, ObjectiveOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(options);
        Check(model, loss, x, y, options);
        if (model.InputCount != 1 || model.OutputCount != 1)
            throw new TfLbfgsException($"Expected a model with one input and one output, received {model} with {model.InputCount} and {model.OutputCount}. Derive from VariableObjective for others.");
        return model.TrainableVariables;
    }

    /// <summary>One row makes the variables and shows whether shapes and dtypes fit.</summary>
    private static void Check(Model model, Loss loss, Tensor x, Tensor y, ObjectiveOptions options)
    {
        CheckRows(x, y);
        using TensorScope scope = new();
        loss.Call(y[..1], model.Forward([InDTypeOf(model, x[..1], options)], training: false, applyUpdates: false));
    }

    private static void CheckRows(Tensor x, Tensor y)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        if (x.Rank < 1 || y.Rank < 1 || x.Shape[0] != y.Shape[0] || x.Shape[0] < 1)
            throw new TfLbfgsException($"Expected inputs and targets with the same number of rows, at least 1, received {x.Describe()} and {y.Describe()}.");
    }

    /// <summary>Inputs in the dtype of the model, where they are in the one in which the loss is computed instead; all others the model refuses.</summary>
    private static Tensor InDTypeOf(Model model, Tensor x, ObjectiveOptions options) =>
        x.DType == options.ComputeDType && x.DType != model.DType ? RawOps.Cast(x, model.DType) : x;

    private Tensor Inputs(Tensor x)
    {
        if (_options.ComputeDType is not { } dtype || x.DType == dtype)
            return x.Alias();
        using TensorScope scope = new();
        return RawOps.Cast(x, dtype).Alias();
    }

    /// <summary>int32 arguments of a function belong to the host; labels are kept as int64, which belong to the device.</summary>
    private static Tensor Targets(Tensor y)
    {
        if (y.DType != DType.Int32)
            return y.Alias();
        using TensorScope scope = new();
        return RawOps.Cast(y, DType.Int64).Alias();
    }
}
