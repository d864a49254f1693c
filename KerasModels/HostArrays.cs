using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras;

/// <summary>Values in host memory as tensors, also of counts.</summary>
internal static class HostArrays
{
    /// <summary>A tensor of the values, rounded to the dtype.</summary>
    /// <exception cref="TfLbfgsException">The dtype is neither a floating-point one nor int64 or int32.</exception>
    public static Tensor ToTensor(double[] values, DType dtype, Shape shape) => dtype switch
    {
        DType.Float64 => Tensor.From<double>(values, shape),
        DType.Float32 => Tensor.From<float>(Array.ConvertAll(values, v => (float)v), shape),
        DType.Float16 => Tensor.From<Half>(Array.ConvertAll(values, v => (Half)v), shape),
        DType.BFloat16 => Tensor.From<BFloat16>(Array.ConvertAll(values, v => (BFloat16)(float)v), shape),
        DType.Int64 => Tensor.From<long>(Array.ConvertAll(values, v => (long)v), shape),
        DType.Int32 => Tensor.From<int>(Array.ConvertAll(values, v => (int)v), shape),
        _ => throw new TfLbfgsException($"Expected a floating-point dtype, int64 or int32, received {dtype.PythonName}."),
    };
}
