using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>Changes the shape of each sample and keeps the batch, with as much of the shape known while tracing as can be.</summary>
internal static class BatchReshape
{
    /// <summary>Reshapes each sample.</summary>
    /// <param name="input">The input, [batch, ...].</param>
    /// <param name="sample">The new shape of a sample; at most one size may be -1, which follows from the others.</param>
    /// <returns>The output, [batch, sample].</returns>
    public static Tensor To(Tensor input, IReadOnlyList<long> sample)
    {
        sample = Completed(input.Shape, sample);
        if (!sample.Contains(-1))
            return Tf.Reshape(input, Tensor.From<long>([-1, .. sample]));
        if (input.Shape[0] >= 0)
            return Tf.Reshape(input, Tensor.From<long>([input.Shape[0], .. sample]));
        Tensor batch = RawOps.Shape(input, DType.Int64)[..1];
        return Tf.Reshape(input, Tf.Concat([batch, Tensor.From<long>([.. sample])], 0));
    }

    /// <summary>The new shape with the size that follows from the others, where those of the input are known, for any batch.</summary>
    private static IReadOnlyList<long> Completed(Shape input, IReadOnlyList<long> sample)
    {
        if (!sample.Contains(-1) || input.Skip(1).Any(axis => axis < 0))
            return sample;
        long given = sample.Where(axis => axis >= 0).Aggregate(1L, (product, axis) => product * axis);
        long all = input.Skip(1).Aggregate(1L, (product, axis) => product * axis);
        return given > 0 && all % given == 0 ? [.. sample.Select(axis => axis < 0 ? all / given : axis)] : sample;
    }

    /// <summary>Refuses an input of another number of dimensions.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="shape">The shape of its input.</param>
    /// <param name="minimum">The smallest number of dimensions, the batch counted.</param>
    /// <param name="maximum">The largest number; null: any.</param>
    public static void CheckRank(Layer layer, Shape shape, int minimum, int? maximum)
    {
        ArgumentNullException.ThrowIfNull(shape);
        if (shape.HasRank && shape.Rank >= minimum && !(shape.Rank > maximum))
            return;
        string expected = maximum == minimum ? $"{minimum}" : maximum is null ? $"at least {minimum}" : $"{minimum} to {maximum}";
        throw new TfLbfgsException($"{layer}: expected an input of {expected} dimensions, the batch first, received {shape}.");
    }
}
