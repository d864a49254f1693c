namespace TfLbfgs.Tensors;

/// <summary>Prints tensors as NumPy prints arrays.</summary>
internal static class TensorPrinter
{
    public static string Print(Tensor tensor) => tensor.Describe();
}
