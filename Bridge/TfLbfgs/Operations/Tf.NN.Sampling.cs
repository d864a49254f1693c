using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs;

public static partial class Tf
{
    /// <content>Losses over a sample of many classes, dropout, and the samplers under their second names.</content>
    public static partial class NN
    {
        /// <summary>
        /// Sets elements to zero at random and enlarges the others so that the mean stays; new ones at each call. Python:
        /// <c>tf.nn.dropout</c>.
        /// </summary>
        /// <param name="x">The tensor, floating-point.</param>
        /// <param name="rate">The probability that an element is dropped, in [0, 1).</param>
        /// <param name="noiseShape">The shape of the decisions, which broadcasts to the tensor; null: one for each element.</param>
        /// <param name="seed">The seed of the sequence; null: that of the process, if set.</param>
        /// <returns>The result, of the tensor's shape.</returns>
        public static Tensor Dropout(Tensor x, double rate, Shape? noiseShape = null, long? seed = null)
        {
            CheckRate(x, rate);
            return rate == 0
                ? RawOps.Identity(x)
                : Scoped(() => Drop(x, rate, Random.UniformLike(NoiseShape(x, noiseShape), x.DType, seed)));
        }

        /// <summary>
        /// Sets elements to zero by a seed and enlarges the others so that the mean stays. Python:
        /// <c>tf.nn.experimental.stateless_dropout</c>.
        /// </summary>
        /// <param name="x">The tensor, floating-point.</param>
        /// <param name="rate">The probability that an element is dropped, in [0, 1).</param>
        /// <param name="seed">The seed.</param>
        /// <param name="noiseShape">The shape of the decisions, which broadcasts to the tensor; null: one for each element.</param>
        /// <returns>The result, of the tensor's shape.</returns>
        public static Tensor StatelessDropout(Tensor x, double rate, Random.Seed seed, Shape? noiseShape = null)
        {
            CheckRate(x, rate);
            return rate == 0
                ? RawOps.Identity(x)
                : Scoped(() => Drop(x, rate, Random.StatelessUniform(NoiseShape(x, noiseShape), seed, dtype: x.DType)));
        }

        /// <summary>Which sampled classes are true classes of an example. Python: <c>tf.nn.compute_accidental_hits</c>.</summary>
        /// <param name="trueClasses">The true classes, int64, shape [batch, trueCount].</param>
        /// <param name="sampledCandidates">The sampled classes, int64, shape [count].</param>
        /// <param name="trueCount">How many true classes an example has.</param>
        /// <returns>For each hit the row, int32, the place in the sample, int64, and a weight: minus the largest number, float32.</returns>
        public static (Tensor Indices, Tensor Ids, Tensor Weights) ComputeAccidentalHits(Tensor trueClasses, Tensor sampledCandidates,
            int trueCount)
        {
            RawOps.ComputeAccidentalHitsOutputs hits = RawOps.ComputeAccidentalHits(trueClasses, sampledCandidates, trueCount);
            return (hits.Indices, hits.Ids, hits.Weights);
        }

        /// <summary>
        /// The loss of noise-contrastive estimation: logistic regression of true classes against sampled ones. Python:
        /// <c>tf.nn.nce_loss</c>.
        /// </summary>
        /// <param name="weights">The weights of the classes, shape [classes, n].</param>
        /// <param name="biases">The offsets of the classes, shape [classes].</param>
        /// <param name="labels">The true classes, int64, shape [batch, trueCount].</param>
        /// <param name="inputs">The activations, shape [batch, n].</param>
        /// <param name="sampleCount">How many classes are sampled.</param>
        /// <param name="classCount">The number of classes.</param>
        /// <param name="trueCount">How many true classes an example has; default 1.</param>
        /// <param name="sampledValues">The result of a sampler; null: log-uniform, new at each call.</param>
        /// <param name="removeAccidentalHits">Whether sampled classes that are true ones of the example are left out; default no.</param>
        /// <returns>The losses, shape [batch].</returns>
        public static Tensor NceLoss(
            Tensor weights, Tensor biases, Tensor labels, Tensor inputs, int sampleCount, int classCount, int trueCount = 1,
            (Tensor SampledCandidates, Tensor TrueExpectedCount, Tensor SampledExpectedCount)? sampledValues = null,
                bool removeAccidentalHits = false) => Scoped(() =>
        {
            (Tensor logits, Tensor targets) =
                SampledLogits(weights, biases, labels, inputs, sampleCount, classCount, trueCount, sampledValues,
                removeAccidentalHits, null);
            return ReduceSum(SigmoidCrossEntropyWithLogits(targets, logits), 1);
        });

        /// <summary>
        /// The cross entropy of the softmax over true and sampled classes, an estimate of that over all. Python:
        /// <c>tf.nn.sampled_softmax_loss</c>.
        /// </summary>
        /// <param name="weights">The weights of the classes, shape [classes, n].</param>
        /// <param name="biases">The offsets of the classes, shape [classes].</param>
        /// <param name="labels">The true classes, int64, shape [batch, trueCount].</param>
        /// <param name="inputs">The activations, shape [batch, n].</param>
        /// <param name="sampleCount">How many classes are sampled.</param>
        /// <param name="classCount">The number of classes.</param>
        /// <param name="trueCount">How many true classes an example has; default 1.</param>
        /// <param name="sampledValues">The result of a sampler; null: log-uniform, new at each call.</param>
        /// <param name="removeAccidentalHits">Whether sampled classes that are true ones of the example are left out; default yes.</param>
        /// <param name="seed">The seed of the sampler; null: that of the process, if set.</param>
        /// <returns>The losses, shape [batch].</returns>
        public static Tensor SampledSoftmaxLoss(
            Tensor weights, Tensor biases, Tensor labels, Tensor inputs, int sampleCount, int classCount, int trueCount = 1,
            (Tensor SampledCandidates, Tensor TrueExpectedCount, Tensor SampledExpectedCount)? sampledValues = null,
                bool removeAccidentalHits = true, long? seed = null) => Scoped(() =>
        {
            (Tensor logits, Tensor targets) =
                SampledLogits(weights, biases, labels, inputs, sampleCount, classCount, trueCount, sampledValues,
                removeAccidentalHits, seed);
            return SoftmaxCrossEntropyWithLogits(RawOps.StopGradient(targets), logits);
        });

