using System.Text.Json.Nodes;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// Splits texts into tokens and replaces these by their places in a vocabulary, 0 being padding and 1 what is unknown; or makes a vector of
/// each text. Input: texts, [batch] or [batch, 1].
/// The vocabulary is given, or learned by <see cref="AdaptableLayer.Adapt(Tensor)"/>. Python: <c>tf.keras.layers.TextVectorization</c>.
/// </summary>
public sealed class TextVectorization : AdaptableLayer, IVocabularyLayer
{
    private const string Punctuation = "[!\"#$%&()\\*\\+,-\\./:;<=>?@\\[\\\\\\]^_`{|}~\\']";

    private int? _maxTokens;
    private TextStandardization _standardization = TextStandardization.LowerAndStripPunctuation;
    private TextSplit _split = TextSplit.Whitespace;
    private int[]? _runs;
    private CategoryOutput _output = CategoryOutput.Integers;
    private int? _sequenceLength;
    private bool _padToMaxTokens;
    private StringLookup _lookupLayer;

    // In files the runs of all lengths up to one are that number.
    private static readonly FieldForm<int[]?> RunsForm = FieldForms.OptionalIntegers(null, 1) with
    {
        Read = value =>
            value.IsList
            ? [.. value.Items().Select(item => item.Int32("an integer or a list of integers"))]
            : [.. Enumerable.Range(1, value.Int32("an integer or a list of integers"))],
        Write = (runs, _) =>
            runs is null
            ? null : runs.SequenceEqual(Enumerable.Range(1, runs.Length))
            ? runs.Length : new JsonArray([.. runs.Select(run => JsonValue.Create(run))]),
    };

    /// <summary>Creates a layer.</summary>
    /// <param name="vocabulary">The tokens, each once; null (default): they are learned by <see
    /// cref="AdaptableLayer.Adapt(Tensor)"/>.</param>
    /// <param name="output">What is made of the tokens; default: their numbers, as int64, padded with 0.</param>
    /// <param name="outputSequenceLength">The number of tokens to which texts are padded or cut; null (default): the longest of the batch.
    /// Only for numbers.</param>
    /// <param name="maxTokens">The largest size of the vocabulary, with padding and unknown tokens; null (default): any.</param>
    /// <param name="standardization">What is done to texts first; default: lower case, without punctuation.</param>
    /// <param name="split">How they are split; default: at white space.</param>
    /// <param name="runs">The lengths of runs of tokens that count as tokens, <c>[1, 2]</c> for single tokens and pairs; null (default):
    /// single tokens. Python: <c>ngrams</c>.</param>
    /// <param name="padToMaxTokens">Whether vectors have <paramref name="maxTokens"/> elements also where the vocabulary is smaller.
    /// Default false.</param>
    /// <param name="idfWeights">The weight of each token of a given vocabulary for <see cref="CategoryOutput.TfIdf"/>; null
    /// elsewhere.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype of vectors; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">The options contradict each other, or the vocabulary.</exception>
    public TextVectorization(
        IReadOnlyList<string>? vocabulary = null, CategoryOutput output = CategoryOutput.Integers, int? outputSequenceLength = null,
            int? maxTokens = null,
        TextStandardization standardization = TextStandardization.LowerAndStripPunctuation, TextSplit split = TextSplit.Whitespace,
            IReadOnlyList<int>? runs = null, bool padToMaxTokens = false,
        IReadOnlyList<double>? idfWeights = null, string? name = null, DTypePolicy? dtype = null)
        : base(name, dtype)
    {
        _output = output;
        _sequenceLength = outputSequenceLength;
        _maxTokens = maxTokens;
        _standardization = standardization;
        _split = split;
        _runs = runs?.ToArray();
        _padToMaxTokens = padToMaxTokens;
        CheckFields();
        _lookupLayer =
            new StringLookup(vocabulary, output, maxTokens, maskToken: "", padToMaxTokens: padToMaxTokens, idfWeights: idfWeights);
    }

    /// <summary>What is made of the tokens.</summary>
    public CategoryOutput Output => _output;

    /// <summary>The number of tokens to which texts are padded or cut; null: the longest of the batch.</summary>
    public int? OutputSequenceLength => _sequenceLength;

    /// <summary>What is done to texts first.</summary>
    public TextStandardization Standardization => _standardization;

    /// <summary>How texts are split.</summary>
    public TextSplit Split => _split;

    /// <summary>The lengths of runs of tokens that count as tokens; null: single tokens. Python: <c>ngrams</c>.</summary>
    public IReadOnlyList<int>? Runs => _runs;

