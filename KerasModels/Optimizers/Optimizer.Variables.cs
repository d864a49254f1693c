using System.Text.RegularExpressions;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Keras.Optimizers;

/// <content>The state of an optimizer.</content>
public abstract partial class Optimizer
{
    private readonly List<Variable> _variables = [];
    private readonly Dictionary<(Variable Of, string Name), Variable> _slots = [];
    private readonly HashSet<Variable> _withoutDecay = [];
    private readonly List<Regex> _namesWithoutDecay = [];
    private HashSet<Variable>? _trained;
    private Variable? _iterations;
    private Variable? _rate;

    /// <summary>
    /// The variables of the state in the order of Keras: the number of steps, the learning rate where it is a number and the generation is
    /// Keras 3, then what the class needs for each variable. Empty before the first step. Borrowed. Python: <c>optimizer.variables</c>.
    /// </summary>
    public virtual IReadOnlyList<Variable> Variables => _variables;

    /// <summary>What is kept for trained variables, in the order in which it was made.</summary>
    internal IEnumerable<(Variable Of, string Name, Variable Value)> Slots =>
        _slots.Select(slot => (slot.Key.Of, slot.Key.Name, slot.Value));

    /// <summary>Whether the variables of the state were made. Python: <c>optimizer.built</c>.</summary>
    public bool IsBuilt => _trained is not null;

    /// <summary>The number of calls of Apply so far. One read. Python: <c>optimizer.iterations</c>.</summary>
    public virtual long Iterations
    {
        get
        {
            using IDisposable eager = Tf.InitScope();
            using TensorScope scope = new();
            return _iterations is null ? 0 : _iterations.Value.ToScalar<long>();
        }
    }

    /// <summary>
    /// The learning rate of the next step: a number that can be set, also while a traced step exists, which reads it from a variable.
    /// Python: <c>optimizer.learning_rate</c>.
    /// </summary>
    /// <exception cref="TfLbfgsException">Set where a schedule was given, or to a number that is not finite.</exception>
    public virtual double LearningRate
    {
        get
        {
            if (Schedule is not null)
                return Schedule.At(Iterations);
            if (_rate is null)
                return ((ConstantRate)_schedule).Value;
            using IDisposable eager = Tf.InitScope();
            using TensorScope scope = new();
            double value = _rate.Value.ToDouble();
            // A number that was not changed on the device is given back as it came.
            double given = ((ConstantRate)_schedule).Value;
            return _rate.DType == DType.Float32 && value == (float)given ? given : value;
        }

        set
        {
            if (!double.IsFinite(value))
                throw new TfLbfgsException($"{this}: expected a finite learning rate, received {value}.");
            if (Schedule is not null)
            {
                throw new TfLbfgsException(
                    $"{this}: expected an optimizer whose learning rate is a number, received one that has the schedule "
                        + $"{Schedule.ClassName}. Make it with a number to set it.");
            }

            _schedule = value;
            using IDisposable eager = Tf.InitScope();
            using TensorScope scope = new();
            _rate?.Assign(Tensor.Scalar(value, _rate.DType));
        }
    }

    /// <summary>
    /// Makes the variables of the state, which else the first step makes. A second call with the same variables does nothing. Python:
    /// <c>optimizer.build</c>.
    /// </summary>
    /// <param name="variables">The variables that will be changed, of floating-point dtypes; borrowed.</param>
    /// <exception cref="TfLbfgsException">It was built for other variables, or there are none.</exception>
    public virtual void Build(IReadOnlyList<Variable> variables)
    {
        ArgumentNullException.ThrowIfNull(variables);
        if (_trained is not null)
        {
            if (variables.FirstOrDefault(variable => !_trained.Contains(variable)) is { } unknown)
            {
                throw new TfLbfgsException(
                    $"{this}: expected variables that it was built for, received {unknown}. Build it with all variables that are ever "
                        + "trained, or make another optimizer.");
            }

            return;
        }

        if (variables.Count == 0 || variables.FirstOrDefault(variable => !variable.DType.IsFloating) is not null)
        {
            throw new TfLbfgsException(
                $"{this}: expected at least one variable, each of a floating-point dtype, received "
                    + $"{(variables.Count == 0 ? "none" : string.Join(", ", variables))}.");
        }

        using IDisposable eager = Tf.InitScope();
        using TensorScope scope = new();
        _iterations = AddVariable("iteration", Tensor.Scalar(0L));
        if (Schedule is null)
        {
            // float64 variables are not moved by a rate that was rounded before.
            DType dtype = variables[0].DType == DType.Float64 && !_isLegacy ? DType.Float64 : DType.Float32;
            _rate = NewVariable("learning_rate", Tensor.Scalar(LearningRate, dtype));
            // Keras 2 does not list it.
            if (Generation == KerasGeneration.Keras3)
                _variables.Add(_rate);
        }

        if (_useEma)
        {
            foreach (Variable variable in variables)
                AddSlot(variable, "average", Generation == KerasGeneration.Keras2 ? variable.Value : null);
        }

        if (_accumulationSteps is not null)
            AddSlots(variables, "gradient_accumulator");
        CreateSlots(variables);
        _trained = [.. variables];
    }

