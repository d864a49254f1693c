using System.Text;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>Replaces texts by their places in a vocabulary, or places by texts. Python: <c>tf.keras.layers.StringLookup</c>.</summary>
public sealed class StringLookup : IndexLookup<string>
{
    private string? _maskToken;
    private string? _unknownToken = "[UNK]";
    private string _encoding = "utf-8";
    private long[]? _salt;

    /// <summary>Creates a layer.</summary>
    /// <param name="vocabulary">The tokens, each once; null (default): they are learned by <see
    /// cref="AdaptableLayer.Adapt(Tensor)"/>.</param>
    /// <param name="output">What is made of the numbers. Default: themselves, as int64.</param>
    /// <param name="maxTokens">The largest size of the vocabulary, with mask and unknown tokens; null (default): any.</param>
    /// <param name="unknownIndices">How many numbers stand for tokens that are not in the vocabulary; 0: such tokens are refused. Default
    /// 1.</param>
    /// <param name="maskToken">A token that becomes 0; null (default): none.</param>
    /// <param name="unknownToken">The token that stands for unknown ones in vocabularies; null: none. Default <c>[UNK]</c>.</param>
    /// <param name="invert">Whether numbers are replaced by texts. Default false.</param>
    /// <param name="padToMaxTokens">Whether vectors have <paramref name="maxTokens"/> elements also where the vocabulary is smaller.
    /// Default false.</param>
    /// <param name="idfWeights">The weight of each token of a given vocabulary for <see cref="CategoryOutput.TfIdf"/>; null
    /// elsewhere.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype of vectors; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">The options contradict each other, or the vocabulary.</exception>
    public StringLookup(
        IReadOnlyList<string>? vocabulary = null, CategoryOutput output = CategoryOutput.Integers, int? maxTokens = null,
            int unknownIndices = 1, string? maskToken = null,
        string? unknownToken = "[UNK]", bool invert = false, bool padToMaxTokens = false, IReadOnlyList<double>? idfWeights = null,
            string? name = null, DTypePolicy? dtype = null)
        : base(name, dtype)
    {
        _maskToken = maskToken;
        _unknownToken = unknownToken;
        Start(vocabulary?.ToArray(), output, maxTokens, unknownIndices, invert, padToMaxTokens, idfWeights?.ToArray());
    }

    /// <summary>The token that becomes 0; null: none.</summary>
    public string? MaskToken => _maskToken;

    /// <summary>The token that stands for unknown ones. Python: <c>oov_token</c>.</summary>
    public string? UnknownToken => _unknownToken;

    /// <summary>Two numbers of a key by which unknown tokens are spread (SipHash); null (default): FarmHash, without a key.</summary>
    public IReadOnlyList<long>? Salt
    {
        get => _salt;
        init
        {
            _salt = value?.ToArray();
            CheckFields();
        }
    }

    private protected override IReadOnlyList<string> MaskTokens => _maskToken is null ? [] : [_maskToken];

    private protected override IReadOnlyList<string> UnknownTokens => _unknownToken is null ? [] : [_unknownToken];

    private protected override DType TokenType => DType.String;

    // That of their bytes in UTF-8, which is that of their code points.
    private protected override IComparer<string> Order { get; } =
        Comparer<string>.Create((left, right) => Encoding.UTF8.GetBytes(left).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(right)));

    private protected override string Parse(string line) => line;

    private protected override Tensor Write(IReadOnlyList<string> tokens, Shape? shape) => Tensor.FromStrings(tokens, shape);

    private protected override string[] Read(Tensor tensor) => tensor.ToStrings();

    private protected override Tensor Spread(Tensor keys, int count) => TextHash.Of(keys, count, _salt);

    private protected override void DescribeTokens(ConfigFields fields)
    {
        fields.OptionalText("oov_token", ref _unknownToken);
        fields.OptionalText("mask_token", ref _maskToken);
        fields.OptionalIntegers("salt", ref _salt, count: 2, only: KerasGeneration.Keras3);
        // The method of integers, which texts ignore.
        fields.Ignore("oov_method");
    }

    private protected override void DescribeVocabulary(ConfigFields fields, ref string[]? vocabulary)
    {
        fields.OptionalTexts("vocabulary", ref vocabulary);
        fields.Choice("encoding", ref _encoding, "utf-8", "UTF-8");
    }
}
