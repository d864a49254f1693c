using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Losses;

/// <summary>Fits targets to predictions.</summary>
internal static class TargetShapes
{
    /// <summary>
    /// Targets of the dtype and shape of the predictions: a last dimension of 1 may be left out, or be one too many. Nothing else is
    /// broadcast.
    /// </summary>
    /// <exception cref="TfLbfgsException">The shapes do not fit.</exception>
    public static Tensor Align(string name, Tensor yTrue, Tensor yPred)
    {
        ArgumentNullException.ThrowIfNull(yTrue);
        ArgumentNullException.ThrowIfNull(yPred);
        Tensor result = yTrue.DType == yPred.DType ? yTrue : RawOps.Cast(yTrue, yPred.DType);
        if (!result.Shape.HasRank || !yPred.Shape.HasRank)
            return result;
        if (result.Rank == yPred.Rank - 1 && yPred.Shape[-1] == 1)
            result = RawOps.ExpandDims(result, Tensor.Scalar(-1));
        else if (result.Rank == yPred.Rank + 1 && result.Shape[-1] == 1)
            result = RawOps.Squeeze(result, [-1]);
        return result.Shape.IsCompatibleWith(yPred.Shape)
            ? result
            : throw new TfLbfgsException(
                $"{name}: expected targets of the shape of the predictions, {yPred.Shape}, received {yTrue.Describe()}. Reshape the "
                + "targets, or change the last layer of the model."
                + (yTrue.DType.IsFloating ? "" : " For class numbers use SparseCategoricalCrossentropy."));
    }
}
