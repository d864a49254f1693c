using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using static TfLbfgs.Gradients.Rules.RuleOperations;

namespace TfLbfgs.Gradients.Rules;

/// <summary>
/// The loss of the op CTCLoss as a formula of differentiable ops: the forward variables of Graves et al. 2006 in logarithms, a few ops for
/// each frame. Blanks stand between the labels and around them.
/// </summary>
internal static class CtcLoss
{
    // A logarithm so small that its probability is 0, and finite, so that differences of two of them are numbers.
    private const double Never = -1e30;

    /// <summary>The gradient of the losses with respect to the logits [frames, batch, classes].</summary>
    public static Tensor Gradient(IReadOnlyList<Tensor> inputs)
    {
        Tensor logits = inputs[0];
        using GradientTape tape = new();
        tape.Watch(logits);
        Tensor losses = Losses(logits, inputs[1], inputs[2], inputs[3]);
        return tape.Gradient(losses, logits);
    }

    /// <summary>The losses [batch].</summary>
    private static Tensor Losses(Tensor logits, Tensor labelIndices, Tensor labelValues, Tensor lengths)
    {
        if (!logits.Shape.HasRank || logits.Shape[0] < 0 || logits.Shape[2] < 0)
        {
            throw new TfLbfgsException(
                "The second derivative of CTCLoss: expected logits [frames, batch, classes] of known frames and classes, received shape "
                    + $"{logits.Shape}.");
        }

        DType dtype = logits.DType;
        Tensor never = Tensor.Scalar(Never, dtype);
        Tensor batch = RawOps.StridedSlice(RawOps.Shape(logits, DType.Int64), Ints(1), Ints(2), Ints(1));
        Tensor examples = RawOps.StridedSlice(
            labelIndices, Ints(0, 0), Ints(0, 1), Ints(1, 1), beginMask: 3, endMask: 1, shrinkAxisMask: 2);
        Tensor counts = RawOps.UnsortedSegmentSum(RawOps.OnesLike(labelValues), examples, RawOps.Reshape(batch, Ints()));
        Tensor longest = RawOps.Reshape(RawOps.Cast(RawOps.Max(counts, Ints(0)), DType.Int64), Ints(1));
        Tensor labels = RawOps.ScatterNd(labelIndices, labelValues, RawOps.ConcatV2([batch, longest], Int32(0)));
        Tensor blank = RawOps.ExpandDims(RawOps.Fill(batch, Tensor.Scalar((int)logits.Shape[2] - 1)), Int32(1));
        Tensor between = RawOps.ZerosLike(labels) + blank;
        Tensor path = RawOps.ConcatV2(
            [RawOps.Reshape(RawOps.Pack([between, labels], axis: 2), RawOps.ConcatV2([batch, Ints(-1)], Int32(0))), blank], Int32(1));

        // A blank may be left out between two labels that differ.
        Tensor before = Shifted(path, 2, Int32(-1));
        Tensor skips = RawOps.SelectV2(
            RawOps.LogicalAnd(RawOps.NotEqual(path, blank), RawOps.NotEqual(path, before)), Tensor.Scalar(0, dtype), never);
        Tensor byClass = RawOps.Transpose(RawOps.LogSoftmax(logits), Ints(1, 2, 0));
        Tensor[] scores = RawOps.Unpack(RawOps.GatherV2(byClass, path, Int32(1), batchDims: 1), logits.Shape[0], axis: 2);
        Tensor positions = RawOps.Range(
            Int32(0), RawOps.StridedSlice(RawOps.Shape(path), Ints(1), Ints(2), Ints(1), shrinkAxisMask: 1), Int32(1));
        Tensor alpha = RawOps.SelectV2(RawOps.Less(positions, Int32(2)), scores[0], RawOps.ZerosLike(scores[0]) + never);
        Tensor frames = RawOps.ExpandDims(lengths, Int32(1));
        for (int t = 1; t < scores.Length; t++)
        {
            Tensor next = LogSum(RawOps.Pack([alpha, Shifted(alpha, 1, never), Shifted(alpha, 2, never) + skips])) + scores[t];
            alpha = RawOps.SelectV2(RawOps.Less(Int32(t), frames), next, alpha);
        }

        // A path ends with the last label, or with the blank after it.
        Tensor last = RawOps.ExpandDims(counts * 2, Int32(1));
        Tensor ends = RawOps.LogicalOr(RawOps.Equal(positions, last), RawOps.Equal(positions, last - 1));
        Tensor likelihood = LogSum(RawOps.Transpose(RawOps.SelectV2(ends, alpha, RawOps.ZerosLike(alpha) + never), Ints(1, 0)));
        return RawOps.SelectV2(RawOps.Less(likelihood, Tensor.Scalar(Never / 2, dtype)), RawOps.ZerosLike(likelihood), -likelihood);
    }

    /// <summary>Rows moved to the right.</summary>
    private static Tensor Shifted(Tensor x, int by, Tensor filling)
    {
        Tensor padded = RawOps.PadV2(x, RawOps.Reshape(Ints(0, 0, by, 0), Ints(2, 2)), filling);
        return RawOps.Slice(padded, Ints(0, 0), RawOps.Shape(x, DType.Int64));
    }

    /// <summary>The logarithm of the sum of exponentials along the first axis.</summary>
    private static Tensor LogSum(Tensor x)
    {
        Tensor largest = RawOps.StopGradient(RawOps.Max(x, Ints(0), keepDims: true));
        return RawOps.Log(RawOps.Sum(RawOps.Exp(x - largest), Ints(0))) + RawOps.Squeeze(largest, [0]);
    }
}
