using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>Rows of different lengths, one for each text. Python: a <c>RaggedTensor</c> of rank 2.</summary>
/// <param name="Values">The elements of all rows, one after the other.</param>
/// <param name="Splits">Where each row begins and the last one ends, int64, [rows + 1].</param>
internal sealed record TokenRows(Tensor Values, Tensor Splits)
{
    /// <summary>The words of texts, as white space separates them.</summary>
    /// <param name="texts">Texts, [rows].</param>
    public static TokenRows OfWords(Tensor texts)
    {
        RawOps.StringSplitV2Outputs split = RawOps.StringSplitV2(texts, Tensor.FromStrings([""], Shape.Scalar));
        Tensor row = split.Indices[.., 0];
        Tensor lengths = RawOps.DenseBincount(row, split.Shape[0], Tensor.Zeros([0], DType.Int64));
        Tensor ends = RawOps.Cumsum(lengths, Tensor.Scalar(0));
        return new TokenRows(split.Values, Tf.Concat([Tensor.From<long>([0]), ends], 0));
    }

    /// <summary>The Unicode characters of texts; what is no UTF-8 becomes U+FFFD.</summary>
    /// <param name="texts">Texts, [rows].</param>
    public static TokenRows OfCharacters(Tensor texts)
    {
        RawOps.UnicodeDecodeOutputs decoded = RawOps.UnicodeDecode(texts, "UTF-8");
        Tensor count = RawOps.Size(decoded.CharValues, DType.Int64);
        Tensor each = RawOps.Range(Tensor.Scalar(0L), count + Tensor.Scalar(1L), Tensor.Scalar(1L));
        return new TokenRows(RawOps.UnicodeEncode(decoded.CharValues, each, "UTF-8"), decoded.RowSplits);
    }

    /// <summary>Runs of neighbors in each row, joined by a space: first all of the first width, then of the next.</summary>
    /// <param name="widths">The widths.</param>
    public TokenRows Runs(IReadOnlyList<int> widths)
    {
        RawOps.StringNGramsOutputs runs =
            RawOps.StringNGrams(Values, Splits, " ", [.. widths.Select(width => (long)width)], "", "", 0, false);
        return new TokenRows(runs.Ngrams, runs.NgramsSplits);
    }

    /// <summary>A matrix, padded with 0; longer rows are cut off.</summary>
    /// <param name="length">The length of its rows; null: that of the longest.</param>
    public Tensor ToMatrix(int? length) => RawOps.RaggedTensorToTensor(
        Tensor.From<long>([-1, length ?? -1]), Values, Tensor.Scalar(0, Values.DType), [Splits], ["ROW_SPLITS"]);
}
