using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs;

public static partial class Tf
{
    /// <content>Connectionist temporal classification: losses and decoders of sequences without alignment.</content>
    public static partial class NN
    {
        /// <summary>
        /// The negative logarithm of the probability of a labelling, over all its alignments. Python: <c>tf.nn.ctc_loss</c>.
        /// </summary>
        /// <param name="labels">The labels, int32, shape [batch, longest]; none may be the blank.</param>
        /// <param name="logits">The logits, float32 or float64, shape [frames, batch, classes].</param>
        /// <param name="labelLength">How many labels each example has, shape [batch].</param>
        /// <param name="logitLength">How many frames each example has, shape [batch].</param>
        /// <param name="logitsTimeMajor">Whether the frames are the first dimension, the default, or the batch is.</param>
        /// <param name="blankIndex">The class that stands for no label; default 0; negative counts from the end.</param>
        /// <returns>The losses, shape [batch].</returns>
        public static Tensor CtcLoss(Tensor labels, Tensor logits, Tensor labelLength, Tensor logitLength, bool logitsTimeMajor = true,
            int blankIndex = 0)
        {
            ArgumentNullException.ThrowIfNull(labels);
            return Scoped(() =>
            {
                Tensor at = RawOps.Where(SequenceMask(labelLength, RawOps.Shape(labels)[1]));
                return CtcLoss(new SparseTensor(at, RawOps.GatherNd(labels, at), RawOps.Shape(labels, DType.Int64)), logits, logitLength,
                    logitsTimeMajor, blankIndex);
            });
        }

        /// <summary>
        /// The negative logarithm of the probability of a sparse labelling, over all its alignments. Python: <c>tf.nn.ctc_loss</c> with a
        /// <c>SparseTensor</c>.
        /// </summary>
        /// <param name="labels">The labels, int32, shape [batch, longest].</param>
        /// <param name="logits">The logits, float32 or float64, shape [frames, batch, classes], of known number of classes.</param>
        /// <param name="logitLength">How many frames each example has, int32, shape [batch].</param>
        /// <param name="logitsTimeMajor">Whether the frames are the first dimension, the default, or the batch is.</param>
        /// <param name="blankIndex">The class that stands for no label; default the last; negative counts from the end.</param>
        /// <returns>The losses, shape [batch].</returns>
        public static Tensor CtcLoss(SparseTensor labels, Tensor logits, Tensor logitLength, bool logitsTimeMajor = true,
            int blankIndex = -1)
        {
            ArgumentNullException.ThrowIfNull(labels);
            ArgumentNullException.ThrowIfNull(logits);
            if (logits.Rank != 3 || logits.Shape[2] < 0)
                throw new TfLbfgsException(
                    $"Tf.NN.CtcLoss: expected logits of three dimensions with a known number of classes, received {logits.Describe()}.");
            int classes = checked((int)logits.Shape[2]);
            int blank = blankIndex < 0 ? blankIndex + classes : blankIndex;
            if (blank < 0 || blank >= classes)
                throw new TfLbfgsException($"Tf.NN.CtcLoss: expected a blank index below {classes}, received {blankIndex}.");
            return Scoped(() => InFloat32(logits.DType, convert =>
            {
                Tensor major = convert(logits);
                if (!logitsTimeMajor)
                    major = Transpose(major, [1, 0, 2]);
                Tensor values = labels.Values;
                if (blank != classes - 1)
                {
                    // The op takes the last class for the blank.
                    major = Concat([major[.., .., ..blank], major[.., .., (blank + 1)..], major[.., .., blank..(blank + 1)]], 2);
                    values = RawOps.SelectV2(values < blank, values, values - 1);
                }

                return RawOps.CTCLoss(major, labels.Indices, values, Cast(logitLength, DType.Int32)).Loss;
            }));
        }

