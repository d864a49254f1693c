using TfLbfgs.Keras.Serialization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>Turns category numbers into vectors, for all layers that make such numbers.</summary>
internal static class CategoryEncoder
{
    private static readonly (string Text, CategoryOutput Value)[] Names =
    [
        ("int", CategoryOutput.Integers), ("one_hot", CategoryOutput.OneHot), ("multi_hot", CategoryOutput.MultiHot),
            ("binary", CategoryOutput.MultiHot), ("count", CategoryOutput.Count),
        ("tf_idf", CategoryOutput.TfIdf), ("tf-idf", CategoryOutput.TfIdf),
    ];

    /// <summary>
    /// Declares the field <c>output_mode</c> with the values that a layer allows, and <c>sparse</c>, which must be false.
    /// </summary>
    public static void OutputMode(this ConfigFields fields, ref CategoryOutput value, params IReadOnlyList<CategoryOutput> allowed)
    {
        fields.Choice("output_mode", ref value, [.. Names.Where(name => allowed.Contains(name.Value))]);
        fields.Fixed("sparse", false);
    }

    /// <summary>
    /// The dtype of an output: an integer one for numbers, int64 unless the layer states another; that in which the layer computes for
    /// vectors.
    /// </summary>
    /// <param name="output">What is made.</param>
    /// <param name="stated">The dtype of the layer's policy.</param>
    /// <param name="computed">The dtype in which the layer computes.</param>
    public static DType NumberType(CategoryOutput output, DType stated, DType computed) => output != CategoryOutput.Integers
        ? computed.IsFloating || computed.IsInteger ? computed : KerasConfig.FloatX
        : stated.IsInteger ? stated : DType.Int64;

    /// <summary>Encodes category numbers.</summary>
    /// <param name="indices">Integers, [...] or [..., n]. Those of <paramref name="depth"/> and above are left out.</param>
    /// <param name="output">What is made.</param>
    /// <param name="depth">The number of categories.</param>
    /// <param name="dtype">The dtype of the result.</param>
    /// <param name="weights">What an element counts, of the shape of the numbers; null: 1.</param>
    /// <returns>The encoded numbers.</returns>
    public static Tensor Encode(Tensor indices, CategoryOutput output, long depth, DType dtype, Tensor? weights = null)
    {
        if (output == CategoryOutput.Integers)
            return indices.DType == dtype ? indices : Tf.Cast(indices, dtype);
        Tensor numbers = indices.DType is DType.Int32 or DType.Int64 ? indices : Tf.Cast(indices, DType.Int64);
        if (output == CategoryOutput.OneHot)
        {
            if (numbers.Rank > 1 && numbers.Shape[^1] == 1)
                numbers = Tf.Squeeze(numbers, numbers.Rank - 1);
            return Tf.OneHot(numbers, checked((int)depth), dtype);
        }

        return Count(numbers, output == CategoryOutput.MultiHot, depth, dtype, weights);
    }

    private static Tensor Count(Tensor numbers, bool isBinary, long depth, DType dtype, Tensor? weights)
    {
        // The op counts in the dtype of the weights, along the last of at most two dimensions.
        DType counted = dtype is DType.Float32 or DType.Float64 or DType.Int32 or DType.Int64 ? dtype : DType.Float32;
        int rank = numbers.Rank;
        long[] original = numbers.Shape.ToArray();
        Tensor? leading = null;
        if (rank == 0)
            numbers = Tf.ExpandDims(numbers, 0);
        if (rank > 2)
            leading = RawOps.Shape(numbers, DType.Int64)[..(rank - 1)];
        Tensor ofElements = weights is null ? Tensor.Zeros([0], counted) : weights.DType == counted ? weights : Tf.Cast(weights, counted);
        if (rank > 2)
        {
            Tensor rows = RawOps.Reshape(numbers, Tensor.From<long>([-1, numbers.Shape[^1]]));
            ofElements = weights is null ? ofElements : RawOps.Reshape(ofElements, RawOps.Shape(rows, DType.Int64));
            numbers = rows;
        }

        Tensor size = numbers.DType == DType.Int32 ? Tensor.Scalar(checked((int)depth)) : Tensor.Scalar(depth);
        Tensor result = RawOps.DenseBincount(numbers, size, ofElements, isBinary);
        if (leading is not null)
            result = RawOps.Reshape(result, Tf.Concat([leading, Tensor.From<long>([depth])], 0));
        // Where the number of categories is the input of a traced function, TensorFlow infers no shape.
        result.RefineShape(Shape.Create([.. original[..^Math.Min(rank, 1)], depth]));
        return counted == dtype ? result : Tf.Cast(result, dtype);
    }
}