    /// <summary>The largest size of the vocabulary; null: any.</summary>
    public int? MaxTokens => _maxTokens;

    /// <summary>The number of tokens, with padding and unknown tokens. Python: <c>layer.vocabulary_size()</c>.</summary>
    public int VocabularySize => _lookupLayer.VocabularySize;

    /// <inheritdoc/>
    protected internal override DType InputDType => DType.String;

    /// <inheritdoc/>
    protected override bool TakesIntegers => true;

    /// <inheritdoc cref="IndexLookup{T}.GetVocabulary"/>
    public IReadOnlyList<string> GetVocabulary(bool includeSpecialTokens = true) => _lookupLayer.GetVocabulary(includeSpecialTokens);

    /// <inheritdoc cref="IndexLookup{T}.SetVocabulary"/>
    public void SetVocabulary(IReadOnlyList<string> vocabulary, IReadOnlyList<double>? idfWeights = null) =>
        _lookupLayer.SetVocabulary(vocabulary, idfWeights);

    /// <inheritdoc/>
    protected override Tensor Call(Tensor input, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (_split == TextSplit.None)
            return CallUnsplit(input);
        TokenRows tokens = SplitTexts(Standardize(input));
        TokenRows numbers = tokens with { Values = _lookupLayer.Lookup(tokens.Values) };
        long batch = input.Shape[0];
        if (_output == CategoryOutput.Integers)
        {
            Tensor matrix = numbers.ToMatrix(_sequenceLength);
            matrix.RefineShape([batch, _sequenceLength ?? -1]);
            return matrix;
        }

        Tensor encoded = _lookupLayer.Encode((output, depth) =>
        {
            Tensor counts =
                RawOps.RaggedBincount(numbers.Splits, numbers.Values, Tensor.Scalar((long)depth), Tensor.Zeros([0], DType.Float32),
                output == CategoryOutput.MultiHot);
            counts.RefineShape([batch, depth]);
            return counts;
        });
        return encoded.DType == _lookupLayer.OutputDType ? encoded : Tf.Cast(encoded, _lookupLayer.OutputDType);
    }

    /// <inheritdoc/>
    protected override void CheckInputShape(Shape inputShape)
    {
        ArgumentNullException.ThrowIfNull(inputShape);
        bool fits = _split == TextSplit.None
            ? inputShape.Rank >= 1 : inputShape.Rank == 1 || (inputShape.Rank == 2 && inputShape[1] is 1 or -1);
        if (!fits)
            throw new TfLbfgsException($"{this}: expected "
                + $"{(_split == TextSplit.None ? "texts in at least one dimension" : "one text for each sample, [batch] or [batch, 1]")}, received {inputShape}.");
    }

    /// <inheritdoc/>
    protected override void CreateVariables(Shape inputShape) => _lookupLayer.Build(inputShape);

    /// <inheritdoc/>
    protected override void AdaptTo(IEnumerable<Tensor> batches)
    {
        ArgumentNullException.ThrowIfNull(batches);
        _lookupLayer.Learn(counts =>
        {
            foreach (Tensor batch in batches)
            {
                CheckInput(batch);
                CheckInputShape(batch.Shape);
                Tensor texts = Standardize(batch);
                if (_split == TextSplit.None)
                {
                    texts = _runs is null ? texts : JoinRuns(texts);
                    long size = texts.Rank < 2 ? 1 : texts.Shape.ElementCount / Math.Max(texts.Shape[0], 1);
                    foreach (string[] document in texts.ToStrings().Chunk((int)Math.Max(size, 1)))
                        counts.AddDocument(document);
                    continue;
                }

                TokenRows rows = SplitTexts(texts);
                string[] tokens = rows.Values.ToStrings();
                long[] splits = rows.Splits.ToArray<long>();
                for (int i = 0; i + 1 < splits.Length; i++)
                    counts.AddDocument(tokens[(int)splits[i]..(int)splits[i + 1]]);
            }
        });
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.OptionalInteger("max_tokens", ref _maxTokens, minimum: 2);
        fields.OptionalChoice(
            "standardize", ref _standardization, ("lower_and_strip_punctuation", TextStandardization.LowerAndStripPunctuation),
                ("lower", TextStandardization.Lower),
            ("strip_punctuation", TextStandardization.StripPunctuation));
        fields.OptionalChoice("split", ref _split, ("whitespace", TextSplit.Whitespace), ("character", TextSplit.Character));
        fields.Exchange(new FieldDeclaration("ngrams"), ref _runs, RunsForm);
        fields.OutputMode(ref _output, CategoryOutput.Integers, CategoryOutput.OneHot, CategoryOutput.MultiHot, CategoryOutput.Count,
            CategoryOutput.TfIdf);
        fields.OptionalInteger("output_sequence_length", ref _sequenceLength, minimum: 0);
        fields.Flag("pad_to_max_tokens", ref _padToMaxTokens);
        // Tensors of rows of different lengths are none of the dtypes of layers here.
        fields.Fixed("ragged", false);
        if (_sequenceLength is not null && _output != CategoryOutput.Integers)
            throw fields.Fail($"expected output_sequence_length only with the output Integers, received it with {_output}.");
        if (_output == CategoryOutput.OneHot && (_split != TextSplit.None || fields.Generation == KerasGeneration.Keras2))
            throw fields.Fail("expected an output that is not OneHot for texts that are split, received OneHot.");
        if (_padToMaxTokens && _maxTokens is null)
            throw fields.Fail("expected max_tokens with pad_to_max_tokens, received none.");
        if (fields.IsReading)
            _lookupLayer = new StringLookup(null, _output, _maxTokens, maskToken: "", padToMaxTokens: _padToMaxTokens);
        _lookupLayer?.DescribeVocabulary(fields);
        fields.Ignore("has_input_vocabulary");
    }

