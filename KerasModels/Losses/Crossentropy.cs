using TfLbfgs.Keras.Activations;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Losses;

/// <summary>The formulas that the cross-entropies share. Inside a scope of the caller.</summary>
internal static class Crossentropy
{
    /// <summary>Probabilities cut to [epsilon, 1 - epsilon].</summary>
    public static Tensor ClipProbabilities(Tensor probabilities) =>
        Clipping.Clip(probabilities, KerasConfig.Epsilon, 1 - KerasConfig.Epsilon);

    /// <summary>Probabilities divided by their sum along an axis, and cut.</summary>
    public static Tensor NormalizeProbabilities(Tensor probabilities, int axis) =>
        ClipProbabilities(probabilities / Tf.ReduceSum(probabilities, axis, keepDims: true));

    /// <summary>The cross-entropy of each yes-or-no target, from logits where they are known.</summary>
    public static Tensor Binary(Tensor target, Tensor probabilities, Tensor? logits, KerasGeneration generation)
    {
        if (logits is not null)
            return Tf.NN.SigmoidCrossEntropyWithLogits(target, logits);
        Tensor yes = ClipProbabilities(probabilities), no = 1 - yes;
        if (generation == KerasGeneration.Keras2)
        {
            yes += KerasConfig.Epsilon;
            no += KerasConfig.Epsilon;
        }

        return -((target * RawOps.Log(yes)) + ((1 - target) * RawOps.Log(no)));
    }

    /// <summary>Targets drawn towards 0.5.</summary>
    public static Tensor SmoothBinary(Tensor target, double smoothing) =>
        smoothing > 0 ? (target * (1 - smoothing)) + (0.5 * smoothing) : target;

    /// <summary>Targets drawn towards the uniform distribution over the classes of an axis.</summary>
    public static Tensor SmoothClasses(Tensor target, double smoothing, int axis)
    {
        if (smoothing == 0)
            return target;
        Tensor kept = target * (1 - smoothing);
        return target.Shape[axis] is >= 0 and long classes
            ? kept + (smoothing / classes)
            : kept + (smoothing / RawOps.Cast(RawOps.Shape(target)[axis], target.DType));
    }

    /// <summary>
    /// A share to the power of gamma; null where that is 1. Squares and first powers have derivatives of every order at 0, which a general
    /// power has not.
    /// </summary>
    public static Tensor? FocalFactor(Tensor share, double gamma) => gamma switch
    {
        0 => null,
        1 => share,
        2 => RawOps.Square(share),
        // Rounding may leave a share below 0, of which there is no power.
        _ => Tf.Pow(Tf.Maximum(share, 0), gamma),
    };

    /// <summary>The axis counted from the front.</summary>
    public static int Axis(string loss, int axis, Tensor yPred)
    {
        int result = axis < 0 ? axis + yPred.Rank : axis;
        return result >= 0 && result < yPred.Rank
            ? result
            : throw new TfLbfgsException($"{loss}: expected an axis of predictions of shape {yPred.Shape}, received {axis}.");
    }

    /// <summary>Moves an axis to the end.</summary>
    public static Tensor ToLast(Tensor values, int axis) => axis == values.Rank - 1
        ? values
        : RawOps.Transpose(values, Tensor.From<int>([.. Enumerable.Range(0, values.Rank).Where(i => i != axis), axis]));
}
