using TfLbfgs.Keras.Activations;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Losses;

/// <summary>What the cross-entropies share.</summary>
internal static class Crossentropy
{
    /// <summary>Probabilities cut to [epsilon, 1 - epsilon].</summary>
    public static Tensor ClipProbabilities(Tensor probabilities) => Clipping.Clip(probabilities, KerasConfig.Epsilon, 1 - KerasConfig.Epsilon);

    /// <summary>Rows of class scores; what is in front of the last dimension becomes one.</summary>
    public static Tensor ToRows(Tensor values)
    {
        if (values.Rank == 2)
            return values;
        long classes = values.Shape[-1];
        Tensor shape = classes >= 0
            ? Tensor.From<long>([-1, classes])
            : RawOps.ConcatV2([Tensor.From<int>([-1]), RawOps.Shape(values)[^1..]], Tensor.Scalar(0));
        return RawOps.Reshape(values, shape);
    }

    /// <summary>The axis counted from the front.</summary>
    public static int Axis(string loss, int axis, Tensor yPred)
    {
        int result = axis < 0 ? axis + yPred.Rank : axis;
        return result >= 0 && result < yPred.Rank ? result : throw new TfLbfgsException($"{loss}: expected an axis of predictions of shape {yPred.Shape}, received {axis}.");
    }

    /// <summary>Moves an axis to the end.</summary>
    public static Tensor ToLast(Tensor values, int axis) => axis == values.Rank - 1
        ? values
        : RawOps.Transpose(values, Tensor.From<int>([.. Enumerable.Range(0, values.Rank).Where(i => i != axis), axis]));
}