        /// <inheritdoc cref="Random.AllCandidateSampler"/>
        public static (Tensor SampledCandidates, Tensor TrueExpectedCount, Tensor SampledExpectedCount) AllCandidateSampler(
            Tensor trueClasses, int trueCount, int count, bool unique, long? seed = null) =>
            Random.AllCandidateSampler(trueClasses, trueCount, count, unique, seed);

        /// <inheritdoc cref="Random.LearnedUnigramCandidateSampler"/>
        public static (Tensor SampledCandidates, Tensor TrueExpectedCount, Tensor SampledExpectedCount) LearnedUnigramCandidateSampler(
            Tensor trueClasses, int trueCount, int count, bool unique, long rangeMax, long? seed = null) =>
            Random.LearnedUnigramCandidateSampler(trueClasses, trueCount, count, unique, rangeMax, seed);

        /// <inheritdoc cref="Random.FixedUnigramCandidateSampler"/>
        public static (Tensor SampledCandidates, Tensor TrueExpectedCount, Tensor SampledExpectedCount) FixedUnigramCandidateSampler(
            Tensor trueClasses, int trueCount, int count, bool unique, long rangeMax, string vocabFile = "", float distortion = 1,
                int reservedIds = 0, int shards = 1, int shard = 0,
            float[]? unigrams = null, long? seed = null) =>
            Random.FixedUnigramCandidateSampler(trueClasses, trueCount, count, unique, rangeMax, vocabFile, distortion, reservedIds, shards,
                shard, unigrams, seed);

        private static void CheckRate(Tensor x, double rate)
        {
            ArgumentNullException.ThrowIfNull(x);
            if (!(rate >= 0 && rate < 1))
                throw new TfLbfgsException($"Dropout: expected a rate from 0 to below 1, received {rate}.");
            if (!x.DType.IsFloating)
                throw new TfLbfgsException(
                    $"Dropout: expected a floating-point tensor, since its elements are scaled, received {x.Describe()}.");
        }

        private static Tensor NoiseShape(Tensor x, Shape? noiseShape)
        {
            if (noiseShape is null)
                return Shape(x);
            if (noiseShape.Rank == x.Rank && noiseShape.Contains(-1))
                return RawOps.Pack([.. noiseShape.Select((dim, i) => dim < 0 ? RawOps.Shape(x)[i] : Tensor.Scalar((int)dim))]);
            return Int32Dims(noiseShape);
        }

        private static Tensor Drop(Tensor x, double rate, Tensor uniform) =>
            RawOps.SelectV2(uniform >= rate, x * (1 / (1 - rate)), Tensor.Scalar(0, x.DType));

        private static (Tensor Logits, Tensor Labels) SampledLogits(
            Tensor weights, Tensor biases, Tensor labels, Tensor inputs, int sampleCount, int classCount, int trueCount,
            (Tensor SampledCandidates, Tensor TrueExpectedCount, Tensor SampledExpectedCount)? sampledValues, bool removeAccidentalHits,
                long? seed)
        {
            ArgumentNullException.ThrowIfNull(labels);
            ArgumentNullException.ThrowIfNull(inputs);
            Tensor trueClasses = labels.DType == DType.Int64 ? labels : RawOps.Cast(labels, DType.Int64);
            Tensor flat = Reshape(trueClasses, [-1]);
            (Tensor candidates, Tensor trueCounts, Tensor sampledCounts) = sampledValues
                ?? Random.LogUniformCandidateSampler(trueClasses, trueCount, sampleCount, unique: true, classCount, seed);
            Tensor sampled = RawOps.StopGradient(Cast(candidates, DType.Int64));
            (Tensor trueWeights, Tensor trueBiases) = (Gather(weights, flat), Gather(biases, flat));
            Tensor trueLogits =
                Reshape(ReduceSum(ExpandDims(inputs, 1)
                * RawOps.Reshape(trueWeights, Concat([Tensor.From([-1, trueCount]), RawOps.Shape(trueWeights)[1..]], 0)), -1),
                [-1, trueCount])
                + Reshape(trueBiases, [-1, trueCount]) - RawOps.Log(RawOps.StopGradient(Cast(trueCounts, inputs.DType)));
            Tensor sampledLogits = MatMul(inputs, Gather(weights, sampled), transposeB: true) + Gather(biases, sampled);
            if (removeAccidentalHits)
            {
                (Tensor rows, Tensor places, Tensor penalties) = ComputeAccidentalHits(trueClasses, sampled, trueCount);
                Tensor at = RawOps.Pack([rows, RawOps.Cast(places, DType.Int32)], axis: 1);
                sampledLogits += RawOps.SparseToDense(at, RawOps.Shape(sampledLogits), Cast(penalties, inputs.DType),
                    Tensor.Scalar(0, inputs.DType), validateIndices: false);
            }

            sampledLogits -= RawOps.Log(RawOps.StopGradient(Cast(sampledCounts, inputs.DType)));
            return (Concat([trueLogits, sampledLogits], 1),
                Concat([RawOps.OnesLike(trueLogits) / trueCount, RawOps.ZerosLike(sampledLogits)], 1));
        }
    }
}
