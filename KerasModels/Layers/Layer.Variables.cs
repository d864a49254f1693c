using TfLbfgs.Keras.Constraints;
using TfLbfgs.Keras.Initializers;
using TfLbfgs.Keras.Regularizers;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Keras.Layers;

public abstract partial class Layer
{
    private readonly List<LayerVariable> _variables = [];
    private readonly List<SeedGenerator> _seeds = [];

    /// <summary>
    /// The variables that are trained: those of the layer, then those of the layers within it. Python: <c>layer.trainable_variables</c>.
    /// </summary>
    public IReadOnlyList<Variable> TrainableVariables
    {
        get
        {
            RequireVariables();
            AdoptChildren();
            List<Variable> found = [];
            CollectTrainable(found, []);
            return found;
        }
    }

    /// <summary>The other variables. Python: <c>layer.non_trainable_variables</c>.</summary>
    public IReadOnlyList<Variable> NonTrainableVariables => [.. Variables.Except(TrainableVariables)];

    /// <summary>
    /// All variables: those of the layer, trained ones first, then those of the layers within it. Python: <c>layer.weights</c>.
    /// </summary>
    public IReadOnlyList<Variable> Variables
    {
        get
        {
            RequireVariables();
            AdoptChildren();
            List<Variable> found = [];
            Collect(found, []);
            return found;
        }
    }

    /// <summary>The constraints on variables of the layer and of those within it, for optimizers; L-BFGS does not apply them.</summary>
    public IReadOnlyList<(Variable Variable, Constraint Constraint)> Constraints =>
    [
        .. Tree().SelectMany(layer => layer._variables).Where(entry => entry.Constraint is not null)
            .Select(entry => (entry.Variable, entry.Constraint!)),
    ];

    /// <summary>Bounds the variables of a layer that a file describes.</summary>
    internal VariableBudget? Budget { get; set; }

    /// <summary>
    /// The variables that files which follow the objects of a model list for the layer; some may be those of a layer within it, which files
    /// then have twice.
    /// </summary>
    internal virtual IEnumerable<Variable> StoredVariables => OwnVariables;

    /// <summary>The variables of the layer itself, trained ones first.</summary>
    internal IEnumerable<Variable> OwnVariables => _variables.Select(v => v.Variable).OrderBy(v => !v.Trainable);

    /// <summary>
    /// The penalties on the variables that are trained, at their current values (or those of a <see cref="VariableSubstitution"/>). Python:
    /// part of <c>layer.losses</c>.
    /// </summary>
    /// <returns>A scalar, owned by the caller; null when there are none.</returns>
    /// <exception cref="TfLbfgsException">A layer has a penalty on its output, which depends on the data: use the model's
    /// Forward.</exception>
    public Tensor? RegularizationLoss()
    {
        if (HasActivityLoss)
            throw new TfLbfgsException($"{this} has penalties on the outputs of layers (activity_regularizer), which depend on the data. "
                + "Use Forward, whose result has all penalties.");
        using TensorScope scope = new();
        List<Tensor> losses = [];
        AddRegularizationLosses(losses, []);
        return Total(losses) is { } total ? scope.Keep(total) : null;
    }

    /// <summary>Makes a variable. Python: <c>layer.add_weight</c>.</summary>
    /// <param name="name">Such as <c>kernel</c>; the layer's path is put in front.</param>
    /// <param name="shape">The shape, fully known.</param>
    /// <param name="initializer">Makes the first values; null: <see cref="GlorotUniform"/>, or zeros for what is not a floating-point
    /// dtype.</param>
    /// <param name="regularizer">A penalty on the values; null: none.</param>
    /// <param name="constraint">A set into which optimizers draw the values back; null: none.</param>
    /// <param name="trainable">Whether it is trained; default true.</param>
    /// <param name="dtype">The dtype; null: that of the layer's policy.</param>
    /// <returns>The variable, owned by the layer.</returns>
    protected Variable AddVariable(
        string name, Shape shape, Initializer? initializer = null, Regularizer? regularizer = null, Constraint? constraint = null,
            bool trainable = true, DType? dtype = null)
    {
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentException.ThrowIfNullOrEmpty(name);
        Budget?.Take(ToString(), shape);
        string fullName = $"{Path}/{name}";
        DType type = dtype ?? DType;
        // The first value is made at once, also while a function is traced.
        using IDisposable eager = Tf.InitScope();
        using TensorScope scope = new();
        // A value that is about to be read from a file is not computed before: its memory is not even touched.
        Tensor value = type.IsFloating && Budget is { AllAreLoaded: true } ? Tensor.FromBytes(type, shape, 0, static (_, _) => { })
            : type.IsFloating ? (initializer ?? new GlorotUniform()).Create(shape, type, RandomSource.SeedOf(fullName))
            : initializer is null
                ? Tensor.Zeros(shape, type) : RawOps.Cast(initializer.Create(shape, DType.Float64, RandomSource.SeedOf(fullName)), type);
        Variable variable = new(value, fullName, trainable);
        _variables.Add(new LayerVariable(name, variable, regularizer, constraint));
        return variable;
    }

