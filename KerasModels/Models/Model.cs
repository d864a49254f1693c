using TfLbfgs.Keras.Layers;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Keras;

/// <summary>
/// A model. Derive from it, keep layers in fields and override Call; or make one of symbolic tensors: layers between inputs and outputs,
/// any graph without cycles. A model is a layer, so it can stand in another one.
/// Disposing it frees the variables of its layers. Reading it from several threads is safe; changing its weights meanwhile is not. Python:
/// <c>tf.keras.Model</c>.
/// </summary>
[KerasName("Functional", "Model")]
public partial class Model : Layer
{
    private FunctionalGraph? _graph;

    /// <summary>Creates a functional model. Python: <c>tf.keras.Model(inputs, outputs)</c>.</summary>
    /// <param name="input">The input.</param>
    /// <param name="output">The output: of a layer, or of an operation.</param>
    /// <param name="name">The name; null: one after the class.</param>
    public Model(KerasTensor input, Tensor output, string? name = null) : this([input], [output], name)
    {
    }

    /// <summary>Creates a functional model with several inputs or outputs. Python: <c>tf.keras.Model(inputs, outputs)</c>.</summary>
    /// <param name="inputs">The inputs, each from <see cref="KerasTensor.Input"/>.</param>
    /// <param name="outputs">The outputs: of layers, or of operations.</param>
    /// <param name="name">The name; null: one after the class.</param>
    /// <exception cref="TfLbfgsException">An output does not depend on these inputs alone, or two layers have one name.</exception>
    public Model(IReadOnlyList<KerasTensor> inputs, IReadOnlyList<Tensor> outputs, string? name = null)
        : base(name) => SetGraph(inputs, outputs);

    /// <summary>Starts a model of your own class, which overrides Call.</summary>
    /// <param name="name">The name; null: one after the class.</param>
    /// <param name="dtype">The dtype of the layers that state none; null: <see cref="KerasConfig.FloatX"/>, or that of the first
    /// data.</param>
    protected internal Model(string? name = null, DTypePolicy? dtype = null) : base(name, dtype)
    {
    }

    /// <summary>The layers; of a functional model its inputs first, in the order of Keras. Python: <c>model.layers</c>.</summary>
    public virtual IReadOnlyList<Layer> Layers => _graph?.Layers ?? Sublayers;

    /// <summary>The number of inputs; 0 while it is not known.</summary>
    public virtual int InputCount => _graph?.Inputs.Count ?? InputShapes.Count;

    /// <summary>The number of outputs; 0 while it is not known.</summary>
    public virtual int OutputCount => _graph?.Outputs.Count ?? (IsBuilt ? OutputShapes.Count : 0);

    /// <summary>The generation of Keras whose formulas the model uses; written into files.</summary>
    internal KerasGeneration Generation { get; set; } = KerasGeneration.Keras3;

    internal FunctionalGraph? Graph => _graph;

    /// <summary>The layers, once their variables exist.</summary>
    internal IReadOnlyList<Layer> BuiltLayers
    {
        get
        {
            RequireVariables();
            AdoptChildren();
            return Layers;
        }
    }

    private protected override string ModuleName => "keras";

    private protected sealed override string RootPath => "";

    /// <inheritdoc/>
    protected override bool TakesIntegers => true;

    /// <summary>
    /// One pass with everything that a loss needs: outputs, and all penalties. Python: <c>model(input)</c>, then <c>model.losses</c>.
    /// </summary>
    /// <param name="input">The input, [batch, ...], of the model's dtype; borrowed.</param>
    /// <param name="training">Whether layers behave as in training.</param>
    /// <returns>The result, owned by the caller.</returns>
    public ModelOutput Forward(Tensor input, bool training = false) => Forward([input], training);

    /// <inheritdoc cref="Forward(Tensor, bool)"/>
    /// <param name="inputs">One tensor for each input; borrowed.</param>
    /// <param name="training">Whether layers behave as in training.</param>
    public ModelOutput Forward(IReadOnlyList<Tensor> inputs, bool training = false) => Forward(inputs, training, applyUpdates: true);

