using TfLbfgs.Tensors;

namespace TfLbfgs.Keras;

public static partial class Losses
{
    /// <summary>
    /// Cross-entropy of targets that give a probability to each class. Predicted probabilities are divided by their sum and clipped to [1e-7, 1 - 1e-7].
    /// Python: <c>tf.keras.losses.CategoricalCrossentropy</c>.
    /// </summary>
    /// <param name="fromLogits">Whether predictions are logits; default probabilities.</param>
    /// <param name="labelSmoothing">Draws targets towards the uniform distribution, from 0 to 1; default 0.</param>
    /// <param name="axis">The axis of the classes; default the last.</param>
    public sealed class CategoricalCrossentropy(bool fromLogits = false, double labelSmoothing = 0, int axis = -1) : Loss
    {
        /// <summary>Whether predictions are logits.</summary>
        public bool FromLogits { get; } = fromLogits;

        /// <summary>How far targets are drawn towards the uniform distribution.</summary>
        public double LabelSmoothing { get; } = Crossentropy.CheckSmoothing(labelSmoothing);

        /// <summary>The axis of the classes.</summary>
        public int Axis { get; } = axis;

        private protected override Tensor PerSample(Tensor yTrue, Tensor yPred, Logits? logits)
        {
            int axis = Crossentropy.Axis(Name, Axis, yPred);
            Tensor target = Align(yTrue, yPred);
            if (LabelSmoothing > 0)
            {
                Tensor smoothed = target * (1 - LabelSmoothing);
                target = yPred.Shape[axis] is >= 0 and long classes
                    ? smoothed + (LabelSmoothing / classes)
                    : smoothed + (LabelSmoothing / RawOps.Cast(RawOps.Shape(yPred)[axis], yPred.DType));
            }

            Tensor? scores = logits is { Activation: "softmax" } ? logits.Value : FromLogits ? yPred : null;
            if (scores is not null)
                return RawOps.SoftmaxCrossEntropyWithLogits(Crossentropy.ToRows(Crossentropy.ToLast(scores, axis)), Crossentropy.ToRows(Crossentropy.ToLast(target, axis))).Loss;
            Tensor along = Tensor.Scalar(axis);
            Tensor probabilities = Crossentropy.ClipProbabilities(yPred / RawOps.Sum(yPred, along, keepDims: true));
            return -RawOps.Sum(target * RawOps.Log(probabilities), along);
        }
    }
}