    double[]? IVocabularyLayer.StoredWeights => ((IVocabularyLayer)_lookupLayer).StoredWeights;

    bool IVocabularyLayer.HasWeightVariable => false;

    void IVocabularyLayer.RestoreVocabulary(IReadOnlyList<string>? tokens, double[]? weights) =>
        ((IVocabularyLayer)_lookupLayer).RestoreVocabulary(tokens, weights);

    // A text layer of Keras 2 has the dtype of its input.
    private protected override DTypePolicy StoredPolicy(KerasGeneration generation) =>
        generation == KerasGeneration.Keras2 ? DType.String : base.StoredPolicy(generation);

    private protected override void CheckInputs(IReadOnlyList<Tensor> inputs)
    {
        foreach (Tensor input in inputs)
            CheckInput(input);
    }

    private Tensor Standardize(Tensor texts)
    {
        Tensor standard = _standardization is TextStandardization.Lower or TextStandardization.LowerAndStripPunctuation
            ? RawOps.StringLower(texts) : texts;
        return _standardization is TextStandardization.StripPunctuation or TextStandardization.LowerAndStripPunctuation
            ? RawOps.StaticRegexReplace(standard, Punctuation, "") : standard;
    }

    private TokenRows SplitTexts(Tensor texts)
    {
        Tensor each = texts.Rank == 2 ? Tf.Squeeze(texts, 1) : texts;
        TokenRows tokens = _split == TextSplit.Whitespace ? TokenRows.OfWords(each) : TokenRows.OfCharacters(each);
        return _runs is null ? tokens : tokens.Runs(_runs);
    }

    /// <summary>Each text is a token, along the last dimension.</summary>
    private Tensor CallUnsplit(Tensor input)
    {
        Tensor tokens = Standardize(input);
        if (_runs is not null)
            tokens = JoinRuns(tokens);
        Tensor numbers = _lookupLayer.Lookup(tokens);
        if (_output != CategoryOutput.Integers)
            return _lookupLayer.Encode((output, depth) => CategoryEncoder.Encode(numbers, output, depth, _lookupLayer.OutputDType));
        if (_sequenceLength is not { } length)
            return numbers;
        int[,] paddings = new int[numbers.Rank, 2];
        paddings[numbers.Rank - 1, 1] = length;
        return Tf.Slice(Tf.Pad(numbers, paddings), new int[numbers.Rank], [.. Enumerable.Repeat(-1, numbers.Rank - 1), length]);
    }

    private Tensor JoinRuns(Tensor tokens)
    {
        Tensor shape = RawOps.Shape(tokens, DType.Int64);
        Tensor length = shape[tokens.Rank - 1];
        Tensor splits = RawOps.Range(Tensor.Scalar(0L), RawOps.Size(tokens, DType.Int64) + Tensor.Scalar(1L), length);
        TokenRows runs = new TokenRows(RawOps.Reshape(tokens, Tensor.From<long>([-1])), splits).Runs(_runs!);
        return RawOps.Reshape(runs.Values, Tf.Concat([shape[..(tokens.Rank - 1)], Tensor.From<long>([-1])], 0));
    }

    private void CheckInput(Tensor input)
    {
        if (input.DType != DType.String)
            throw WrongDType(input, DType.String);
    }
}
