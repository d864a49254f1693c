using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using TfLbfgs.Functions;
using TfLbfgs.Keras.Regularizers;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// A step of a model, from any number of tensors to any number. Derive from it: override <see cref="Call(Tensor, CallContext)"/>, or the
/// form with lists; make variables in <see cref="CreateVariables(Shape)"/>; keep the
/// layers that it is made of in fields, where they are found. A layer may stand in several models; disposing it, or a model that holds it,
/// frees its variables. Python: <c>tf.keras.layers.Layer</c>.
/// </summary>
[DynamicallyAccessedMembers(ChildLayers.Members)]
public abstract partial class Layer : KerasComponent, IDisposable
{
    private readonly DType _floatX = KerasConfig.FloatX;
    private string? _name;
    private DTypePolicy? _policy;
    private bool _trainable = true;
    private Regularizer? _activityRegularizer;
    private IReadOnlyList<(DType DType, Shape Shape)>? _outputs;
    private IReadOnlyList<DType> _inputDTypes = [];

    /// <summary>Starts a layer.</summary>
    /// <param name="name">Its name; null: the model that takes it names it after its class, or after the field that holds it.</param>
    /// <param name="dtype">The dtypes of its variables and of its computation; null: those of the model that takes it,
    /// <see cref="KerasConfig.FloatX"/> for one alone.</param>
    /// <exception cref="TfLbfgsException">The dtype is none that a layer can have, or the name cannot stand in a file.</exception>
    protected Layer(string? name = null, DTypePolicy? dtype = null)
    {
        if (name is not null)
            AdoptName(name);
        if (dtype is not null)
            AdoptDType(dtype);
    }

    /// <summary>The name, unique in a model.</summary>
    public string Name => _name ?? SnakeCase.Of(ClassName);

    /// <summary>The dtypes of the variables and of the computation. Python: <c>layer.dtype_policy</c>.</summary>
    public DTypePolicy DTypePolicy => _policy ?? new DTypePolicy(_floatX);

    /// <summary>The dtype of the variables. Python: <c>layer.variable_dtype</c>.</summary>
    public DType DType => _policy?.VariableDType ?? _floatX;

    /// <summary>
    /// The dtype in which the layer computes now: that of its policy, unless an objective computes the whole model in another one. Python:
    /// <c>layer.compute_dtype</c>.
    /// </summary>
    public DType ComputeDType => VariableSubstitution.ComputeDType ?? _policy?.ComputeDType ?? _floatX;

    /// <summary>False freezes the layer and those within it: their variables are left out of <see cref="TrainableVariables"/>.</summary>
    public bool Trainable
    {
        get => _trainable;
        set
        {
            _trainable = value;
            foreach ((_, Layer child) in ChildrenOnce())
                child.Trainable = value;
        }
    }

    /// <summary>Whether the variables of the layer exist; those of layers within it may be made by the first call.</summary>
    public bool IsBuilt { get; private protected set; }

    /// <summary>The shape of the input for which it was built, the batch first; null before. Of several the first.</summary>
    public Shape? InputShape => InputShapes is [var first, ..] ? first : null;

    /// <summary>The shapes of the inputs for which it was built; empty before.</summary>
    public IReadOnlyList<Shape> InputShapes { get; private protected set; } = [];

    /// <summary>The shape of the output for <see cref="InputShape"/>; null before it is built. Of several the first.</summary>
    public Shape? OutputShape => IsBuilt && InputShapes.Count > 0 ? KnownOutputs()[0].Shape : null;

    /// <summary>The shapes of the outputs for <see cref="InputShapes"/>; empty before it is built.</summary>
    public IReadOnlyList<Shape> OutputShapes => IsBuilt && InputShapes.Count > 0 ? [.. KnownOutputs().Select(output => output.Shape)] : [];

    /// <summary>A penalty on each output, divided by the batch size; null: none.</summary>
    public Regularizer? ActivityRegularizer
    {
        get => _activityRegularizer;
        init => _activityRegularizer = value;
    }

    /// <summary>
    /// Whether the mask of the first input becomes that of the outputs. Default false: an output has a mask only where
    /// <see cref="CallContext.SetMask"/> gives it one.
    /// </summary>
    public virtual bool SupportsMasking => false;

    /// <summary>Whether the layer draws random numbers: it has a field for a <see cref="SeedGenerator"/>.</summary>
    internal virtual bool IsStochastic => ChildLayers.HasSeedGenerator(this);

    private protected sealed override string Module => ModuleName;

    /// <summary>The module in files; that of models is another one.</summary>
    private protected virtual string ModuleName => "keras.layers";

    /// <summary>
    /// Whether the layer was called, or its outputs inferred, at least once: so long the layers within it may have no variables.
    /// </summary>
    private protected bool HasRun { get; private set; }

    internal bool HasName => _name is not null;

    internal bool HasDType => _policy is not null;

    /// <summary>Whether a pass adds penalties that depend on its data, as far as that is known.</summary>
    internal bool HasActivityLoss => ActivityRegularizer is not null || ChildrenOnce().Any(child => child.Layer.HasActivityLoss);

