using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>The entry of a model: states shape and dtype of an input. Python: <c>tf.keras.layers.InputLayer</c>.</summary>
public sealed class InputLayer : Layer
{
    private Shape? _batchShape;

    /// <summary>Creates an input.</summary>
    /// <param name="shape">The shape of one sample, without the batch; -1 for any size.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <param name="batchSize">The size of the batch, where a file states it; it is kept, and not enforced. Null: any.</param>
    public InputLayer(Shape shape, string? name = null, DTypePolicy? dtype = null, long? batchSize = null) : base(name, dtype)
    {
        ArgumentNullException.ThrowIfNull(shape);
        SetShape(Shape.Create([batchSize ?? -1, .. shape.ToArray()]));
    }

    internal InputLayer()
    {
    }

    internal KerasTensor Output =>
        (Nodes.Count > 0 ? Nodes[0] : AddNode([], CallArguments.None, [(DTypePolicy.ComputeDType, InputShape!)], null)).Outputs[0];

    /// <inheritdoc/>
    public override bool SupportsMasking => true;

    /// <inheritdoc/>
    protected override Tensor Call(Tensor input, CallContext context) => input;

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        base.Describe(fields);
        // The name of Keras 2, which Keras 3 reads too.
        fields.Shape("batch_input_shape", ref _batchShape, alias: "batch_shape");
        fields.Fixed("sparse", false);
        fields.Fixed("ragged", false);
        fields.Ignore("optional", "input_tensor", "type_spec");
        if (!fields.IsReading)
            return;
        if (_batchShape is null)
            throw fields.Fail("expected 'batch_input_shape' in its configuration, received none. The configuration is incomplete; save "
                + "the model again with Keras.");
        if (_batchShape.Rank == 0)
            throw fields.Fail("expected a shape with the batch first, received ().");
        SetShape(_batchShape);
    }

    /// <summary>
    /// Takes the sizes that its shape leaves open from that for which the layer after it was built, where that layer needs to know them.
    /// </summary>
    internal void CompleteFor(Layer next, Shape? built)
    {
        Shape open = InputShape!;
        if (built is null || built.Rank != open.Rank || next.CanTake(open))
            return;
        Shape complete = Shape.Create([open[0], .. Enumerable.Range(1, open.Rank - 1).Select(i => open[i] < 0 ? built[i] : open[i])]);
        if (next.CanTake(complete))
            SetShape(complete);
    }

    // Keras refuses an input that says whether it is trained.
    internal override void WriteTo(ConfigWriter writer)
    {
        base.WriteTo(writer);
        writer.Config.Remove("trainable");
    }

    private void SetShape(Shape shape)
    {
        _batchShape = shape;
        InputShapes = [shape];
        IsBuilt = true;
    }
}
