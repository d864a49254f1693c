using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>The first of two inputs minus the second, element by element. Python: <c>tf.keras.layers.Subtract</c>.</summary>
public sealed class Subtract : Merge
{
    /// <summary>Creates a layer.</summary>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    public Subtract(string? name = null, DTypePolicy? dtype = null) : base(name, dtype)
    {
    }

    /// <inheritdoc/>
    protected override Tensor Combine(Tensor total, Tensor next) => Tf.Subtract(total, next);

    /// <inheritdoc/>
    protected override void CheckInputShapes(IReadOnlyList<Shape> inputShapes)
    {
        base.CheckInputShapes(inputShapes);
        if (inputShapes.Count != 2)
            throw new TfLbfgsException($"{this}: expected two inputs, received {inputShapes.Count}.");
    }
}
