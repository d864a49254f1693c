using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.SavedModels;

/// <summary>Name, dtype and shape of an input or output of a function. Python: <c>tf.TensorSpec</c>.</summary>
/// <param name="Name">The name; parts of nested structures are joined by slashes, such as <c>state/0</c>.</param>
/// <param name="DType">The dtype.</param>
/// <param name="Shape">The shape, with -1 for an axis of any length.</param>
public sealed record TensorSpec(string Name, DType DType, Shape Shape)
{
    /// <summary>Such as <c>x: float32(None, 4)</c>.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => $"{Name}: {DType.PythonName}{Shape}";

    /// <summary>Whether a tensor may be given for it.</summary>
    internal bool Accepts(Tensor tensor) => tensor.DType == DType && Shape.IsCompatibleWith(tensor.Shape);
}
