using TfLbfgs.Keras.Serialization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Losses;

/// <summary>
/// The negative log-likelihood of a sequence of labels under all its alignments with the predictions (connectionist temporal
/// classification, Graves et al. 2006). Targets are class numbers, [batch, length], filled up
/// with 0, which is the blank; predictions are logits, [batch, steps, classes], of a known number of steps. Computed by the forward
/// recursion in logarithms, so that it has derivatives of any order. Labels that are too
/// long for the steps give infinity. Python: <c>keras.losses.CTC</c>.
/// </summary>
[KerasName("CTC", Generation = KerasGeneration.Keras3)]
public sealed class Ctc : Loss
{
    // The logarithm of a probability of 0: finite, so that differences and gradients are.
    private const double LogOfZero = -1e30;

    /// <inheritdoc/>
    protected internal override Tensor PerSample(Tensor yTrue, Tensor yPred)
    {
        ArgumentNullException.ThrowIfNull(yTrue);
        ArgumentNullException.ThrowIfNull(yPred);
        if (yTrue.Rank != 2 || yTrue.Shape[1] <= 0)
        {
            throw new TfLbfgsException(
                $"{Name}: expected targets that are class numbers of shape [batch, length] with a known length, received {yTrue.Shape}.");
        }

        if (yPred.Rank != 3 || yPred.Shape[1] <= 0)
        {
            throw new TfLbfgsException(
                $"{Name}: expected logits of shape [batch, steps, classes] with a known number of steps, received {yPred.Shape}.");
        }

        Tensor labels = RawOps.Cast(yTrue, Runtime.DType.Int32);
        Tensor blanks = RawOps.ZerosLike(labels);

        // The states of an alignment are blank, label, blank, label, ..., blank.
        Tensor states = Interleave(labels, blanks);
        Tensor emissions = RawOps.GatherV2(RawOps.LogSoftmax(yPred), states, Tensor.Scalar(2), batchDims: 1);
        Tensor alignments = Forward(emissions, SkipPenalty(labels, yPred.DType), (int)yPred.Shape[1]);

        // An alignment ends in the last label or in the blank behind it.
        Tensor last = 2 * RawOps.Sum(RawOps.Cast(RawOps.NotEqual(labels, blanks), Runtime.DType.Int32), Tensor.Scalar(1), keepDims: true);
        Tensor positions = Tensor.From<int>([.. Enumerable.Range(0, (int)(2 * yTrue.Shape[1]) + 1)]);
        Tensor isEnd = RawOps.LogicalOr(RawOps.Equal(positions, last), RawOps.Equal(positions, last - 1));
        Tensor zero = Tensor.Scalar(LogOfZero, yPred.DType);
        Tensor likelihood = LogSumExp(RawOps.SelectV2(isEnd, alignments, zero), 1);
        return RawOps.SelectV2(likelihood > LogOfZero / 2, -likelihood, Tensor.Scalar(double.PositiveInfinity, yPred.DType));
    }

    /// <summary>The logarithm of the probability of all alignments that are in a state at the last step, [batch, states].</summary>
    private static Tensor Forward(Tensor emissions, Tensor skipPenalty, int steps)
    {
        Tensor[] ofStep = RawOps.Unpack(emissions, steps, axis: 1);
        int states = (int)emissions.Shape[2];
        double[] start = [0, 0, .. Enumerable.Repeat(LogOfZero, states - 2)];
        Tensor zero = Tensor.Scalar(LogOfZero, emissions.DType), twoInFront = Tensor.From(new[,] { { 0, 0 }, { 2, 0 } });
        Tensor current = ofStep[0] + HostArrays.ToTensor(start, emissions.DType, [states]);
        for (int step = 1; step < steps; step++)
        {
            Tensor padded = RawOps.PadV2(current, twoInFront, zero);
            current = LogSumExp(RawOps.Pack([current, padded[.., 1..^1], padded[.., ..^2] + skipPenalty]), 0) + ofStep[step];
        }

        return current;
    }

    /// <summary>
    /// 0 for the states that may be reached over the blank in front of them: labels that differ from the one before; else the logarithm of
    /// 0.
    /// </summary>
    private static Tensor SkipPenalty(Tensor labels, DType dtype)
    {
        Tensor zero = Tensor.Scalar(LogOfZero, dtype);
        Tensor differs = RawOps.NotEqual(labels[.., 1..], labels[.., ..^1]);
        differs = RawOps.PadV2(differs, Tensor.From(new[,] { { 0, 0 }, { 1, 0 } }), Tensor.Scalar(false));
        Tensor penalty = RawOps.SelectV2(differs, Tensor.Scalar(0, dtype), zero);
        return Interleave(penalty, RawOps.ZerosLike(penalty) + LogOfZero);
    }

    /// <summary>A separator, then each value followed by a separator: [batch, length] to [batch, 2 length + 1].</summary>
    private static Tensor Interleave(Tensor values, Tensor separators)
    {
        Tensor pairs = RawOps.Reshape(RawOps.Pack([values, separators], axis: 2), Tensor.From<int>([-1, (int)(2 * values.Shape[1])]));
        return RawOps.ConcatV2([separators[.., ..1], pairs], Tensor.Scalar(1));
    }

    private static Tensor LogSumExp(Tensor terms, int axis)
    {
        Tensor along = Tensor.Scalar(axis);
        Tensor shift = RawOps.StopGradient(RawOps.Max(terms, along, keepDims: true));
        return RawOps.Log(RawOps.Sum(RawOps.Exp(terms - shift), along)) + RawOps.Squeeze(shift, [axis]);
    }
}
