using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>Repeats elements, with as much of the shape known while tracing as can be.</summary>
internal static class ElementRepeat
{
    /// <summary>
    /// Repeats the elements along one dimension: [..., n, ...] to [..., n, 1, ...] to [..., n, count, ...] to [..., n * count, ...].
    /// </summary>
    public static Tensor Along(Tensor x, int count, int axis)
    {
        if (count == 1)
            return x;
        int[] multiples = [.. Enumerable.Repeat(1, x.Rank + 1)];
        multiples[axis + 1] = count;
        Tensor repeated = Tf.Tile(Tf.ExpandDims(x, axis + 1), multiples);
        long[] sample = x.Shape.ToArray();
        sample[axis] = sample[axis] < 0 ? -1 : sample[axis] * count;
        if (sample.Count(size => size < 0) <= 1)
            return Tf.Reshape(repeated, Tensor.From<long>(sample));
        Tensor dims = RawOps.Shape(x, DType.Int64);
        Tensor[] parts = [.. sample.Select((size, i) => size >= 0 ? Tensor.Scalar(size) : i == axis ? dims[i] * count : dims[i])];
        return Tf.Reshape(repeated, Tf.Stack(parts));
    }
}