    /// <summary>
    /// Makes the variables of the layer and of those within it. Does nothing when they exist and fit. Python:
    /// <c>layer.build(input_shape)</c>.
    /// </summary>
    /// <param name="inputShape">The shape of the input, the batch first (-1 for any size).</param>
    /// <exception cref="TfLbfgsException">The layer cannot take that shape.</exception>
    public virtual void Build(Shape inputShape) => Build([inputShape]);

    /// <summary>Makes the variables for several inputs.</summary>
    /// <param name="inputShapes">The shapes of the inputs, the batch first (-1 for any size).</param>
    /// <exception cref="TfLbfgsException">The layer cannot take these shapes.</exception>
    public void Build(IReadOnlyList<Shape> inputShapes)
    {
        ArgumentNullException.ThrowIfNull(inputShapes);
        bool isNew = !IsBuilt;
        EnsureBuilt(inputShapes);
        // Layers within it are built by being called.
        if (isNew && (ChildrenOnce().Any()))
            _ = KnownOutputs();
    }

    /// <summary>
    /// The shapes of the outputs, as TensorFlow infers them; builds the layer where it is not. Python: <c>layer.compute_output_shape</c>.
    /// </summary>
    /// <param name="inputShapes">The shapes of the inputs, the batch first (-1 for any size).</param>
    /// <returns>One shape for each output.</returns>
    /// <exception cref="TfLbfgsException">The layer cannot take these shapes.</exception>
    public IReadOnlyList<Shape> ComputeOutputShapes(IReadOnlyList<Shape> inputShapes)
    {
        ArgumentNullException.ThrowIfNull(inputShapes);
        return [.. Infer([.. inputShapes.Select(shape => (ComputeDType, shape))], CallArguments.None).Select(output => output.Shape)];
    }

    /// <summary>Frees the variables, and those of the layers within.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{ClassName} '{Name}'";

    /// <summary>
    /// Computes the output of a layer with one input and one output. Intermediate results are disposed by the caller's scope.
    /// </summary>
    /// <param name="input">The input, the batch first.</param>
    /// <param name="context">The call.</param>
    /// <returns>The output; may be the input itself.</returns>
    protected virtual Tensor Call(Tensor input, CallContext context) =>
        throw new TfLbfgsException(
            $"{this}: expected {GetType().Name} to override Call(Tensor, CallContext), or Call with lists, which computes its output.");

    /// <summary>
    /// Computes the outputs of a layer with any number of inputs. Intermediate results are disposed by the caller's scope.
    /// </summary>
    /// <param name="inputs">The inputs, the batch first.</param>
    /// <param name="context">The call.</param>
    /// <returns>The outputs; may be inputs.</returns>
    protected virtual IReadOnlyList<Tensor> Call(IReadOnlyList<Tensor> inputs, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        return inputs.Count == 1
            ? [Call(inputs[0], context)] : throw new TfLbfgsException($"{this}: expected one input, received {inputs.Count}.");
    }

    /// <summary>Makes the variables by <c>AddVariable</c>, in the order of Keras.</summary>
    /// <param name="inputShape">The shape of the input, the batch first.</param>
    protected virtual void CreateVariables(Shape inputShape)
    {
    }

    /// <summary>Makes the variables of a layer with several inputs; by default from the first shape.</summary>
    /// <param name="inputShapes">The shapes of the inputs, the batch first.</param>
    protected virtual void CreateVariables(IReadOnlyList<Shape> inputShapes)
    {
        ArgumentNullException.ThrowIfNull(inputShapes);
        if (inputShapes.Count > 0)
            CreateVariables(inputShapes[0]);
    }

    /// <summary>Refuses an input shape that the layer cannot take, before it is built and at each call.</summary>
    /// <param name="inputShape">The shape of the input, the batch first.</param>
    protected virtual void CheckInputShape(Shape inputShape)
    {
    }

    /// <summary>Refuses shapes of inputs, or their number; by default checks one.</summary>
    /// <param name="inputShapes">The shapes of the inputs, the batch first.</param>
    protected virtual void CheckInputShapes(IReadOnlyList<Shape> inputShapes)
    {
        ArgumentNullException.ThrowIfNull(inputShapes);
        if (inputShapes.Count > 0)
            CheckInputShape(inputShapes[0]);
    }

    /// <summary>
    /// Whether an input of integers, text or bool is taken as it is. Default: by layers without floating-point variables of their own.
    /// </summary>
    protected virtual bool TakesIntegers => !_variables.Exists(v => v.Variable.DType.IsFloating);

    /// <summary>
    /// Whether floating-point inputs are cast to the dtype in which the layer computes. Default true; operations take them as they are.
    /// </summary>
    private protected virtual bool CastsInputs => true;

    /// <summary>
    /// The dtype of the input for which a model is built from its shape alone. Default: that in which the layer computes.
    /// </summary>
    protected internal virtual DType InputDType => DTypePolicy.ComputeDType;

    /// <summary>
    /// The names of the <see cref="CallArguments"/> that the layer reads; others are refused, except for <c>mask</c>. Default none.
    /// </summary>
    protected virtual IReadOnlyList<string> ArgumentNames => [];

