using TfLbfgs.Functions;
using TfLbfgs.Gradients;
using TfLbfgs.Parameters;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Optimization;

/// <summary>
/// A loss of variables as a function of one flat vector, with the gradient by a tape: derive from it, and write the loss with the variables
/// as if they held the vector. An evaluation puts slices of the
/// vector in their place and writes nothing to them; <see cref="Adopt"/> does, once, with the result. It is also the function that the
/// Python recipe hands to the minimizer, with everything that
/// one carries: indices for stitch, partitions, shapes, counter and history. Python: the callable class of the L-BFGS recipe.
/// </summary>
public abstract class VariableObjective : Objective, IDisposable
{
    private readonly ParameterVector _vector;
    private readonly ObjectiveOptions _options;
    private readonly List<double> _history = [];
    private Function? _function;

    /// <summary>Lays the variables out.</summary>
    /// <param name="variables">The variables that are trained, at least one; borrowed. One that stands twice is taken once.</param>
    /// <param name="options">The options; null: the defaults.</param>
    /// <exception cref="TfLbfgsException">The variables do not fit into one vector, or options contradict each other.</exception>
    protected VariableObjective(IReadOnlyList<Variable> variables, ObjectiveOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(variables);
        _options = options ?? new ObjectiveOptions();
        _options.Validate();
        TrainedVariables = [.. variables.Concat(_options.ExtraVariables).Distinct()];
        Layout = ParameterLayout.Of(TrainedVariables, _options.VectorDType ?? _options.ComputeDType);
        _vector = new ParameterVector(Layout, _options.Route);
    }

    /// <summary>Makes the objective of a loss that is a function, where no class of its own is wanted.</summary>
    /// <param name="variables">The variables that are trained, at least one; borrowed.</param>
    /// <param name="loss">From the data to the loss, shape []; written with tensor operations on the variables and the data.</param>
    /// <param name="data">What the loss takes besides the variables, such as points; borrowed until the objective is disposed. Null:
    /// nothing.</param>
    /// <param name="options">The options; null: the defaults.</param>
    /// <returns>The objective, owned by the caller.</returns>
    /// <exception cref="TfLbfgsException">The variables do not fit into one vector, or options contradict each other.</exception>
    public static VariableObjective Of(IReadOnlyList<Variable> variables, Func<IReadOnlyList<Tensor>, Tensor> loss,
        IReadOnlyList<Tensor>? data = null, ObjectiveOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(loss);
        return new GivenLossObjective(variables, loss, data ?? [], options);
    }

    /// <summary>The variables, in the order of the vector.</summary>
    public IReadOnlyList<Variable> TrainedVariables { get; }

    /// <summary>Where each variable stands in the vector.</summary>
    public override ParameterLayout Layout { get; }

    /// <inheritdoc/>
    public override long Count => Layout.Count;

    /// <inheritdoc/>
    public override DType DType => Layout.DType;

    /// <summary>The route by which variables become a vector.</summary>
    public FlattenRoute Route => _vector.Route;

    /// <summary>Whether an evaluation writes the variables.</summary>
    internal bool WritesVariables => _options.UpdateByAssignment;

    /// <summary>The shape of each variable. Python: <c>func.shapes</c>.</summary>
    public IReadOnlyList<Shape> Shapes => Layout.Shapes;

    /// <summary>
    /// The place of each element of each variable in the vector, int32, one tensor per variable, of its shape; borrowed. Python:
    /// <c>func.idx</c>.
    /// </summary>
    public IReadOnlyList<Tensor> StitchIndices => _vector.StitchIndices;

    /// <summary>
    /// The number of the variable to which each element of the vector belongs, int32, shape [n]; borrowed. Python: <c>func.part</c>.
    /// </summary>
    public Tensor Partitions => _vector.Partitions;

    /// <summary>
    /// How often the loss was evaluated, by a minimizer or by <see cref="Invoke"/>: the recipe counts evaluations, not iterations. Python:
    /// <c>func.iter</c>.
    /// </summary>
    public int Evaluations => _history.Count;

    /// <summary>
    /// The loss of every evaluation, in order, over all runs of the objective; <see cref="LbfgsResult.History"/> is that of one run.
    /// Python:
    /// <c>func.history</c>.
    /// </summary>
    public IReadOnlyList<double> History => _history;

    /// <summary>
    /// The current values of the variables, cast to the vector's dtype. Python: <c>tf.dynamic_stitch(func.idx,
    /// model.trainable_variables)</c>.
    /// </summary>
    /// <returns>The vector, shape [n], owned by the caller.</returns>
    public override Tensor InitialPosition() => _vector.Read(TrainedVariables);

    /// <summary>
    /// Loss and gradient at a position, as a function: traced at the first call, counted and kept in <see cref="History"/>; one function
    /// call and one read of the loss. While another function is
    /// traced it becomes part of that one, and is neither counted nor kept. Python: <c>func(params_1d)</c>.
    /// </summary>
    /// <param name="position">The parameters, shape [n]; borrowed.</param>
    /// <returns>The loss, shape [], and its gradient, shape [n], owned by the caller.</returns>
    /// <exception cref="TfLbfgsException">The position does not fit.</exception>
    public (Tensor Loss, Tensor Gradient) Invoke(Tensor position)
    {
        ArgumentNullException.ThrowIfNull(position);
        if (position.IsSymbolic)
            return ObjectiveGuard.Evaluate(this, position, Data);
        Function function;
        lock (_history)
        {
            function = _function ??= new Function(
                inputs =>
                {
                    (Tensor loss, Tensor gradient) = ObjectiveGuard.Evaluate(this, inputs[0], inputs[1..]);
                    return [loss, gradient];
                },
                new FunctionOptions { Name = "objective" });
        }

        using TensorScope scope = new();
        Tensor[] results = function.Call([position, .. Data]);
        OnEvaluated(results[0].ToDouble());
        return (scope.Keep(results[0]), scope.Keep(results[1]));
    }

