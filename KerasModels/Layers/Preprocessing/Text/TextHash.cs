using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>Spreads texts over numbers by a hash that is the same in every run and on every machine.</summary>
internal static class TextHash
{
    /// <summary>The number of each text.</summary>
    /// <param name="texts">Texts.</param>
    /// <param name="count">The number of numbers, from 0.</param>
    /// <param name="salt">The two numbers of the key of SipHash; null: FarmHash.</param>
    /// <returns>int64 numbers of the shape of the texts.</returns>
    public static Tensor Of(Tensor texts, int count, long[]? salt) =>
        salt is null ? RawOps.StringToHashBucketFast(texts, count) : RawOps.StringToHashBucketStrong(texts, count, salt);
}
