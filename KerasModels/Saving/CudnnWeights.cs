using System.Numerics;
using System.Runtime.InteropServices;
using TfLbfgs.Formats;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Saving;

/// <summary>Weights of <c>CuDNNLSTM</c> and <c>CuDNNGRU</c> of Keras 2 in the form of LSTM and of GRU with <c>reset_after</c>.</summary>
internal static class CudnnWeights
{
    /// <summary>
    /// Converts kernel, recurrent kernel and bias, if they are those of cuDNN: it has a bias for the input and one for the state.
    /// </summary>
    public static IReadOnlyList<WeightArray> Convert(IReadOnlyList<WeightArray> weights, IReadOnlyList<Shape> wanted, int gates)
    {
        StoredArray kernel = weights[0].Data, recurrent = weights[1].Data, bias = weights[2].Data;
        if (kernel.Shape.Count != 2 || recurrent.Shape.Count != 2 || bias.Shape is not [var length]
            || length != 2 * gates * recurrent.Shape[0])
            return weights;
        bool isLstm = gates == 4;
        // A GRU without reset_after computes something else.
        if (!isLstm && wanted[2].Rank != 2)
            return weights;
        return
        [
            weights[0] with { Data = ArrayLayout.ForEachGate(kernel, gates, inMemoryOrder: true) },
            weights[1] with { Data = ArrayLayout.ForEachGate(recurrent, gates, inMemoryOrder: false) },
            weights[2] with { Data = isLstm ? SumOfHalves(bias) : ArrayLayout.Reshape(bias, [2, length / 2]) },
        ];
    }

    private static StoredArray SumOfHalves(StoredArray bias) => bias.DType switch
    {
        DType.Float32 => ArrayLayout.Derive(bias, [bias.Shape[0] / 2], SumOfHalves<float>),
        DType.Float64 => ArrayLayout.Derive(bias, [bias.Shape[0] / 2], SumOfHalves<double>),
        DType.Float16 => ArrayLayout.Derive(bias, [bias.Shape[0] / 2], SumOfHalves<Half>),
        _ => bias,
    };

    private static void SumOfHalves<T>(ReadOnlySpan<byte> both, Span<byte> sum) where T : unmanaged, INumber<T>
    {
        ReadOnlySpan<T> from = MemoryMarshal.Cast<byte, T>(both);
        Span<T> to = MemoryMarshal.Cast<byte, T>(sum);
        for (int i = 0; i < to.Length; i++)
            to[i] = from[i] + from[i + to.Length];
    }
}