    /// <inheritdoc/>
    public override (Tensor Loss, Tensor Gradient) Evaluate(Tensor position, IReadOnlyList<Tensor> data)
    {
        ArgumentNullException.ThrowIfNull(position);
        ArgumentNullException.ThrowIfNull(data);
        return _options.UpdateByAssignment ? EvaluateAssigned(position, data) : EvaluateSubstituted(position, data);
    }

    /// <summary>
    /// Writes a vector into the variables, on the device, rounded to their dtypes. Python:
    /// <c>func.assign_new_model_parameters(params_1d)</c>.
    /// </summary>
    /// <param name="position">The vector, shape [n]; borrowed.</param>
    /// <exception cref="TfLbfgsException">The dtype or length differs.</exception>
    public void AssignNewModelParameters(Tensor position) => _vector.Assign(TrainedVariables, position);

    /// <inheritdoc/>
    public override void Adopt(Tensor position) => AssignNewModelParameters(position);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>
    /// Computes the loss with the variables, which stand for the vector here. Traced like <see cref="Evaluate"/>: written with tensor
    /// operations, it reads no values. Intermediate results are disposed
    /// by the caller's scope.
    /// </summary>
    /// <param name="data">As many tensors as <see cref="Objective.Data"/> has, in its order.</param>
    /// <returns>The loss, shape [], of the dtype in which it is computed.</returns>
    protected abstract Tensor ComputeLoss(IReadOnlyList<Tensor> data);

    /// <summary>
    /// Receives each trainable variable that the loss reads and that is not among <see cref="TrainedVariables"/>, while the loss is traced;
    /// does nothing by default.
    /// </summary>
    /// <param name="variable">The variable.</param>
    protected virtual void OnUnlistedRead(Variable variable)
    {
    }

    /// <summary>The loss at a position without its gradient, traced or at once; writes to no variable. For validation.</summary>
    /// <param name="position">The parameters, shape [n].</param>
    /// <param name="data">As many tensors as <see cref="Objective.Data"/> has, in its order.</param>
    /// <returns>The loss, shape [], of the vector's dtype, owned by the caller.</returns>
    protected Tensor LossAt(Tensor position, IReadOnlyList<Tensor> data)
    {
        ArgumentNullException.ThrowIfNull(position);
        ArgumentNullException.ThrowIfNull(data);
        using TensorScope scope = new();
        using VariableSubstitution substitution = Substitute(position);
        return scope.Keep(Loss(data));
    }

    /// <inheritdoc/>
    protected internal override void EvaluateTerms(Tensor position, IReadOnlyList<Tensor> data)
    {
        ArgumentNullException.ThrowIfNull(position);
        ArgumentNullException.ThrowIfNull(data);
        // The parts live in the scope of the caller.
        using VariableSubstitution substitution = Substitute(position);
        Loss(data);
    }

    /// <summary>Counts the evaluation and keeps its loss.</summary>
    /// <inheritdoc/>
    protected internal override void OnEvaluated(double loss)
    {
        lock (_history)
            _history.Add(loss);
    }

    /// <summary>Frees what was traced and the index tensors; the variables are the caller's.</summary>
    /// <param name="disposing">True when called by <see cref="Dispose()"/>.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (!disposing)
            return;
        _function?.Dispose();
        _vector.Dispose();
    }

    private (Tensor Loss, Tensor Gradient) EvaluateSubstituted(Tensor position, IReadOnlyList<Tensor> data)
    {
        using TensorScope scope = new();
        using GradientTape tape = new(persistent: false, watchAccessedVariables: false);
        tape.Watch(position);
        using VariableSubstitution substitution = Substitute(position);
        Tensor loss = Loss(data);
        return (scope.Keep(loss), scope.Keep(LossGradient.Of(tape, loss, position)));
    }

    private (Tensor Loss, Tensor Gradient) EvaluateAssigned(Tensor position, IReadOnlyList<Tensor> data)
    {
        using TensorScope scope = new();
        AssignNewModelParameters(position);
        using GradientTape tape = new(persistent: false, watchAccessedVariables: false);
        foreach (Variable variable in TrainedVariables)
            tape.Watch(variable);
        Tensor loss = Loss(data);
        return (scope.Keep(loss), scope.Keep(_vector.Flatten(LossGradient.Of(tape, loss, TrainedVariables))));
    }

    private VariableSubstitution Substitute(Tensor position) =>
        new(TrainedVariables, _vector.Split(position, _options.ComputeDType), _options.ComputeDType) { Unlisted = OnUnlistedRead };

    /// <summary>The loss in the dtype of the vector.</summary>
    private Tensor Loss(IReadOnlyList<Tensor> data)
    {
        Tensor loss = ComputeLoss(data)
            ?? throw new TfLbfgsException($"{GetType().Name}.ComputeLoss: expected a scalar loss, received null.");
        return loss.DType == DType || !loss.DType.IsFloating ? loss : RawOps.Cast(loss, DType);
    }
}
