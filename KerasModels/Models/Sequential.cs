using System.Collections;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras;

/// <summary>
/// Layers one after the other. Its variables are made when the shape of the input is known: by an <see cref="InputLayer"/>, by <see cref="Build(Shape)"/>, or by the first data.
/// Python: <c>tf.keras.Sequential</c>.
/// </summary>
public sealed class Sequential : Model, IEnumerable<Layer>
{
    private readonly List<Layer> _layers = [];

    /// <summary>Starts an empty model of the dtype of its first layer that states one, of <see cref="KerasConfig.FloatX"/>, or of its first data.</summary>
    /// <param name="name">The name; null: <c>sequential</c>.</param>
    public Sequential(string? name = null) : base(name, null)
    {
    }

    /// <summary>Starts an empty model.</summary>
    /// <param name="dtype">The dtype of the layers that state none.</param>
    /// <param name="name">The name; null: <c>sequential</c>.</param>
    public Sequential(DType dtype, string? name = null) : base(name, dtype)
    {
    }

    /// <summary>The layers in order, without the <see cref="InputLayer"/>. Python: <c>model.layers</c>.</summary>
    public override IReadOnlyList<Layer> Layers => _layers;

    /// <inheritdoc/>
    public override int InputCount => 1;

    /// <inheritdoc/>
    public override int OutputCount => 1;

    internal override string ClassName => "Sequential";

    /// <summary>The input layer; null while the input is not known.</summary>
    internal InputLayer? Entry { get; private set; }

    private protected override IReadOnlyList<Shape> InputShapes => [InputShape!];

    /// <summary>Appends a layer.</summary>
    /// <param name="layer">The layer; owned by the model from now on.</param>
    /// <exception cref="TfLbfgsException">The model is built, the name is taken, or the dtype is another one.</exception>
    public void Add(Layer layer)
    {
        ArgumentNullException.ThrowIfNull(layer);
        if (IsBuilt)
            throw new TfLbfgsException($"{this} is built: expected layers to be added before. Make a new model of its layers.");
        if (!HasDType && layer.HasDType)
            AdoptDType(layer.DType);
        if (!layer.HasDType && HasDType)
            layer.AdoptDType(DType);
        if (layer.HasDType && layer.DType != DType)
            throw new TfLbfgsException($"{this}: expected layers of {DType.PythonName}, received {layer} of {layer.DType.PythonName}.");
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
        if (IsBuilt)
        {
            CheckShapes([inputShape]);
            return;
        }

        if (_layers.Count == 0)
            throw new TfLbfgsException($"{this} has no layers. Add some.");
        if (!inputShape.HasRank || inputShape.Rank == 0)
            throw new TfLbfgsException($"{this}: expected an input of known dimensions, the batch first, received {inputShape}.");
        if (!HasDType)
            AdoptDType(DType);
        foreach (Layer layer in _layers.Where(layer => !layer.HasDType))
            layer.AdoptDType(DType);
        Shape shape = inputShape;
        foreach (Layer layer in _layers)
        {
            layer.Build(shape);
            shape = layer is Model ? layer.OutputShape! : layer.ComputeOutputShape(shape);
        }

        if (Entry is null)
        {
            Entry = new InputLayer(Shape.Create(inputShape.ToArray().AsSpan()[1..]), $"{_layers[0].Name}_input", DType, inputShape[0] < 0 ? null : inputShape[0]);
        }

        InputShape = inputShape;
        OutputShape = shape;
        IsBuilt = true;
    }

    /// <summary>Makes the variables for the shape that the input layer states.</summary>
    /// <exception cref="TfLbfgsException">There is no input layer.</exception>
    public void Build()
    {
        if (Entry is null)
            throw new TfLbfgsException($"{this} has no variables yet, since the shape of its input is not known. Call Build(shape), call the model with data, or add an InputLayer first.");
        Build(Entry.InputShape!);
    }

    /// <inheritdoc/>
    public IEnumerator<Layer> GetEnumerator() => _layers.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    protected internal override Shape ComputeOutputShape(Shape inputShape)
    {
        ArgumentNullException.ThrowIfNull(inputShape);
        return Shape.Create([inputShape[0], .. OutputShape!.ToArray().AsSpan()[1..]]);
    }

    internal override void AdoptDType(DType dtype)
    {
        base.AdoptDType(dtype);
        foreach (Layer layer in _layers.Where(layer => !layer.HasDType))
            layer.AdoptDType(dtype);
        if (Entry is { HasDType: false })
            Entry.AdoptDType(dtype);
    }

    internal override Tensor[] Run(IReadOnlyList<Tensor> inputs, CallContext context)
    {
        Tensor value = inputs[0];
        foreach (Layer layer in _layers)
            value = layer.Run([value], context)[0];
        return [value];
    }

    internal override IReadOnlyList<Shape> BuildFor(IReadOnlyList<KerasTensor> inputs) => BuildForOne(inputs);

    private protected override IReadOnlyList<Layer> Built()
    {
        if (!IsBuilt)
            Build();
        return _layers;
    }

    private protected override void CheckInputs(IReadOnlyList<Tensor> inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        if (!IsBuilt && inputs.Count == 1)
        {
            if (!HasDType)
                AdoptDType(DType == DType.Float32 ? inputs[0].DType : DType);
            CheckInputDType(inputs[0]);
            // The batch of the first data says nothing of the next.
            Build(Entry?.InputShape ?? Shape.Create([-1, .. inputs[0].Shape.ToArray().AsSpan()[1..]]));
        }

        base.CheckInputs(inputs);
    }

    private string FreeName(Layer layer)
    {
        string name = SnakeCase(layer.ClassName);
        HashSet<string> taken = [.. _layers.Select(other => other.Name)];
        for (int i = 0; ; i++)
        {
            string candidate = i == 0 ? name : $"{name}_{i}";
            if (!taken.Contains(candidate))
                return candidate;
        }
    }
}
