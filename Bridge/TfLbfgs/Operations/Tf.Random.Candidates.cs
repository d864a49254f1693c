using TfLbfgs.Tensors;

namespace TfLbfgs;

public static partial class Tf
{
    /// <content>
    /// Samplers of classes. Each gives the sampled classes, int64, shape [count]; how often each true class is expected in a sample,
    /// float32, shape [batch, true classes]; and the same for each sampled class,
    /// shape [count].
    /// </content>
    public static partial class Random
    {
        /// <summary>All classes, as a sample. Python: <c>tf.random.all_candidate_sampler</c>.</summary>
        /// <param name="trueClasses">The true classes, int64, shape [batch, trueCount].</param>
        /// <param name="trueCount">How many true classes an example has.</param>
        /// <param name="count">The number of classes.</param>
        /// <param name="unique">Without effect, as in Python.</param>
        /// <param name="seed">The seed of the sequence; null: that of the process, if set.</param>
        /// <returns>The sample.</returns>
        public static (Tensor SampledCandidates, Tensor TrueExpectedCount, Tensor SampledExpectedCount) AllCandidateSampler(
            Tensor trueClasses, int trueCount, int count, bool unique, long? seed = null)
        {
            (long first, long second) = Seeds(seed);
            RawOps.AllCandidateSamplerOutputs sample = RawOps.AllCandidateSampler(trueClasses, trueCount, count, unique, first, second);
            return (sample.SampledCandidates, sample.TrueExpectedCount, sample.SampledExpectedCount);
        }

        /// <summary>Classes of equal probability. Python: <c>tf.random.uniform_candidate_sampler</c>.</summary>
        /// <param name="trueClasses">The true classes, int64, shape [batch, trueCount].</param>
        /// <param name="trueCount">How many true classes an example has.</param>
        /// <param name="count">How many classes are sampled.</param>
        /// <param name="unique">Whether no class is sampled twice.</param>
        /// <param name="rangeMax">The number of classes.</param>
        /// <param name="seed">The seed of the sequence; null: that of the process, if set.</param>
        /// <returns>The sample.</returns>
        public static (Tensor SampledCandidates, Tensor TrueExpectedCount, Tensor SampledExpectedCount) UniformCandidateSampler(
            Tensor trueClasses, int trueCount, int count, bool unique, long rangeMax, long? seed = null)
        {
            (long first, long second) = Seeds(seed);
            RawOps.UniformCandidateSamplerOutputs sample =
                RawOps.UniformCandidateSampler(trueClasses, trueCount, count, unique, rangeMax, first, second);
            return (sample.SampledCandidates, sample.TrueExpectedCount, sample.SampledExpectedCount);
        }

        /// <summary>
        /// Classes whose probability falls with their index as Zipf's law has it. Python: <c>tf.random.log_uniform_candidate_sampler</c>.
        /// </summary>
        /// <param name="trueClasses">The true classes, int64, shape [batch, trueCount].</param>
        /// <param name="trueCount">How many true classes an example has.</param>
        /// <param name="count">How many classes are sampled.</param>
        /// <param name="unique">Whether no class is sampled twice.</param>
        /// <param name="rangeMax">The number of classes.</param>
        /// <param name="seed">The seed of the sequence; null: that of the process, if set.</param>
        /// <returns>The sample.</returns>
        public static (Tensor SampledCandidates, Tensor TrueExpectedCount, Tensor SampledExpectedCount) LogUniformCandidateSampler(
            Tensor trueClasses, int trueCount, int count, bool unique, long rangeMax, long? seed = null)
        {
            (long first, long second) = Seeds(seed);
            RawOps.LogUniformCandidateSamplerOutputs sample =
                RawOps.LogUniformCandidateSampler(trueClasses, trueCount, count, unique, rangeMax, first, second);
            return (sample.SampledCandidates, sample.TrueExpectedCount, sample.SampledExpectedCount);
        }

        /// <summary>
        /// Classes by a distribution that is learned from the true classes of the calls. Python:
        /// <c>tf.random.learned_unigram_candidate_sampler</c>.
        /// </summary>
        /// <param name="trueClasses">The true classes, int64, shape [batch, trueCount].</param>
        /// <param name="trueCount">How many true classes an example has.</param>
        /// <param name="count">How many classes are sampled.</param>
        /// <param name="unique">Whether no class is sampled twice.</param>
        /// <param name="rangeMax">The number of classes.</param>
        /// <param name="seed">The seed of the sequence; null: that of the process, if set.</param>
        /// <returns>The sample.</returns>
        public static (Tensor SampledCandidates, Tensor TrueExpectedCount, Tensor SampledExpectedCount) LearnedUnigramCandidateSampler(
            Tensor trueClasses, int trueCount, int count, bool unique, long rangeMax, long? seed = null)
        {
            (long first, long second) = Seeds(seed);
            RawOps.LearnedUnigramCandidateSamplerOutputs sample =
                RawOps.LearnedUnigramCandidateSampler(trueClasses, trueCount, count, unique, rangeMax, first, second);
            return (sample.SampledCandidates, sample.TrueExpectedCount, sample.SampledExpectedCount);
        }

        /// <summary>Classes by given weights. Python: <c>tf.random.fixed_unigram_candidate_sampler</c>.</summary>
        /// <param name="trueClasses">The true classes, int64, shape [batch, trueCount].</param>
        /// <param name="trueCount">How many true classes an example has.</param>
        /// <param name="count">How many classes are sampled.</param>
        /// <param name="unique">Whether no class is sampled twice.</param>
        /// <param name="rangeMax">The number of classes.</param>
        /// <param name="vocabFile">A CSV file whose last column holds the weights; or none, and <paramref name="unigrams"/>.</param>
        /// <param name="distortion">The exponent of the weights; default 1.</param>
        /// <param name="reservedIds">How many classes at the beginning are never sampled.</param>
        /// <param name="shards">Into how many parts the classes are divided.</param>
        /// <param name="shard">Which part this call samples.</param>
        /// <param name="unigrams">The weights.</param>
        /// <param name="seed">The seed of the sequence; null: that of the process, if set.</param>
        /// <returns>The sample.</returns>
        public static (Tensor SampledCandidates, Tensor TrueExpectedCount, Tensor SampledExpectedCount) FixedUnigramCandidateSampler(
            Tensor trueClasses, int trueCount, int count, bool unique, long rangeMax, string vocabFile = "", float distortion = 1,
                int reservedIds = 0, int shards = 1, int shard = 0,
            float[]? unigrams = null, long? seed = null)
        {
            (long first, long second) = Seeds(seed);
            RawOps.FixedUnigramCandidateSamplerOutputs sample = RawOps.FixedUnigramCandidateSampler(
                trueClasses, trueCount, count, unique, rangeMax, vocabFile, distortion, reservedIds, shards, shard, unigrams, first,
                    second);
            return (sample.SampledCandidates, sample.TrueExpectedCount, sample.SampledExpectedCount);
        }
    }
}