    /// <summary>Makes a variable with the options that the configuration states for its kind.</summary>
    /// <param name="name">Such as <c>kernel</c>; the layer's path is put in front.</param>
    /// <param name="shape">The shape, fully known.</param>
    /// <param name="options">Initializer, penalty and constraint.</param>
    /// <returns>The variable, owned by the layer.</returns>
    protected Variable AddVariable(string name, Shape shape, WeightOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return AddVariable(name, shape, options.Initializer, options.Regularizer, options.Constraint);
    }

    /// <summary>Takes over a variable that exists, such as one of a SavedModel. Python: assigning a variable to an attribute.</summary>
    /// <param name="name">Such as <c>kernel</c>; the layer's path is put in front.</param>
    /// <param name="variable">The variable; owned by the layer from now on.</param>
    /// <exception cref="TfLbfgsException">The layer has it already.</exception>
    protected void AddVariable(string name, Variable variable)
    {
        ArgumentNullException.ThrowIfNull(variable);
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (_variables.Any(entry => ReferenceEquals(entry.Variable, variable)))
            throw new TfLbfgsException($"{this}: expected each variable once, received '{variable.Name}' again.");
        variable.Name = $"{Path}/{name}";
        _variables.Add(new LayerVariable(name, variable, null, null));
    }

    /// <summary>Makes a generator of random numbers, which the layer owns.</summary>
    /// <param name="seed">The seed; null: one that follows from the layer's name.</param>
    /// <returns>The generator.</returns>
    protected SeedGenerator AddSeedGenerator(long? seed = null)
    {
        SeedGenerator generator = new(seed ?? RandomSource.SeedOf(Name), $"{Path}/seed_generator");
        _seeds.Add(generator);
        return generator;
    }

    internal static Tensor? Total(IReadOnlyList<Tensor> losses)
    {
        Tensor? total = null;
        foreach (Tensor loss in losses)
            total = total is null ? loss : total + (loss.DType == total.DType ? loss : RawOps.Cast(loss, total.DType));
        return total;
    }

    /// <summary>Adds the penalties on variables that are trained, those of each layer once.</summary>
    internal void AddRegularizationLosses(List<Tensor> losses, HashSet<Layer> visited)
    {
        if (!Trainable || !visited.Add(this))
            return;
        foreach (LayerVariable entry in _variables)
        {
            if (entry.Regularizer is not null && entry.Variable.Trainable)
                losses.Add(entry.Regularizer.Compute(entry.Variable.Value));
        }

        foreach ((_, Layer child) in Children())
            child.AddRegularizationLosses(losses, visited);
    }

    /// <summary>Refuses to list variables that cannot exist yet.</summary>
    private protected virtual void RequireVariables()
    {
    }

    private void CollectTrainable(List<Variable> found, HashSet<Layer> visited)
    {
        if (!Trainable || !visited.Add(this))
            return;
        found.AddRange(_variables.Where(v => v.Variable.Trainable).Select(v => v.Variable));
        foreach ((_, Layer child) in Children())
            child.CollectTrainable(found, visited);
    }

    private void Collect(List<Variable> found, HashSet<Layer> visited)
    {
        if (!visited.Add(this))
            return;
        found.AddRange(OwnVariables);
        foreach ((_, Layer child) in Children())
            child.Collect(found, visited);
    }

    private void DisposeVariables()
    {
        foreach (LayerVariable entry in _variables)
            entry.Variable.Dispose();
        foreach (SeedGenerator seed in _seeds)
            seed.Dispose();
    }

    private sealed record LayerVariable(string Leaf, Variable Variable, Regularizer? Regularizer, Constraint? Constraint);
}
