using System.Globalization;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// Replaces integers by their places in a vocabulary, or places by integers. Python: <c>tf.keras.layers.IntegerLookup</c>.
/// </summary>
public sealed class IntegerLookup : IndexLookup<long>
{
    private long? _maskToken;
    private long? _unknownToken = -1;
    private DType? _tokenType = DType.Int64;
    private string _unknownMethod = "floormod";
    private long[]? _salt;

    /// <summary>Creates a layer.</summary>
    /// <param name="vocabulary">The integers, each once; null (default): they are learned by <see
    /// cref="AdaptableLayer.Adapt(Tensor)"/>.</param>
    /// <param name="output">What is made of the numbers. Default: themselves, as int64.</param>
    /// <param name="maxTokens">The largest size of the vocabulary, with mask and unknown tokens; null (default): any.</param>
    /// <param name="unknownIndices">How many numbers stand for integers that are not in the vocabulary; 0: such integers are refused.
    /// Default 1.</param>
    /// <param name="maskToken">An integer that becomes 0; null (default): none.</param>
    /// <param name="unknownToken">The integer that stands for unknown ones in vocabularies; null: none. Default -1.</param>
    /// <param name="invert">Whether places are replaced by integers of the vocabulary. Default false.</param>
    /// <param name="padToMaxTokens">Whether vectors have <paramref name="maxTokens"/> elements also where the vocabulary is smaller.
    /// Default false.</param>
    /// <param name="idfWeights">The weight of each integer of a given vocabulary for <see cref="CategoryOutput.TfIdf"/>; null
    /// elsewhere.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype of vectors; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">The options contradict each other, or the vocabulary.</exception>
    public IntegerLookup(
        IReadOnlyList<long>? vocabulary = null, CategoryOutput output = CategoryOutput.Integers, int? maxTokens = null,
            int unknownIndices = 1, long? maskToken = null,
        long? unknownToken = -1, bool invert = false, bool padToMaxTokens = false, IReadOnlyList<double>? idfWeights = null,
            string? name = null, DTypePolicy? dtype = null)
        : base(name, dtype)
    {
        _maskToken = maskToken;
        _unknownToken = unknownToken;
        Start(vocabulary?.ToArray(), output, maxTokens, unknownIndices, invert, padToMaxTokens, idfWeights?.ToArray());
    }

    /// <summary>The integer that becomes 0; null: none.</summary>
    public long? MaskToken => _maskToken;

    /// <summary>The integer that stands for unknown ones. Python: <c>oov_token</c>.</summary>
    public long? UnknownToken => _unknownToken;

    /// <summary>
    /// Whether unknown integers are spread by a hash of their digits (FarmHash, SipHash with <see cref="Salt"/>) instead of by the
    /// remainder. Default false. Python: <c>oov_method="farmhash"</c>.
    /// </summary>
    public bool HashesUnknown
    {
        get => _unknownMethod == "farmhash";
        init => _unknownMethod = value ? "farmhash" : "floormod";
    }

    /// <summary>Two numbers of the key of that hash; null (default): no key. Setting it sets <see cref="HashesUnknown"/>.</summary>
    public IReadOnlyList<long>? Salt
    {
        get => _salt;
        init
        {
            _salt = value?.ToArray();
            _unknownMethod = value is null ? _unknownMethod : "farmhash";
            CheckFields();
        }
    }

    private protected override IReadOnlyList<long> MaskTokens => _maskToken is { } token ? [token] : [];

    private protected override IReadOnlyList<long> UnknownTokens => _unknownToken is { } token ? [token] : [];

    private protected override DType TokenType => DType.Int64;

    private protected override IComparer<long> Order => Comparer<long>.Default;

    private protected override long Parse(string line) =>
        long.TryParse(line, NumberStyles.Integer, CultureInfo.InvariantCulture, out long token)
        ? token
        : throw new TfLbfgsException($"{this}: expected an integer in each line of the file of its vocabulary, received '{line}'.");

    private protected override Tensor Write(IReadOnlyList<long> tokens, Shape? shape) =>
        Tensor.From<long>([.. tokens], shape ?? [tokens.Count]);

    private protected override long[] Read(Tensor tensor) => tensor.ToArray<long>();

    private protected override Tensor Spread(Tensor keys, int count) =>
        HashesUnknown ? TextHash.Of(RawOps.AsString(keys), count, _salt) : RawOps.FloorMod(keys, Tensor.Scalar((long)count));

    private protected override void DescribeTokens(ConfigFields fields)
    {
        fields.OptionalInteger("oov_token", ref _unknownToken, alias: "oov_value");
        fields.OptionalInteger("mask_token", ref _maskToken, alias: "mask_value");
        fields.OptionalDType("vocabulary_dtype", ref _tokenType);
        if (fields.Generation == KerasGeneration.Keras3)
            fields.Choice("oov_method", ref _unknownMethod, "floormod", "farmhash");
        fields.OptionalIntegers("salt", ref _salt, count: 2, only: KerasGeneration.Keras3);
        if (_salt is not null && !HashesUnknown)
            throw fields.Fail("expected oov_method farmhash with a salt, received floormod.");
        if (_tokenType is not { IsInteger: true })
            throw fields.Fail($"expected vocabulary_dtype to be an integer dtype, received {_tokenType?.PythonName ?? "none"}.");
    }

    private protected override void DescribeVocabulary(ConfigFields fields, ref long[]? vocabulary) =>
        fields.OptionalIntegers("vocabulary", ref vocabulary);
}
