using TfLbfgs.Keras.Graph;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Keras;

/// <summary>
/// A model: layers between inputs and outputs, any graph without cycles. A model is a layer, so it can stand in another one. Disposing it frees the variables of its layers. Reading it from
/// several threads is safe; changing its weights meanwhile is not. Python: <c>tf.keras.Model</c>.
/// </summary>
public partial class Model : Layer
{
    private readonly FunctionalGraph? _graph;
    private bool _trainable = true;

    /// <summary>Creates a functional model. Python: <c>tf.keras.Model(inputs, outputs)</c>.</summary>
    /// <param name="input">The input.</param>
    /// <param name="output">The output.</param>
    /// <param name="name">The name; null: one after the class.</param>
    public Model(KerasTensor input, KerasTensor output, string? name = null) : this([input], [output], name)
    {
    }

    /// <summary>Creates a functional model with several inputs or outputs. Python: <c>tf.keras.Model(inputs, outputs)</c>.</summary>
    /// <param name="inputs">The inputs, each from <see cref="KerasTensor.Input"/>.</param>
    /// <param name="outputs">The outputs.</param>
    /// <param name="name">The name; null: one after the class.</param>
    /// <exception cref="TfLbfgsException">An output does not depend on these inputs alone, or two layers have one name.</exception>
    public Model(IReadOnlyList<KerasTensor> inputs, IReadOnlyList<KerasTensor> outputs, string? name = null) : base(name, null)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(outputs);
        if (inputs.Count == 0 || outputs.Count == 0)
            throw new TfLbfgsException($"Expected a model with at least one input and one output, received {inputs.Count} and {outputs.Count}.");
        _graph = new FunctionalGraph(inputs, outputs);
        if (_graph.Layers.GroupBy(layer => layer.Name).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new TfLbfgsException($"Expected layers with different names, received {twice.Count()} named '{twice.Key}'. Give them names.");
        base.AdoptDType(inputs[0].DType);
        IsBuilt = true;
        InputShape = inputs[0].Shape;
        OutputShape = outputs[0].Shape;
    }

    private protected Model(string? name, DType? dtype) : base(name, dtype)
    {
    }

    /// <summary>The layers; of a functional model its inputs first, in the order of Keras. Python: <c>model.layers</c>.</summary>
    public virtual IReadOnlyList<Layer> Layers => _graph!.Layers;

    /// <summary>The number of inputs.</summary>
    public virtual int InputCount => _graph!.Inputs.Count;

    /// <summary>The number of outputs.</summary>
    public virtual int OutputCount => _graph!.Outputs.Count;

    /// <summary>Setting it freezes or thaws every layer, as Keras does.</summary>
    public override bool Trainable
    {
        get => _trainable;
        set
        {
            _trainable = value;
            foreach (Layer layer in Layers)
                layer.Trainable = value;
        }
    }

    /// <summary>The variables that are trained, layer by layer. Python: <c>model.trainable_variables</c>.</summary>
    public override IReadOnlyList<Variable> TrainableVariables => Trainable ? [.. Built().SelectMany(layer => layer.TrainableVariables).Distinct()] : [];

    /// <summary>All variables, layer by layer. Python: <c>model.variables</c>.</summary>
    public override IReadOnlyList<Variable> Variables => [.. Built().SelectMany(layer => layer.Variables).Distinct()];

    /// <summary>Whether a pass adds penalties that depend on its data.</summary>
    internal override bool HasActivityLoss => base.HasActivityLoss || Layers.Any(layer => layer.HasActivityLoss);

    /// <summary>The generation of Keras whose formulas the model uses; written into files.</summary>
    internal KerasGeneration Generation { get; set; } = KerasGeneration.Keras3;

    internal FunctionalGraph? Graph => _graph;

    /// <summary>Applies a model with one input and one output. Python: <c>model(input)</c>.</summary>
    /// <param name="input">The input, [batch, ...], of the model's dtype; borrowed.</param>
    /// <param name="training">Whether layers behave as in training.</param>
    /// <returns>The output, owned by the caller.</returns>
    /// <exception cref="TfLbfgsException">The dtype or shape does not fit, or the model has several inputs or outputs.</exception>
    public override Tensor Call(Tensor input, bool training = false)
    {
        ArgumentNullException.ThrowIfNull(input);
        return OutputCount == 1 ? Call([input], training)[0] : throw new TfLbfgsException($"{this} has {OutputCount} outputs: give a list of inputs to receive a list.");
    }

    /// <summary>Applies the model. Python: <c>model(inputs)</c>.</summary>
    /// <param name="inputs">One tensor for each input; borrowed.</param>
    /// <param name="training">Whether layers behave as in training.</param>
    /// <returns>One tensor for each output, owned by the caller.</returns>
    /// <exception cref="TfLbfgsException">The number, a dtype or a shape does not fit.</exception>
    public Tensor[] Call(IReadOnlyList<Tensor> inputs, bool training = false)
    {
        CheckInputs(inputs);
        using TensorScope scope = new();
        return [.. OwnEach(inputs, Run(inputs, new CallContext(training))).Select(scope.Keep)];
    }

