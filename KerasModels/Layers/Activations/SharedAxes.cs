using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Keras.Layers;

/// <summary>The shape of variables of which each element of a sample has its own, but along axes that share one.</summary>
internal static class SharedAxes
{
    /// <summary>The sizes, 1 along the shared axes.</summary>
    /// <exception cref="TfLbfgsException">There is no such axis.</exception>
    public static long[] Of(Layer layer, Shape input, int[]? shared)
    {
        long[] sizes = input.ToArray()[1..];
        foreach (int axis in shared ?? [])
        {
            if (axis > sizes.Length)
                throw new TfLbfgsException(
                    $"{layer}: expected shared axes from 1 to {sizes.Length} for an input of {input}, received {axis}.");
            sizes[axis - 1] = 1;
        }

        return sizes;
    }

    /// <summary>Refuses an input of unknown sizes, or of others than those that the layer was built for.</summary>
    public static void Check(Layer layer, Shape input, int[]? shared, Variable? built)
    {
        BatchReshape.CheckRank(layer, input, 2, null);
        long[] sizes = Of(layer, input, shared);
        if (sizes.Contains(-1))
            throw new TfLbfgsException(
                $"{layer}: expected known sizes in every dimension that is not shared, received {input}. Name the others in sharedAxes.");
        if (built is not null && !built.Shape.ToArray().SequenceEqual(sizes))
            throw new TfLbfgsException(
                $"{layer}: expected an input for weights of {built.Shape}, for which it was built, received {input}.");
    }
}
