using TfLbfgs.Keras.Layers;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras;

/// <summary>
/// A symbolic tensor, from which functional models are made: an input, or an output of a layer. It takes part in operators and in all
/// functions of tensors, which become layers of the model; constants among their
/// arguments keep the values that they have then. Python: <c>KerasTensor</c>, what <c>tf.keras.Input</c> and layers return.
/// </summary>
public sealed class KerasTensor : DeferredTensor
{
    internal KerasTensor(Node node, int index, Shape shape, DType dtype) : base(dtype, shape)
    {
        Node = node;
        Index = index;
    }

    internal Node Node { get; }

    /// <summary>Which output of the layer it is.</summary>
    internal int Index { get; }

    /// <summary>An input of a functional model. Python: <c>tf.keras.Input</c>.</summary>
    /// <param name="shape">The shape of one sample, without the batch; -1 for any size.</param>
    /// <param name="dtype">The dtype; null (default): <see cref="KerasConfig.FloatX"/>.</param>
    /// <param name="name">The name; null: one after the class that no other input of the process has.</param>
    /// <returns>The input.</returns>
    public static KerasTensor Input(Shape shape, DType? dtype = null, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(shape);
        InputLayer layer = new(shape, name, dtype ?? KerasConfig.FloatX);
        layer.EnsureName();
        return layer.Output;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{DType.PythonName}{Shape} of '{Node.Layer.Name}'";

    /// <inheritdoc/>
    protected override IReadOnlyList<Tensor> Record(Operation operation)
    {
        ArgumentNullException.ThrowIfNull(operation);
        RecordedOperation layer = new(operation);
        return layer.Apply([.. operation.Inputs.OfType<KerasTensor>()]);
    }
}
