using TfLbfgs.Keras.Losses;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Keras.Metrics;

/// <summary>
/// A measure of predictions that is gathered over batches: each <see cref="Update(Tensor, Tensor, Tensor?)"/> adds a batch to the state,
/// which is in variables on the device, and <see cref="Result"/> computes the measure.
/// Works eagerly and in traced functions. Derive from it for one of your own; wherever a metric is taken, a function from targets and
/// predictions to a tensor is taken too, whose mean is the measure. Not thread-safe.
/// A text converts to one: <c>"mae"</c>. Python: <c>tf.keras.metrics.Metric</c>.
/// </summary>
public abstract class Metric : KerasComponent, IDisposable
{
    private readonly List<Variable> _variables = [];
    private string? _name;
    private DType? _dtype;
    private KerasGeneration _generation = KerasGeneration.Keras3;

    /// <summary>Creates a metric.</summary>
    protected Metric()
    {
    }

    /// <summary>The name in reports and files; default the class name in snake case, such as <c>mean_squared_error</c>.</summary>
    public string Name
    {
        get => _name ?? DefaultName(Generation);
        init => _name = value;
    }

    /// <summary>
    /// The dtype of state and result; default that of <see cref="KerasConfig.FloatX"/> where the class does not say another.
    /// </summary>
    public DType DType
    {
        get => _dtype ?? DefaultDType(Generation);
        init => _dtype = value;
    }

    /// <summary>
    /// The generation of Keras whose formula is meant, where they differ; default Keras 3. Metrics that are read from files have that of
    /// the file.
    /// </summary>
    public KerasGeneration Generation
    {
        get => _generation;
        init => _generation = value;
    }

    /// <summary>The variables of the state, in the order in which they were made. Python: <c>metric.variables</c>.</summary>
    public IReadOnlyList<Variable> Variables => _variables;

    /// <summary>The dtype of weights; default that of the metric.</summary>
    private protected virtual DType WeightDType => DType;

    private protected sealed override string Module => "keras.metrics";

    /// <summary>Looks up a metric with default arguments by its Keras name.</summary>
    /// <param name="name">Such as <c>mae</c>.</param>
    public static implicit operator Metric(string name) => FromString(name);

    /// <summary>Takes a function as a metric.</summary>
    /// <param name="function">As in <see cref="FromFunction"/>.</param>
    public static implicit operator Metric(Func<Tensor, Tensor, Tensor> function) => FromFunction(function);

    /// <summary>Looks up a metric with default arguments by one of its Keras names. Python: <c>tf.keras.metrics.get</c>.</summary>
    /// <param name="name">Such as <c>mae</c>, <c>mean_absolute_error</c> or <c>MeanAbsoluteError</c>.</param>
    /// <returns>The metric.</returns>
    /// <exception cref="TfLbfgsException">No metric has the name.</exception>
    public static Metric FromString(string name) => KerasRegistry.Create<Metric>(name);

    /// <summary>Takes a function as a metric. Python: any callable in place of a metric.</summary>
    /// <param name="function">From targets and predictions to one value per sample, whose mean is the measure; written with tensor
    /// operations.</param>
    /// <returns>The metric.</returns>
    public static Metric FromFunction(Func<Tensor, Tensor, Tensor> function) => new MeanMetricWrapper(function);