    /// <summary>The predictions for an input, in inference mode. Python: <c>model.predict</c>, without batching.</summary>
    /// <param name="input">The input, [batch, ...], of the model's dtype; borrowed.</param>
    /// <returns>The output, owned by the caller.</returns>
    public Tensor Predict(Tensor input) => Call(input, training: false);

    /// <summary>One pass with everything that a loss needs: outputs, and all penalties. Python: <c>model(input)</c>, then <c>model.losses</c>.</summary>
    /// <param name="input">The input, [batch, ...], of the model's dtype; borrowed.</param>
    /// <param name="training">Whether layers behave as in training.</param>
    /// <returns>The result, owned by the caller.</returns>
    public ModelOutput Forward(Tensor input, bool training = false) => Forward([input], training);

    /// <inheritdoc cref="Forward(Tensor, bool)"/>
    /// <param name="inputs">One tensor for each input; borrowed.</param>
    /// <param name="training">Whether layers behave as in training.</param>
    public ModelOutput Forward(IReadOnlyList<Tensor> inputs, bool training = false)
    {
        CheckInputs(inputs);
        using TensorScope scope = new();
        CallContext context = new(training);
        Tensor[] outputs = Run(inputs, context);
        Logits?[] logits = [.. outputs.Select(context.LogitsOf).Select(known => known is null ? null : known with { Value = scope.Keep(RawOps.Identity(known.Value)) })];
        List<Tensor> losses = [];
        AddRegularizationLosses(losses);
        losses.AddRange(context.Losses);
        Tensor? total = Total(losses) is { } sum ? scope.Keep(sum) : null;
        return new ModelOutput([.. OwnEach(inputs, outputs).Select(scope.Keep)], logits, total);
    }

    /// <summary>The penalties on the variables that are trained, at their current values.</summary>
    /// <returns>A scalar, owned by the caller; null when there are none.</returns>
    /// <exception cref="TfLbfgsException">A layer has a penalty on its output, which depends on the data: use <see cref="Forward(Tensor, bool)"/>.</exception>
    public new Tensor? RegularizationLoss() => HasActivityLoss
        ? throw new TfLbfgsException($"{this} has penalties on the outputs of layers (activity_regularizer), which depend on the data. Use Forward, whose result has all penalties.")
        : base.RegularizationLoss();

    /// <inheritdoc/>
    protected internal override Tensor Compute(Tensor input, CallContext context) => Run([input], context)[0];

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (Layer layer in Layers)
                layer.Dispose();
        }

        base.Dispose(disposing);
    }

    internal override string ClassName => "Functional";

    internal override Tensor[] Run(IReadOnlyList<Tensor> inputs, CallContext context) => _graph!.Run(inputs, context);

    internal override IReadOnlyList<Shape> BuildFor(IReadOnlyList<KerasTensor> inputs)
    {
        CheckShapes([.. inputs.Select(input => input.Shape)]);
        return [.. _graph!.Outputs.Select(output => output.Shape)];
    }

    internal override void AddRegularizationLosses(List<Tensor> losses)
    {
        if (!Trainable)
            return;
        foreach (Layer layer in Layers)
            layer.AddRegularizationLosses(losses);
    }

    /// <summary>States what a file says of the model itself; its layers say the same of themselves.</summary>
    internal void FreezeWithoutLayers() => _trainable = false;

    /// <summary>The layers, once their variables exist.</summary>
    private protected virtual IReadOnlyList<Layer> Built() => Layers;

    /// <summary>The shapes of the inputs, the batch first.</summary>
    private protected virtual IReadOnlyList<Shape> InputShapes => [.. _graph!.Inputs.Select(input => input.Shape)];

    private protected virtual void CheckInputs(IReadOnlyList<Tensor> inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        foreach (Tensor input in inputs)
            CheckInputDType(input);
        CheckShapes([.. inputs.Select(input => input.Shape)]);
    }

    private protected void CheckShapes(IReadOnlyList<Shape> shapes)
    {
        IReadOnlyList<Shape> expected = InputShapes;
        if (shapes.Count != expected.Count)
            throw new TfLbfgsException($"{this}: expected {expected.Count} inputs, received {shapes.Count}.");
        for (int i = 0; i < shapes.Count; i++)
        {
            Shape anyBatch = Shape.Create([-1, .. expected[i].ToArray().AsSpan()[1..]]);
            if (!anyBatch.IsCompatibleWith(shapes[i]))
                throw new TfLbfgsException($"{this}: expected {(expected.Count == 1 ? "an input" : $"input {i}")} of shape {anyBatch}, received {shapes[i]}.");
        }
    }

    // An output may be an input, or stand twice: each that is returned has an owner of its own.
    private static Tensor[] OwnEach(IReadOnlyList<Tensor> inputs, Tensor[] outputs)
    {
        HashSet<Tensor> taken = new(inputs, ReferenceEqualityComparer.Instance);
        return [.. outputs.Select(output => taken.Add(output) ? output : RawOps.Identity(output))];
    }
}
