using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras;

/// <summary>Values in host memory as tensors of a floating-point dtype.</summary>
internal static class HostArrays
{
    /// <summary>A tensor of the values, rounded to the dtype.</summary>
    /// <exception cref="TfLbfgsException">The dtype is not a floating-point one.</exception>
    public static Tensor ToTensor(double[] values, DType dtype, Shape shape) => dtype switch
    {
        DType.Float64 => Tensor.From<double>(values, shape),
        DType.Float32 => Tensor.From<float>(Array.ConvertAll(values, v => (float)v), shape),
        DType.Float16 => Tensor.From<Half>(Array.ConvertAll(values, v => (Half)v), shape),
        DType.BFloat16 => Tensor.From<BFloat16>(Array.ConvertAll(values, v => (BFloat16)(float)v), shape),
        _ => throw new TfLbfgsException($"Expected a floating-point dtype, received {dtype.PythonName}."),
    };
}