    /// <summary>The dtypes as a generation of Keras writes them.</summary>
    private protected virtual DTypePolicy StoredPolicy(KerasGeneration generation) => DTypePolicy;

    internal IReadOnlyList<string> KnownArguments => ArgumentNames;

    /// <summary>
    /// States the shapes of the outputs where TensorFlow cannot infer them, for instance since a size is computed while the graph runs.
    /// </summary>
    /// <param name="inputShapes">The shapes of the inputs, the batch first (-1 for any size).</param>
    /// <returns>One shape for each output; null (default): they are inferred.</returns>
    protected virtual IReadOnlyList<Shape>? DeclareOutputShapes(IReadOnlyList<Shape> inputShapes) => null;

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        LayerFields.Describe(fields, ref _name, ref _trainable, ref _policy, ref _activityRegularizer, Name,
            StoredPolicy(fields.Generation));
        if (fields.IsReading && _name is not null)
            AdoptName(_name);
    }

    /// <summary>The entry in a file, with the shape for which the layer was built.</summary>
    internal override JsonNode ToNode(ConfigWriter parent)
    {
        JsonNode node = base.ToNode(parent);
        // Keras builds layers of one input by it, and models of a class of your own.
        if ((_variables.Count > 0 || this is Model { Graph: null } and not Sequential) && InputShapes.Count == 1)
            node["build_config"] = new JsonObject { ["input_shape"] = FieldForms.ToJson(InputShapes[0]) };
        return node;
    }

    /// <summary>Frees the variables, and those of the layers within.</summary>
    /// <param name="disposing">True when called by <see cref="Dispose()"/>.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (!disposing)
            return;
        DisposeVariables();
        foreach ((_, Layer child) in ChildrenOnce())
            child.Dispose();
    }

    /// <summary>Whether one input of that shape is taken, by the layer itself.</summary>
    internal bool CanTake(Shape inputShape)
    {
        try
        {
            CheckInputShapes([inputShape]);
            return true;
        }
        catch (TfLbfgsException)
        {
            return false;
        }
    }

    /// <summary>Makes the variables of the layer itself.</summary>
    internal void EnsureBuilt(IReadOnlyList<Shape> inputShapes, IReadOnlyList<DType>? inputDTypes = null)
    {
        CheckInputShapes(inputShapes);
        if (IsBuilt)
            return;
        AdoptChildren();
        CreateVariables(inputShapes);
        InputShapes = inputShapes;
        _inputDTypes = inputDTypes ?? [];
        IsBuilt = true;
        AdoptChildren();
    }

    /// <summary>Dtype and shape of the outputs for inputs that have no value.</summary>
    internal IReadOnlyList<(DType DType, Shape Shape)> Infer(IReadOnlyList<(DType DType, Shape Shape)> inputs, CallArguments arguments)
    {
        IReadOnlyList<Shape> shapes = [.. inputs.Select(input => input.Shape)];
        IReadOnlyList<Tensor> given = [.. arguments.AllTensors];
        IReadOnlyList<(DType DType, Shape Shape)> inferred = ShapeInference.Infer(
            tensors =>
            {
                using CallPass pass = new();
                Dictionary<Tensor, Tensor> standIns = new(ReferenceEqualityComparer.Instance);
                for (int i = 0; i < given.Count; i++)
                    standIns[given[i]] = tensors[inputs.Count + i];
                CallContext context = new(pass, training: false, arguments.Select(tensor => standIns[tensor]), this);
                return context.Run(c => Compute([.. tensors.Take(inputs.Count)], c));
            },
            [.. inputs, .. given.Select(tensor => (tensor.DType, tensor.Shape))], ToString());
        if (DeclareOutputShapes(shapes) is not { } declared)
            return inferred;
        return declared.Count == inferred.Count
            ? [.. inferred.Zip(declared, (output, shape) => (output.DType, shape))]
            : throw new TfLbfgsException(
                $"{this}: expected DeclareOutputShapes to give {inferred.Count} shapes, one for each output, received {declared.Count}.");
    }

    internal void AdoptName(string name)
    {
        if (name.Length == 0 || name.Contains('/', StringComparison.Ordinal) || name.Any(char.IsControl))
            throw new TfLbfgsException("Expected a layer name without slashes and control characters, received "
                + $"'{string.Concat(name.Select(c => char.IsControl(c) ? '?' : c))}'.");
        _name = name;
    }

    internal virtual void AdoptDType(DTypePolicy dtype)
    {
        _policy = dtype;
        foreach ((_, Layer child) in ChildrenOnce().Where(child => !child.Layer.HasDType))
            child.AdoptDType(dtype);
    }

    /// <summary>Sets the flag of the layer without those of the layers within it.</summary>
    private protected void SetTrainableAlone(bool trainable) => _trainable = trainable;

    private IReadOnlyList<(DType DType, Shape Shape)> KnownOutputs() =>
        _outputs ??= Infer([.. InputShapes.Select((shape, i) => (i < _inputDTypes.Count ? _inputDTypes[i] : InputDType, shape))],
        CallArguments.None);
}