    /// <summary>One pass, which may leave state as it is, and random numbers and statistics of the batch out.</summary>
    internal ModelOutput Forward(IReadOnlyList<Tensor> inputs, bool training, bool applyUpdates, bool random = true, bool statistics = true)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        using TensorScope scope = new();
        using CallPass pass = new() { DrawsRandom = random, UsesStatistics = statistics };
        Tensor[] outputs = RunPass(pass, inputs, CallArguments.None, training, applyUpdates);
        List<Tensor> losses = [];
        AddRegularizationLosses(losses, []);
        losses.AddRange(pass.Losses);
        Tensor? total = Total(losses);
        total = total is not null && pass.Losses.Contains(total) ? RawOps.Identity(total) : total;
        return new ModelOutput(
            [.. outputs.Select(scope.Keep)],
            [.. outputs.Select(output => pass.LogitsOf(output) is { } known
                ? known with { Value = scope.Keep(RawOps.Identity(known.Value)) } : null)],
            [.. outputs.Select(output => pass.MaskOf(output) is { } mask ? scope.Keep(RawOps.Identity(mask)) : null)],
            total is null ? null : scope.Keep(total));
    }

    /// <summary>Makes the model functional; once, by a constructor or a reader.</summary>
    internal void SetGraph(IReadOnlyList<KerasTensor> inputs, IReadOnlyList<Tensor> outputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(outputs);
        if (inputs.Count == 0 || outputs.Count == 0)
            throw new TfLbfgsException(
                $"Expected a model with at least one input and one output, received {inputs.Count} and {outputs.Count}.");
        if (outputs.FirstOrDefault(output => output is not KerasTensor) is { } other)
            throw new TfLbfgsException($"Expected outputs that depend on KerasTensor.Input, received {other.Describe()}.");
        FunctionalGraph graph = new(inputs, [.. outputs.Cast<KerasTensor>()]);
        if (graph.Layers.GroupBy(layer => layer.Name).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new TfLbfgsException(
                $"Expected layers with different names, received {twice.Count()} named '{twice.Key}'. Give them names.");
        _graph = graph;
        if (!HasDType)
            AdoptDType(graph.DTypePolicy);
        IsBuilt = true;
        InputShapes = [.. graph.Inputs.Select(input => input.Shape)];
        AdoptChildren();
    }

    /// <summary>States what a file says of the model itself; its layers say the same of themselves.</summary>
    internal void FreezeWithoutLayers() => SetTrainableAlone(false);

    /// <inheritdoc/>
    protected override IReadOnlyList<Tensor> Call(IReadOnlyList<Tensor> inputs, CallContext context) =>
        _graph?.Run(inputs) ?? base.Call(inputs, context);

    /// <inheritdoc/>
    protected override void CheckInputShapes(IReadOnlyList<Shape> inputShapes)
    {
        ArgumentNullException.ThrowIfNull(inputShapes);
        if (_graph is not null)
            CheckShapes(inputShapes);
    }

    /// <summary>Refuses inputs whose number or shape differs from those of the model.</summary>
    private protected void CheckShapes(IReadOnlyList<Shape> shapes)
    {
        IReadOnlyList<Shape> expected = InputShapes;
        if (shapes.Count != expected.Count)
            throw new TfLbfgsException($"{this}: expected {expected.Count} inputs, received {shapes.Count}.");
        for (int i = 0; i < shapes.Count; i++)
        {
            Shape anyBatch = Shape.Create([-1, .. expected[i].ToArray().AsSpan()[1..]]);
            if (!anyBatch.IsCompatibleWith(shapes[i]))
                throw new TfLbfgsException(
                    $"{this}: expected {(expected.Count == 1 ? "an input" : $"input {i}")} of shape {anyBatch}, received {shapes[i]}.");
        }
    }

    private protected override void CheckInputs(IReadOnlyList<Tensor> inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        if (!HasDType && inputs.FirstOrDefault(input => input.DType.IsFloating) is { } first)
            AdoptDType(DType == DType.Float32 ? first.DType : DType);
        if (_graph is null)
        {
            base.CheckInputs(inputs);
            return;
        }

        for (int i = 0; i < Math.Min(inputs.Count, _graph.Inputs.Count); i++)
        {
            DType expected = _graph.Inputs[i].DType;
            if (expected.IsFloating)
                expected = VariableSubstitution.ComputeDType ?? expected;
            if (inputs[i].DType != expected && !DTypePolicy.IsMixed)
                throw WrongDType(inputs[i], expected);
        }
    }

    private protected override IEnumerable<(string Place, Layer Layer)> Children() =>
        _graph?.Layers.Select(layer => (layer.Name, layer)) ?? base.Children();

    private protected override void RequireVariables()
    {
        if (!HasRun && _graph is null)
            throw new TfLbfgsException(
                $"{this} has no variables yet, since the shape of its input is not known. Call Build(shape), or call the model with data.");
    }
}
