using TfLbfgs.Gradients;
using TfLbfgs.Optimization;
using TfLbfgs.Parameters;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Keras;

/// <summary>
/// The loss of a model on fixed data as a function of its trainable variables in one flat vector: data loss plus regularization, with the gradient by a tape. An evaluation puts slices of the vector
/// in the place of the variables and writes nothing to the model; <see cref="Adopt"/> does, once, with the result. Layers are in inference mode: Dropout is off, since a loss that differs
/// between two evaluations of one point has no minimum that a line search could find. Python: the function factory, or callable class, of the L-BFGS recipe.
/// </summary>
public sealed class ModelObjective : Objective, IDisposable
{
    private readonly ParameterVector _vector;
    private readonly IReadOnlyList<Variable> _variables;
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
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        if (model.InputCount != 1 || model.OutputCount != 1)
            throw new TfLbfgsException($"Expected a model with one input and one output, received {model} with {model.InputCount} and {model.OutputCount}. Write an Objective of your own for others.");
        Check(x, y);
        Model = model;
        Loss = loss;
        // One row makes the variables and shows whether shapes and dtypes fit.
        using (TensorScope scope = new())
            loss.Call(y[..1], model.Forward(x[..1]));
        _variables = model.TrainableVariables;
        Layout = ParameterLayout.Of(_variables);
        _vector = new ParameterVector(Layout, route);
        _x = x.Alias();
        _y = Targets(y);
    }

    /// <summary>The model.</summary>
    public Model Model { get; }

    /// <summary>The loss.</summary>
    public Loss Loss { get; }

    /// <summary>Where each variable stands in the vector.</summary>
    public ParameterLayout Layout { get; }

    /// <inheritdoc/>
    public override long Count => Layout.Count;

    /// <inheritdoc/>
    public override DType DType => Layout.DType;

    /// <inheritdoc/>
    public override IReadOnlyList<Tensor> Data => [_x, _y];

    /// <summary>Replaces the data. Data of the same shapes and dtypes do not trace again.</summary>
    /// <param name="x">The inputs, [rows, ...], of the model's dtype; leased.</param>
    /// <param name="y">The targets, [rows, ...]; leased.</param>
    /// <exception cref="TfLbfgsException">The data do not fit the model; the former ones stay.</exception>
    public void SetData(Tensor x, Tensor y)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        Check(x, y);
        using (TensorScope scope = new())
            Loss.Call(y[..1], Model.Forward(x[..1]));
        _x.Dispose();
        _y.Dispose();
        _x = x.Alias();
        _y = Targets(y);
    }

    /// <summary>The current values of the trainable variables.</summary>
    /// <returns>The vector, shape [n], owned by the caller.</returns>
    public override Tensor InitialPosition() => _vector.Read(_variables);

    /// <inheritdoc/>
    public override (Tensor Loss, Tensor Gradient) Evaluate(Tensor position, IReadOnlyList<Tensor> data)
    {
        ArgumentNullException.ThrowIfNull(position);
        ArgumentNullException.ThrowIfNull(data);
        using TensorScope scope = new();
        using GradientTape tape = new(persistent: false, watchAccessedVariables: false);
        tape.Watch(position);
        using VariableSubstitution substitution = new(_variables, _vector.Split(position));
        (Tensor dataLoss, Tensor? regularization) = Losses(data[0], data[1]);
        Tensor total = regularization is null ? dataLoss : dataLoss + regularization;
        return (scope.Keep(total), scope.Keep(tape.Gradient(total, position, unconnected: UnconnectedGradients.Zero)!));
    }

    /// <summary>Writes a vector into the model's trainable variables, on the device. Python: <c>assign_new_model_parameters</c>.</summary>
    /// <param name="position">The vector, shape [n]; borrowed.</param>
    public override void Adopt(Tensor position) => _vector.Assign(_variables, position);

    /// <summary>The loss of the model as it is now, on the objective's data. Two reads.</summary>
    /// <returns>The parts.</returns>
    public LossParts Measure() => Measure(_x, _y);

    /// <summary>The loss of the model as it is now, on other data, such as validation data. Two reads.</summary>
    /// <param name="x">The inputs, [rows, ...]; borrowed.</param>
    /// <param name="y">The targets, [rows, ...]; borrowed.</param>
    /// <returns>The parts.</returns>
    public LossParts Measure(Tensor x, Tensor y)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        Check(x, y);
        using TensorScope scope = new();
        (Tensor dataLoss, Tensor? regularization) = Losses(x, y);
        return new LossParts(dataLoss.ToDouble(), regularization?.ToDouble() ?? 0);
    }

    /// <summary>
    /// Validates on other data during a minimization: data loss plus regularization, at the vector that is measured; the model's variables are neither read nor written. For
    /// <see cref="LbfgsOptions.Validation"/>. Python: <c>validation_data</c>.
    /// </summary>
    /// <param name="x">The inputs, [rows, ...], of the model's dtype; leased until the objective is disposed.</param>
    /// <param name="y">The targets, [rows, ...]; leased likewise.</param>
    /// <returns>The validation, to which patience and interval can be added by <c>with</c>.</returns>
    /// <exception cref="TfLbfgsException">The data do not fit the model.</exception>
    public Validation ValidateOn(Tensor x, Tensor y)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        Check(x, y);
        using (TensorScope scope = new())
            Loss.Call(y[..1], Model.Forward(x[..1]));
        Tensor inputs = x.Alias();
        Tensor targets = Targets(y);
        _validationData.AddRange([inputs, targets]);
        return new Validation(position =>
        {
            using TensorScope scope = new();
            using VariableSubstitution substitution = new(_variables, _vector.Split(position));
            (Tensor dataLoss, Tensor? regularization) = Losses(inputs, targets);
            return scope.Keep(regularization is null ? dataLoss : dataLoss + regularization);
        });
    }

    /// <summary>Gives the leases of the data back; the model is the caller's.</summary>
    public void Dispose()
    {
        foreach (Tensor data in _validationData)
            data.Dispose();
        _vector.Dispose();
        _x.Dispose();
        _y.Dispose();
    }

    private (Tensor Data, Tensor? Regularization) Losses(Tensor x, Tensor y)
    {
        ModelOutput output = Model.Forward(x);
        return (Loss.Call(y, output), output.RegularizationLoss);
    }

    /// <summary>int32 arguments of a function belong to the host; labels are kept as int64, which belong to the device.</summary>
    private static Tensor Targets(Tensor y)
    {
        if (y.DType != DType.Int32)
            return y.Alias();
        using TensorScope scope = new();
        return RawOps.Cast(y, DType.Int64).Alias();
    }

    private static void Check(Tensor x, Tensor y)
    {
        if (x.Rank < 1 || y.Rank < 1 || x.Shape[0] != y.Shape[0] || x.Shape[0] < 1)
            throw new TfLbfgsException($"Expected inputs and targets with the same number of rows, at least 1, received {x.Describe()} and {y.Describe()}.");
    }
}
