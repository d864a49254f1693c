using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Losses;

/// <summary>Targets that are class numbers.</summary>
internal static class ClassNumbers
{
    /// <summary>The class numbers as int64, of the shape of the predictions without the axis of the classes.</summary>
    /// <exception cref="TfLbfgsException">The shapes do not fit.</exception>
    public static Tensor Of(string loss, Tensor yTrue, Tensor yPred, int axis)
    {
        Tensor classes = yTrue.DType == DType.Int64 ? yTrue : RawOps.Cast(yTrue, DType.Int64);
        if (!classes.Shape.HasRank || !yPred.Shape.HasRank)
            return classes;
        if (classes.Rank == yPred.Rank && classes.Shape[axis] == 1)
            classes = RawOps.Squeeze(classes, [axis]);
        Shape expected = Shape.Create([.. yPred.Shape.Where((_, i) => i != axis)]);
        return classes.Shape.IsCompatibleWith(expected) ? classes : throw new TfLbfgsException(
            $"{loss}: expected class numbers of the shape of the predictions {yPred.Shape} without the dimension of the classes, "
            + $"{expected}, received {yTrue.Shape}. For one probability per class use CategoricalCrossentropy.");
    }

    /// <summary>
    /// True for the element of the last axis of the predictions that the class number says; for none where it is no class.
    /// </summary>
    public static Tensor IsClass(Tensor classes, Tensor yPred)
    {
        Tensor count = yPred.Shape[-1] is >= 0 and long known ? Tensor.Scalar((int)known) : RawOps.Shape(yPred)[^1];
        return RawOps.OneHot(classes, count, Tensor.Scalar(true), Tensor.Scalar(false));
    }
}