        /// <summary>
        /// The most probable class of each frame, without repetitions and blanks. Python: <c>tf.nn.ctc_greedy_decoder</c>.
        /// </summary>
        /// <param name="inputs">The logits, shape [frames, batch, classes].</param>
        /// <param name="sequenceLength">How many frames each example has, int32, shape [batch].</param>
        /// <param name="mergeRepeated">Whether repetitions are merged; default yes.</param>
        /// <param name="blankIndex">The class that stands for no label; default the last.</param>
        /// <returns>The labels, int64, and minus the sum of the greatest logits, shape [batch, 1].</returns>
        public static (SparseTensor Decoded, Tensor NegativeSumLogits) CtcGreedyDecoder(Tensor inputs, Tensor sequenceLength,
            bool mergeRepeated = true, int blankIndex = -1)
        {
            RawOps.CTCGreedyDecoderOutputs decoded = RawOps.CTCGreedyDecoder(inputs, sequenceLength, mergeRepeated, blankIndex);
            return (new SparseTensor(decoded.DecodedIndices, decoded.DecodedValues, decoded.DecodedShape), decoded.LogProbability);
        }

        /// <summary>The most probable labellings, by a beam search. Python: <c>tf.nn.ctc_beam_search_decoder</c>.</summary>
        /// <param name="inputs">The logits, shape [frames, batch, classes]; the last class is the blank.</param>
        /// <param name="sequenceLength">How many frames each example has, int32, shape [batch].</param>
        /// <param name="beamWidth">How many beams are kept; default 100.</param>
        /// <param name="topPaths">How many labellings are given; default 1.</param>
        /// <returns>The labellings, int64, the best first, and their logarithmic probabilities, shape [batch, topPaths].</returns>
        public static (SparseTensor[] Decoded, Tensor LogProbabilities) CtcBeamSearchDecoder(Tensor inputs, Tensor sequenceLength,
            int beamWidth = 100, int topPaths = 1)
        {
            RawOps.CTCBeamSearchDecoderOutputs decoded =
                RawOps.CTCBeamSearchDecoder(inputs, sequenceLength, beamWidth, topPaths, mergeRepeated: false);
            SparseTensor[] paths =
                [.. Enumerable.Range(0, topPaths)
                .Select(i => new SparseTensor(decoded.DecodedIndices[i], decoded.DecodedValues[i], decoded.DecodedShape[i]))];
            return (paths, decoded.LogProbability);
        }

        /// <summary>Merges repeated labels. Python: <c>tf.nn.collapse_repeated</c>.</summary>
        /// <param name="labels">The labels, shape [batch, longest].</param>
        /// <param name="sequenceLength">How many labels each example has, int32 or int64, shape [batch].</param>
        /// <returns>The labels, shape [batch, longest of the new], zeros behind them, and their numbers, shape [batch].</returns>
        public static (Tensor Labels, Tensor SequenceLength) CollapseRepeated(Tensor labels, Tensor sequenceLength)
        {
            ArgumentNullException.ThrowIfNull(labels);
            ArgumentNullException.ThrowIfNull(sequenceLength);
            return ScopedPair(() =>
            {
                Tensor changes = RawOps.NotEqual(labels[.., 1..], labels[.., ..^1]);
                Tensor mask = Concat([Equal(labels[.., ..1], labels[.., ..1]), changes], 1);
                mask = RawOps.LogicalAnd(mask, SequenceMask(sequenceLength, RawOps.Shape(labels)[1]));
                Tensor lengths = ReduceSum(RawOps.Cast(mask, DType.Int32), 1);
                Tensor kept = SequenceMask(lengths, ReduceMax(lengths));
                Tensor collapsed =
                    RawOps.ScatterNd(RawOps.Where(kept), RawOps.GatherNd(labels, RawOps.Where(mask)), RawOps.Shape(kept, DType.Int64));
                return (collapsed, RawOps.Cast(lengths, sequenceLength.DType));
            });
        }
    }
}