    /// <summary>
    /// Looks up a metric for an output: <c>accuracy</c> (<c>acc</c>) and <c>crossentropy</c> (<c>ce</c>) are the binary, categorical or
    /// sparse one by the shapes, as in <c>Model.compile</c> of Python.
    /// </summary>
    /// <param name="name">The name.</param>
    /// <param name="yTrue">The shape of the targets.</param>
    /// <param name="yPred">The shape of the predictions.</param>
    /// <returns>The metric, named as the text.</returns>
    /// <exception cref="TfLbfgsException">No metric has the name.</exception>
    public static Metric ForOutput(string name, Shape yTrue, Shape yPred)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(yTrue);
        ArgumentNullException.ThrowIfNull(yPred);
        bool isBinary = yPred.HasRank && yPred.Rank > 0 && yPred[^1] == 1;
        bool isSparse = yTrue.HasRank && yPred.HasRank && (yTrue.Rank < yPred.Rank || (yTrue.Rank > 0 && yTrue[^1] == 1));
        return (name.ToLowerInvariant(), isBinary, isSparse) switch
        {
            ("accuracy" or "acc", true, _) => new BinaryAccuracy { Name = name },
            ("accuracy" or "acc", _, true) => new SparseCategoricalAccuracy { Name = name },
            ("accuracy" or "acc", _, _) => new CategoricalAccuracy { Name = name },
            ("crossentropy" or "ce", true, _) => new BinaryCrossentropy { Name = name },
            ("crossentropy" or "ce", _, true) => new SparseCategoricalCrossentropy { Name = name },
            ("crossentropy" or "ce", _, _) => new CategoricalCrossentropy { Name = name },
            _ => FromString(name),
        };
    }

    /// <summary>Adds a batch to the state. Python: <c>metric.update_state</c>.</summary>
    /// <param name="yTrue">The targets, [batch, ...]; borrowed.</param>
    /// <param name="yPred">The predictions, [batch, ...]; borrowed.</param>
    /// <param name="sampleWeight">The weight of each sample or element; null: 1. Borrowed.</param>
    /// <exception cref="TfLbfgsException">The shapes do not fit.</exception>
    public void Update(Tensor yTrue, Tensor yPred, Tensor? sampleWeight = null)
    {
        ArgumentNullException.ThrowIfNull(yPred);
        Update(yTrue, new Prediction(yPred), sampleWeight);
    }

    /// <summary>Adds a batch to the state. Elements that the prediction's mask leaves out have the weight 0.</summary>
    /// <param name="yTrue">The targets, [batch, ...]; borrowed.</param>
    /// <param name="prediction">An output of a model; borrowed.</param>
    /// <param name="sampleWeight">The weight of each sample or element; null: 1. Borrowed.</param>
    /// <exception cref="TfLbfgsException">The shapes do not fit.</exception>
    public void Update(Tensor yTrue, Prediction prediction, Tensor? sampleWeight = null)
    {
        ArgumentNullException.ThrowIfNull(yTrue);
        ArgumentNullException.ThrowIfNull(prediction);
        using TensorScope scope = new();
        UpdateState(yTrue, prediction, LossReduction.Merge(Name, sampleWeight, prediction.Mask, WeightDType, scaled: false));
    }

    /// <summary>The measure of all batches since the last <see cref="Reset"/>.</summary>
    /// <returns>A scalar, or more where the metric says so; owned by the caller.</returns>
    /// <exception cref="TfLbfgsException">The state has a shape that the first batch gives, and there was none.</exception>
    public Tensor Result()
    {
        using TensorScope scope = new();
        return scope.Keep(ComputeResult());
    }

    /// <summary>Adds a batch, and computes the measure. Python: <c>metric(y_true, y_pred)</c>.</summary>
    /// <param name="yTrue">The targets; borrowed.</param>
    /// <param name="yPred">The predictions; borrowed.</param>
    /// <param name="sampleWeight">The weight of each sample or element; null: 1. Borrowed.</param>
    /// <returns>The measure, owned by the caller.</returns>
    public Tensor Call(Tensor yTrue, Tensor yPred, Tensor? sampleWeight = null)
    {
        Update(yTrue, yPred, sampleWeight);
        return Result();
    }

    /// <summary>Forgets all batches. Python: <c>metric.reset_state</c>.</summary>
    public virtual void Reset()
    {
        using TensorScope scope = new();
        foreach (Variable variable in _variables)
            variable.Assign(Tensor.Zeros(variable.Shape, variable.DType));
    }

    /// <summary>
    /// Adds the state of other metrics of the class, gathered on other parts of the data. Python: <c>metric.merge_state</c> of Keras 2.
    /// </summary>
    /// <param name="metrics">The metrics, which keep their state; borrowed.</param>
    /// <exception cref="TfLbfgsException">One is of another class, or its state has another shape.</exception>
    public void Merge(params IEnumerable<Metric> metrics)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        List<Metric> others = [.. metrics];
        foreach (Metric other in others)
        {
            if (other.GetType() != GetType() || !other.Variables.All(Fits))
            {
                throw new TfLbfgsException(
                    $"{Name}: expected metrics of class {GetType().Name} with a state of the same shape and dtype, received "
                    + $"{other.Name} of class {other.GetType().Name}.");
            }
        }

        bool Fits(Variable theirs) => Find(theirs.Name) is not { } own || (own.Shape == theirs.Shape && own.DType == theirs.DType);

        using TensorScope scope = new();
        foreach (Variable theirs in others.SelectMany(other => other.Variables))
            State(theirs.Name, theirs.Shape, theirs.DType).AssignAdd(theirs.Value);
    }

    /// <summary>Frees the state.</summary>
    public void Dispose()
    {
        foreach (Variable variable in _variables)
            variable.Dispose();
        _variables.Clear();
        GC.SuppressFinalize(this);
    }

    /// <summary>Adds a batch to the state, inside a scope of the caller that disposes intermediate results.</summary>
    /// <param name="yTrue">The targets.</param>
    /// <param name="yPred">The predictions.</param>
    /// <param name="sampleWeight">The weights, or null.</param>
    protected abstract void UpdateState(Tensor yTrue, Tensor yPred, Tensor? sampleWeight);

    /// <summary>
    /// As <see cref="UpdateState(Tensor, Tensor, Tensor?)"/>, with what went into the last activation; override it for a metric of
    /// probabilities.
    /// </summary>
    /// <param name="yTrue">The targets.</param>
    /// <param name="prediction">The predictions; their mask is part of the weights already.</param>
    /// <param name="sampleWeight">The weights, or null.</param>
    protected virtual void UpdateState(Tensor yTrue, Prediction prediction, Tensor? sampleWeight)
    {
        ArgumentNullException.ThrowIfNull(prediction);
        UpdateState(yTrue, prediction.Value, sampleWeight);
    }

    /// <summary>Computes the measure from the state, inside a scope of the caller that disposes intermediate results.</summary>
    /// <returns>The measure.</returns>
    protected abstract Tensor ComputeResult();

    /// <summary>A variable of the state, made of zeros when it is asked for first. Python: <c>self.add_variable</c>.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="shape">Its shape; null (default): a scalar.</param>
    /// <param name="dtype">Its dtype; null (default): that of the metric.</param>
    /// <returns>The variable, owned by the metric.</returns>
    /// <exception cref="TfLbfgsException">It was made with another shape, or the shape is not fully known.</exception>
    protected Variable State(string name, Shape? shape = null, DType? dtype = null)
    {
        shape ??= Shape.Scalar;
        if (Find(name) is { } existing)
        {
            return existing.Shape.IsCompatibleWith(shape)
                ? existing
                : throw new TfLbfgsException(
                    $"{Name}: expected data that give '{name}' the shape {existing.Shape} of the first batch, received data that give "
                    + $"{shape}. Use one metric for each output.");
        }

        if (!shape.IsFullyKnown)
        {
            throw new TfLbfgsException(
                $"{Name}: expected data whose last dimension is known, received data that give '{name}' the shape {shape}.");
        }

        // Made now, also while a function is traced.
        using IDisposable eager = Tf.InitScope();
        using Tensor zeros = Tensor.Zeros(shape, dtype ?? DType);
        Variable variable = new(zeros, name, trainable: false);
        _variables.Add(variable);
        return variable;
    }

    /// <summary>The value of a variable of the state whose shape the first batch gives.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The value.</returns>
    /// <exception cref="TfLbfgsException">There was no batch yet.</exception>
    protected Tensor StateValue(string name) =>
        (Find(name) ?? throw new TfLbfgsException(
            $"{Name}: expected a batch before the result, since the state has the shape of the data, received none. "
            + "Call Update first.")).Value;

    /// <summary>
    /// Targets of the dtype and shape of the predictions: a last dimension of 1 may be left out, or be one too many. Nothing else is
    /// broadcast.
    /// </summary>
    /// <param name="yTrue">The targets.</param>
    /// <param name="yPred">The predictions.</param>
    /// <returns>The targets.</returns>
    /// <exception cref="TfLbfgsException">The shapes do not fit.</exception>
    protected Tensor Align(Tensor yTrue, Tensor yPred) => TargetShapes.Align(Name, yTrue, yPred);

    /// <summary>Values in the dtype of the metric.</summary>
    /// <param name="values">The values.</param>
    /// <returns>The values.</returns>
    protected Tensor Cast(Tensor values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return values.DType == DType ? values : RawOps.Cast(values, DType);
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        fields.Origin(ref _generation);
        string? name = _name ?? DefaultName(fields.Generation);
        fields.OptionalText("name", ref name);
        DType? dtype = _dtype ?? DefaultDType(fields.Generation);
        fields.OptionalDType("dtype", ref dtype);
        if (fields.IsReading)
        {
            _name = name;
            _dtype = dtype;
        }
    }

    /// <summary>The name where none is given.</summary>
    private protected virtual string DefaultName(KerasGeneration generation) => SnakeCase.Of(ClassName);

    /// <summary>The dtype where none is given.</summary>
    private protected virtual DType DefaultDType(KerasGeneration generation) => KerasConfig.FloatX;

    private Variable? Find(string name) => _variables.Find(variable => variable.Name == name);
}
