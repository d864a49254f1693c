using TfLbfgs.Keras.Saving.Config;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>The entry of a model: states shape and dtype of an input. Python: <c>tf.keras.layers.InputLayer</c>.</summary>
public sealed class InputLayer : Layer
{
    /// <summary>Creates an input.</summary>
    /// <param name="shape">The shape of one sample, without the batch; -1 for any size.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <param name="batchSize">The size of the batch, where a file states it; it is kept, and not enforced. Null: any.</param>
    public InputLayer(Shape shape, string? name = null, DType? dtype = null, long? batchSize = null) : base(name, dtype)
    {
        ArgumentNullException.ThrowIfNull(shape);
        Shape full = Shape.Create([batchSize ?? -1, .. shape.ToArray()]);
        InputShape = full;
        OutputShape = full;
        IsBuilt = true;
    }

    internal KerasTensor Output => (Nodes.Count > 0 ? Nodes[0] : AddNode([], [InputShape!], null)).Outputs[0];

    /// <inheritdoc/>
    protected internal override Tensor Compute(Tensor input, CallContext context) => input;

    internal override void WriteConfig(LayerConfigWriter config)
    {
        config.Shape("batch_input_shape", InputShape!);
        config.Flag("sparse", false);
        config.Flag("ragged", false);
    }
}