    /// <summary>
    /// Leaves variables out of the weight decay. Python: <c>optimizer.exclude_from_weight_decay(var_list)</c>.
    /// </summary>
    /// <param name="variables">The variables.</param>
    public void ExcludeFromWeightDecay(params IReadOnlyList<Variable> variables)
    {
        ArgumentNullException.ThrowIfNull(variables);
        _withoutDecay.UnionWith(variables);
    }

    /// <summary>
    /// Leaves variables out of the weight decay whose name has a part that matches. Python:
    /// <c>optimizer.exclude_from_weight_decay(var_names=...)</c>.
    /// </summary>
    /// <param name="names">Regular expressions, such as <c>bias</c>.</param>
    /// <exception cref="ArgumentException">One is no regular expression.</exception>
    public void ExcludeFromWeightDecay(params IReadOnlyList<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        _namesWithoutDecay.AddRange(names.Select(name => new Regex(name, RegexOptions.CultureInvariant)));
    }

    /// <summary>Frees the state; the variables that it changed are the caller's.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Makes what the class keeps for each variable, by <see cref="AddSlots"/>. Python: <c>build</c>.</summary>
    /// <param name="variables">The variables that will be changed.</param>
    protected virtual void CreateSlots(IReadOnlyList<Variable> variables)
    {
    }

    /// <summary>Makes variables of zeros, one of each name for each variable, of its shape and dtype.</summary>
    /// <param name="variables">The variables.</param>
    /// <param name="names">The names, such as <c>momentum</c>.</param>
    protected void AddSlots(IReadOnlyList<Variable> variables, params IReadOnlyList<string> names)
    {
        ArgumentNullException.ThrowIfNull(variables);
        ArgumentNullException.ThrowIfNull(names);
        foreach (Variable variable in variables)
        {
            foreach (string name in names)
                AddSlot(variable, name);
        }
    }

    /// <summary>Makes a variable that is kept for another one.</summary>
    /// <param name="of">The variable that it is kept for.</param>
    /// <param name="name">Its name, such as <c>momentum</c>.</param>
    /// <param name="initialValue">Its first value; null (default): zeros of the shape and dtype of the other one. Borrowed.</param>
    /// <returns>The variable, owned by the optimizer.</returns>
    protected Variable AddSlot(Variable of, string name, Tensor? initialValue = null)
    {
        ArgumentNullException.ThrowIfNull(of);
        using TensorScope scope = new();
        string path = of.Name.Replace('/', '_');
        return _slots[(of, name)] =
            AddVariable(Generation == KerasGeneration.Keras2
            ? $"{name}/{of.Name}" : $"{path}_{name}", initialValue ?? Tensor.Zeros(of.Shape, of.DType));
    }

    /// <summary>The variable that is kept for another one.</summary>
    /// <param name="of">The other one.</param>
    /// <param name="name">Its name.</param>
    /// <returns>The variable.</returns>
    /// <exception cref="TfLbfgsException">It was not made in <see cref="CreateSlots"/>.</exception>
    protected Variable Slot(Variable of, string name)
    {
        ArgumentNullException.ThrowIfNull(of);
        return _slots.GetValueOrDefault((of, name))
            ?? throw new TfLbfgsException($"{this}: expected a slot '{name}' for {of}, received none: make it in CreateSlots.");
    }

    /// <summary>Makes a variable of the state that belongs to no other one.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="initialValue">Its first value; borrowed.</param>
    /// <returns>The variable, owned by the optimizer.</returns>
    protected Variable AddVariable(string name, Tensor initialValue)
    {
        Variable variable = NewVariable(name, initialValue);
        _variables.Add(variable);
        return variable;
    }

    /// <summary>Frees the state.</summary>
    /// <param name="disposing">Whether Dispose was called; there are no finalizers.</param>
    protected virtual void Dispose(bool disposing)
    {
        foreach (Variable variable in _variables)
            variable.Dispose();
        _rate?.Dispose();
        _variables.Clear();
        _slots.Clear();
        _trained = null;
        _iterations = null;
        _rate = null;
    }

    /// <summary>Whether the weight decay applies to a variable.</summary>
    private protected bool Decays(Variable variable) =>
        !_withoutDecay.Contains(variable) && !_namesWithoutDecay.Any(name => name.IsMatch(variable.Name));

    private static Variable NewVariable(string name, Tensor initialValue) => new(initialValue, name, trainable: false);
}
