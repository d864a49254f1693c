using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>The value of a tensor in managed memory, which needs no disposal.</summary>
internal sealed class HostConstant
{
    private readonly byte[]? _bytes;
    private readonly string[]? _texts;

    private HostConstant(DType dtype, Shape shape, byte[]? bytes, string[]? texts)
    {
        DType = dtype;
        Shape = shape;
        _bytes = bytes;
        _texts = texts;
    }

    public DType DType { get; }

    public Shape Shape { get; }

    /// <summary>Copies a value.</summary>
    /// <param name="operation">What it is an input of, for messages.</param>
    /// <param name="value">The value.</param>
    /// <exception cref="TfLbfgsException">The tensor has no value now.</exception>
    public static HostConstant Of(string operation, Tensor value)
    {
        if (value.IsSymbolic || value.DType is DType.Resource or DType.Variant)
        {
            throw new TfLbfgsException(
                $"{operation}: expected symbolic tensors of a functional model and constants, received {value.Describe()} of a traced function. Build the model outside of functions.");
        }

        return value.DType == DType.String
            ? new HostConstant(value.DType, value.Shape, null, value.ToStrings())
            : new HostConstant(value.DType, value.Shape, value.ToBytes(), null);
    }

    /// <summary>The value; of a floating-point dtype in that of the computation.</summary>
    public Tensor ToTensor(DType computeDType)
    {
        Tensor value = _bytes is null ? Tensor.FromStrings(_texts!, Shape) : Tensor.FromBytes(_bytes, DType, Shape);
        return DType.IsFloating && computeDType.IsFloating && DType != computeDType ? RawOps.Cast(value, computeDType) : value;
    }

    /// <summary>The elements as numbers, row-major.</summary>
    public double[] ToDoubles()
    {
        using IDisposable eager = Tf.InitScope();
        using Tensor value = Tensor.FromBytes(_bytes ?? throw new TfLbfgsException("Expected a constant of numbers, received texts."), DType, Shape);
        return value.ToDoubles();
    }
}
