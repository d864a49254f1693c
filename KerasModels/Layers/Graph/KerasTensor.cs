using TfLbfgs.Keras.Layers;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras;

/// <summary>The promise of a layer's output, from which functional models are made. Python: <c>KerasTensor</c>, what <c>tf.keras.Input</c> and layers return.</summary>
public sealed class KerasTensor
{
    internal KerasTensor(Node node, int index, Shape shape, DType dtype)
    {
        Node = node;
        Index = index;
        Shape = shape;
        DType = dtype;
    }

    /// <summary>The shape, the batch first (-1 for any size).</summary>
    public Shape Shape { get; }

    /// <summary>The dtype.</summary>
    public DType DType { get; }

    internal Node Node { get; }

    /// <summary>Which output of the layer it is.</summary>
    internal int Index { get; }

    /// <summary>An input of a functional model. Python: <c>tf.keras.Input</c>.</summary>
    /// <param name="shape">The shape of one sample, without the batch; -1 for any size.</param>
    /// <param name="dtype">A floating-point dtype; null (default): <see cref="KerasConfig.FloatX"/>.</param>
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
}
