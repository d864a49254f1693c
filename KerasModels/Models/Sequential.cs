using System.Collections;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras;

/// <summary>
/// Layers one after the other. Its variables are made when the shape of the input is known: by an <see cref="InputLayer"/>, by
/// <see cref="Build(Shape)"/>, or by the first data.
/// Python: <c>tf.keras.Sequential</c>.
/// </summary>
[KerasName("Sequential")]
public sealed partial class Sequential : Model, IEnumerable<Layer>
{
    private readonly List<Layer> _layers = [];

    /// <summary>
    /// Starts an empty model of the dtype of its first layer that states one, of <see cref="KerasConfig.FloatX"/>, or of its first data.
    /// </summary>
    /// <param name="name">The name; null: <c>sequential</c>.</param>
    public Sequential(string? name = null) : base(name)
    {
    }

    /// <summary>Starts an empty model.</summary>
    /// <param name="dtype">The dtype of the layers that state none.</param>
    /// <param name="name">The name; null: <c>sequential</c>.</param>
    public Sequential(DTypePolicy dtype, string? name = null) : base(name, dtype)
    {
    }

    /// <summary>The layers in order, without the <see cref="InputLayer"/>. Python: <c>model.layers</c>.</summary>
    public override IReadOnlyList<Layer> Layers => _layers;

    /// <inheritdoc/>
    public override int InputCount => 1;

    /// <summary>The input layer; null while the input is not known.</summary>
    internal InputLayer? Entry { get; private set; }

    /// <summary>Appends a layer.</summary>
    /// <param name="layer">The layer; owned by the model from now on.</param>
    /// <exception cref="TfLbfgsException">The model is built, the name is taken, or the dtype is another one.</exception>
    public void Add(Layer layer)
    {
        ArgumentNullException.ThrowIfNull(layer);
        if (IsBuilt)
            throw new TfLbfgsException($"{this} is built: expected layers to be added before. Make a new model of its layers.");
        if (!HasDType && layer.HasDType && layer.DType.IsFloating)
            AdoptDType(layer.DTypePolicy);
        if (!layer.HasDType && HasDType)
            layer.AdoptDType(DTypePolicy);
        if (!layer.HasName)
            layer.AdoptName(FreeName(layer));
        else if (_layers.Any(other => other.Name == layer.Name))
            throw new TfLbfgsException($"{this}: expected layers with different names, received '{layer.Name}' twice.");
        if (layer is not InputLayer input)
            _layers.Add(layer);
        else if (_layers.Count == 0 && Entry is null)
            Entry = input;
        else
            throw new TfLbfgsException($"{this}: expected the input first, received {layer} after {_layers.Count} layers.");
    }

    /// <summary>Makes the variables. Does nothing when they exist and fit. Python: <c>model.build(shape)</c>.</summary>
    /// <param name="inputShape">The shape of the input, the batch first (-1 for any size).</param>
    /// <exception cref="TfLbfgsException">A layer cannot take the shape that reaches it.</exception>
    public override void Build(Shape inputShape)
    {
        ArgumentNullException.ThrowIfNull(inputShape);
        if (!IsBuilt && !HasDType)
            AdoptDType(DTypePolicy);
        base.Build(inputShape);
    }

    /// <summary>Makes the variables for the shape that the input layer states.</summary>
    /// <exception cref="TfLbfgsException">There is no input layer.</exception>
    public void Build()
    {
        if (Entry is null)
            throw new TfLbfgsException($"{this} has no variables yet, since the shape of its input is not known. Call Build(shape), call "
                + "the model with data, or add an InputLayer first.");
        Build(Entry.InputShape!);
    }

    /// <inheritdoc/>
    public IEnumerator<Layer> GetEnumerator() => _layers.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    protected override Tensor Call(Tensor input, CallContext context)
    {
        Tensor value = input;
        foreach (Layer layer in _layers)
            value = layer.Call(value);
        return value;
    }

    /// <inheritdoc/>
    protected override void CheckInputShapes(IReadOnlyList<Shape> inputShapes)
    {
        ArgumentNullException.ThrowIfNull(inputShapes);
        if (InputShapes.Count > 0 || Entry is not null)
        {
            if (InputShapes.Count == 0)
                InputShapes = [Entry!.InputShape!];
            CheckShapes(inputShapes);
        }
        else if (_layers.Count == 0)
        {
            throw new TfLbfgsException($"{this} has no layers. Add some.");
        }
        else if (inputShapes.Count != 1 || !inputShapes[0].HasRank || inputShapes[0].Rank == 0)
        {
            throw new TfLbfgsException(
                $"{this}: expected an input of known dimensions, the batch first, received {string.Join(", ", inputShapes)}.");
        }
    }

    /// <inheritdoc/>
    protected override void CreateVariables(IReadOnlyList<Shape> inputShapes)
    {
        ArgumentNullException.ThrowIfNull(inputShapes);
        Shape shape = inputShapes[0];
        Entry ??= NewEntry(shape, InputDType);
    }

    /// <inheritdoc/>
    protected internal override DType InputDType => Entry is { HasDType: true } ? Entry.DTypePolicy.ComputeDType
        : _layers is [var first, ..] && !first.InputDType.IsFloating ? first.InputDType : DTypePolicy.ComputeDType;

    internal override void AdoptDType(DTypePolicy dtype)
    {
        base.AdoptDType(dtype);
        if (Entry is { HasDType: false })
            Entry.AdoptDType(dtype);
    }

    private protected override IEnumerable<(string Place, Layer Layer)> Children() => _layers.Select(layer => (layer.Name, layer));

    private protected override void RequireVariables()
    {
        if (!HasRun)
            Build();
    }

    private protected override void CheckInputs(IReadOnlyList<Tensor> inputs)
    {
        base.CheckInputs(inputs);
        // The batch of the first data says nothing of the next.
        if (IsBuilt || inputs.Count != 1)
            return;
        Shape shape = Entry?.InputShape ?? Shape.Create([-1, .. inputs[0].Shape.ToArray().AsSpan()[1..]]);
        if (_layers.Count > 0 && !inputs[0].DType.IsFloating)
            Entry ??= NewEntry(shape, inputs[0].DType);
        Build(shape);
    }

    private InputLayer NewEntry(Shape shape, DType dtype) =>
        new(Shape.Create(shape.ToArray().AsSpan()[1..]), $"{_layers[0].Name}_input", dtype, shape[0] < 0 ? null : shape[0]);

    private string FreeName(Layer layer)
    {
        string name = SnakeCase.Of(layer.ClassName);
        HashSet<string> taken = [.. _layers.Select(other => other.Name)];
        for (int i = 0; ; i++)
        {
            string candidate = i == 0 ? name : $"{name}_{i}";
            if (!taken.Contains(candidate))
                return candidate;
        }
    }
}
