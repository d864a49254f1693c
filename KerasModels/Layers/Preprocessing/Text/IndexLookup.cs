using TfLbfgs.Keras.Serialization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// Replaces tokens by their places in a vocabulary, or places by tokens. First stands the mask token (where there is one and the output is
/// integers), then the numbers of unknown tokens, then the
/// vocabulary. It is given, or learned by <see cref="AdaptableLayer.Adapt(Tensor)"/>: the most frequent tokens first; of data with several
/// dimensions each element of the first is a document.
/// A vocabulary that was learned is saved with the configuration, as if it had been given. Python: <c>IndexLookup</c>.
/// </summary>
/// <typeparam name="T">The type of the tokens.</typeparam>
public abstract class IndexLookup<T> : AdaptableLayer, IVocabularyLayer where T : notnull
{
    private int? _maxTokens;
    private int _unknownIndices = 1;
    private bool _invert;
    private CategoryOutput _output = CategoryOutput.Integers;
    private bool _padToMaxTokens;
    private T[]? _vocabulary;
    private double[]? _givenWeights;
    private int? _statedSize;
    private bool _isStatic;
    private bool _isFrozen;
    private KerasGeneration _generation = KerasGeneration.Keras3;
    private LookupTable? _table;
    private Variable? _storedWeights;

    private protected IndexLookup(string? name, DTypePolicy? dtype) : base(name, dtype)
    {
    }

    /// <summary>The largest size of the vocabulary, with mask and unknown tokens; null: any. Python: <c>max_tokens</c>.</summary>
    public int? MaxTokens => _maxTokens;

    /// <summary>
    /// How many numbers stand for tokens that are not in the vocabulary, which are spread over them by a hash; 0: such tokens are refused.
    /// Python: <c>num_oov_indices</c>.
    /// </summary>
    public int UnknownIndices => _unknownIndices;

    /// <summary>Whether numbers are replaced by tokens.</summary>
    public bool Invert => _invert;

    /// <summary>What is made of the numbers: themselves, as int64, or vectors of the layer's dtype.</summary>
    public CategoryOutput Output => _output;

    /// <summary>Whether vectors have <see cref="MaxTokens"/> elements also where the vocabulary is smaller.</summary>
    public bool PadToMaxTokens => _padToMaxTokens;

    /// <summary>The number of tokens, with mask and unknown tokens. Python: <c>layer.vocabulary_size()</c>.</summary>
    public int VocabularySize => FirstToken + Tokens.Length;

    /// <inheritdoc/>
    protected internal override DType InputDType => _invert ? DType.Int64 : TokenType;

    /// <inheritdoc/>
    protected override bool TakesIntegers => true;

    /// <summary>The token that becomes 0 and comes from it; empty: none.</summary>
    private protected abstract IReadOnlyList<T> MaskTokens { get; }

    /// <summary>The token that stands for unknown ones; empty: none.</summary>
    private protected abstract IReadOnlyList<T> UnknownTokens { get; }

    /// <summary>The dtype of the tokens.</summary>
    private protected abstract DType TokenType { get; }

    /// <summary>The order of tokens that are equally frequent.</summary>
    private protected abstract IComparer<T> Order { get; }

    // The mask token has a number of its own only where numbers are the output.
    private int FirstUnknown => MaskTokens.Count > 0 && _output == CategoryOutput.Integers ? 1 : 0;

    private int FirstToken => FirstUnknown + _unknownIndices;

    // A file may state the size of a vocabulary that is read later.
    private int KnownSize => _vocabulary is null && _statedSize is { } stated ? stated : VocabularySize;

    private int Depth => _padToMaxTokens ? _maxTokens!.Value : KnownSize;

    private T[] Tokens => _vocabulary is null ? [] : HasSpecialTokens(_vocabulary) ? _vocabulary[FirstToken..] : _vocabulary;

    /// <summary>The tokens in the order of their numbers. Python: <c>layer.get_vocabulary()</c>.</summary>
    /// <param name="includeSpecialTokens">Whether mask and unknown tokens stand first, as they do in the numbering. Default true.</param>
    /// <returns>The tokens.</returns>
    /// <exception cref="TfLbfgsException">There is no unknown token to list.</exception>
    public IReadOnlyList<T> GetVocabulary(bool includeSpecialTokens = true) =>
        includeSpecialTokens ? [.. SpecialTokens(), .. Tokens] : Tokens;

    /// <summary>Gives the vocabulary, in place of an earlier one. Python: <c>layer.set_vocabulary(vocabulary, idf_weights)</c>.</summary>
    /// <param name="vocabulary">The tokens, each once; mask and unknown tokens may stand first, in the order of the numbering, or be left
    /// out.</param>
    /// <param name="idfWeights">One weight for each token, needed for <see cref="CategoryOutput.TfIdf"/> and only there.</param>
    /// <exception cref="TfLbfgsException">The vocabulary is empty or too large, a token occurs twice or at a wrong place, weights are
    /// missing or too many, or the size of vectors that were made before would change.</exception>
    public void SetVocabulary(IReadOnlyList<T> vocabulary, IReadOnlyList<double>? idfWeights = null)
    {
        ArgumentNullException.ThrowIfNull(vocabulary);
        Replace([.. vocabulary], idfWeights is null ? null : [.. idfWeights], CheckVocabulary);
        _isStatic = true;
    }

    /// <summary>Sets and checks the options; the constructor of the class has set its own before.</summary>
    private protected void Start(T[]? vocabulary, CategoryOutput output, int? maxTokens, int unknownIndices, bool invert,
        bool padToMaxTokens, double[]? idfWeights)
    {
        _output = output;
        _maxTokens = maxTokens;
        _unknownIndices = unknownIndices;
        _invert = invert;
        _padToMaxTokens = padToMaxTokens;
        CheckFields();
        if (vocabulary is not null)
            SetVocabulary(vocabulary, idfWeights);
        else if (idfWeights is not null)
            throw new TfLbfgsException($"{this}: expected a vocabulary with weights (idf_weights), received weights alone.");
    }

    /// <summary>Numbers of tokens, or tokens of numbers, element by element.</summary>
    internal Tensor Lookup(Tensor input)
    {
        EnsureVocabulary(input);
        Tensor keys = input.DType == InputDType ? input : Tf.Cast(input, InputDType);
        if (_invert)
        {
            Tensor found = _table!.Find(keys, ToScalar(UnknownTokens[0]));
            return MaskTokens is [var mask] ? Tf.Where(Tf.Equal(keys, Tensor.Scalar(0L)), ToScalar(mask), found) : found;
        }

        // Unknown tokens that are spread over several numbers are found by -1.
        Tensor missing = Tensor.Scalar(_unknownIndices == 1 ? (long)FirstUnknown : -1L);
        Tensor numbers = _table!.Find(keys, missing);
        if (MaskTokens is [var masked])
            numbers = Tf.Where(Tf.Equal(keys, ToScalar(masked)), Tensor.Scalar(_output == CategoryOutput.Integers ? 0L : long.MaxValue),
                numbers);
        if (_unknownIndices == 1)
            return numbers;
        Tensor isUnknown = Tf.Equal(numbers, missing);
        if (_unknownIndices == 0)
        {
            RawOps.Assert(
                Tf.LogicalNot(Tf.ReduceAny(isUnknown)),
                [Tensor.FromStrings(
                    [$"{this}: expected tokens of the vocabulary, since it has no number for others (num_oov_indices is 0), received:"],
                    Shape.Scalar), RawOps.GatherNd(keys, RawOps.Where(isUnknown))]);
            return numbers;
        }

        Tensor spread = Spread(keys, _unknownIndices);
        return Tf.Where(isUnknown, FirstUnknown == 0 ? spread : spread + Tensor.Scalar((long)FirstUnknown), numbers);
    }

    /// <summary>Encodes numbers along their last dimension.</summary>
    /// <param name="encode">Encodes as an output that is not tf-idf, to a number of categories.</param>
    internal Tensor Encode(Func<CategoryOutput, int, Tensor> encode)
    {
        if (_output != CategoryOutput.TfIdf)
            return encode(_output, Depth);
        Tensor counts = encode(CategoryOutput.Count, Depth);
        Tensor weights = _storedWeights?.Value ?? HostArrays.ToTensor(Weights(), counts.DType, [Depth]);
        return counts * (weights.DType == counts.DType ? weights : Tf.Cast(weights, counts.DType));
    }

    /// <summary>The dtype of the output.</summary>
    internal DType OutputDType => CategoryEncoder.NumberType(_output, DTypePolicy.VariableDType, ComputeDType);

    /// <summary>Declares the vocabulary, which other fields decide the numbering of.</summary>
    internal void DescribeVocabulary(ConfigFields fields)
    {
        fields.Origin(ref _generation);
        DescribeVocabulary(fields, ref _vocabulary);
        fields.OptionalNumbers("idf_weights", ref _givenWeights);
        int? size = _vocabulary is null ? _statedSize : VocabularySize;
        fields.OptionalInteger("vocabulary_size", ref size, minimum: 0);
        if (!fields.IsReading)
            return;
        _statedSize = size;
        if (_vocabulary is not null)
        {
            CheckVocabulary(_vocabulary, _givenWeights);
            _isStatic = true;
        }
    }

    /// <summary>Learns a vocabulary of counts.</summary>
    internal void Learn(Action<TokenCounts<T>> count)
    {
        if (_isStatic)
            throw new TfLbfgsException($"{this}: expected a layer without a given vocabulary to adapt, received one that has it. Make a "
                + "new layer, or call SetVocabulary.");
        TokenCounts<T> counts = new();
        count(counts);
        T[] learned = counts.MostFrequent([.. MaskTokens, .. UnknownTokens], _maxTokens - FirstToken, Order);
        if (learned.Length == 0)
            throw new TfLbfgsException($"{this}: expected data with tokens to adapt to, received none.");
        // Computed in float32, as Keras does.
        double[]? weights = _output == CategoryOutput.TfIdf
            ? [.. learned.Select(token => (double)(float)counts.InverseDocumentFrequency(token))] : null;
        Replace(learned, weights, null);
    }

    /// <inheritdoc/>
    protected override Tensor Call(Tensor input, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(input);
        Tensor looked = Lookup(input);
        if (_invert)
            return looked;
        // A scalar counts as a vector in Keras 3.
        if (_output == CategoryOutput.OneHot && looked.Rank == 0 && _generation == KerasGeneration.Keras3)
            looked = Tf.ExpandDims(looked, 0);
        return Encode((output, depth) => CategoryEncoder.Encode(looked, output, depth, OutputDType));
    }

    /// <inheritdoc/>
    protected override void CreateVariables(Shape inputShape)
    {
        if (_vocabulary is not null)
            StoreWeights();
    }

    /// <inheritdoc/>
    protected override void AdaptTo(IEnumerable<Tensor> batches)
    {
        ArgumentNullException.ThrowIfNull(batches);
        if (_invert)
            throw new TfLbfgsException($"{this}: expected a layer that turns tokens into numbers to adapt, received one with Invert.");
        Learn(counts =>
        {
            foreach (Tensor batch in batches)
            {
                T[] tokens = Read(batch.DType == TokenType ? batch : Tf.Cast(batch, TokenType));
                int size = batch.Rank < 2 || tokens.Length == 0 ? 1 : tokens.Length / (int)batch.Shape[0];
                foreach (T[] document in tokens.Chunk(size))
                    counts.AddDocument(document);
            }
        });
    }

    /// <summary>A token as files of vocabularies have it.</summary>
    private protected abstract T Parse(string line);

    /// <summary>A tensor of tokens.</summary>
    private protected abstract Tensor Write(IReadOnlyList<T> tokens, Shape? shape);

    /// <summary>The elements of a tensor of tokens.</summary>
    private protected abstract T[] Read(Tensor tensor);

    /// <summary>Spreads tokens over numbers from 0 to below a bound.</summary>
    private protected abstract Tensor Spread(Tensor keys, int count);

    /// <summary>Declares the special tokens.</summary>
    private protected abstract void DescribeTokens(ConfigFields fields);

    /// <summary>Declares the list of tokens.</summary>
    private protected abstract void DescribeVocabulary(ConfigFields fields, ref T[]? vocabulary);

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.OptionalInteger("max_tokens", ref _maxTokens, minimum: 2);
        fields.Integer("num_oov_indices", ref _unknownIndices, minimum: 0);
        DescribeTokens(fields);
        fields.Flag("invert", ref _invert);
        fields.OutputMode(ref _output, CategoryOutput.Integers, CategoryOutput.OneHot, CategoryOutput.MultiHot, CategoryOutput.Count,
            CategoryOutput.TfIdf);
        fields.Flag("pad_to_max_tokens", ref _padToMaxTokens);
        fields.Ignore("has_input_vocabulary", "has_static_table");
        if (_padToMaxTokens && _maxTokens is null)
            throw fields.Fail("expected max_tokens with pad_to_max_tokens, received none.");
        if (_invert && _output != CategoryOutput.Integers)
            throw fields.Fail($"expected the output Integers with invert, received {_output}.");
        if (_invert && UnknownTokens.Count == 0)
            throw fields.Fail("expected a token for unknown numbers with invert, received none.");
        DescribeVocabulary(fields);
    }

    double[]? IVocabularyLayer.StoredWeights => _output == CategoryOutput.TfIdf && _vocabulary is not null ? Weights() : null;

    bool IVocabularyLayer.HasWeightVariable => _storedWeights is not null;

    void IVocabularyLayer.RestoreVocabulary(IReadOnlyList<string>? tokens, double[]? weights)
    {
        if (tokens is null || _isStatic)
            return;
        T[] vocabulary = [.. tokens.Select(Parse)];
        Replace(vocabulary, _output == CategoryOutput.TfIdf
            ? weights?[..Math.Min(weights.Length, vocabulary.Length)] : null, CheckVocabulary);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _table?.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>Takes floating-point numbers of any dtype, since none of its own meets them.</summary>
    private protected override void CheckInputs(IReadOnlyList<Tensor> inputs)
    {
    }

    // Keras 2 knows layers that make integers by an integer dtype.
    private protected override DTypePolicy StoredPolicy(KerasGeneration generation) =>
        generation == KerasGeneration.Keras2 && _output == CategoryOutput.Integers && !DTypePolicy.VariableDType.IsInteger ? DType.Int64
            : base.StoredPolicy(generation);

    private Tensor ToScalar(T token) => Write([token], Shape.Scalar);

    private IEnumerable<T> SpecialTokens()
    {
        if (_unknownIndices > 0 && UnknownTokens.Count == 0)
            throw new TfLbfgsException($"{this}: expected a token that stands for unknown ones, since they have {_unknownIndices} "
                + "numbers, received none. Call GetVocabulary(false) to leave them out.");
        return [.. MaskTokens.Take(FirstUnknown), .. Enumerable.Repeat(UnknownTokens, _unknownIndices).SelectMany(token => token)];
    }

    private bool HasSpecialTokens(T[] vocabulary) =>
        (_unknownIndices == 0 || UnknownTokens.Count > 0) && vocabulary.Take(FirstToken).SequenceEqual(SpecialTokens());

    private void CheckVocabulary(T[] vocabulary, double[]? weights)
    {
        if (vocabulary.Length == 0)
            throw new TfLbfgsException($"{this}: expected a vocabulary of at least one token, received none.");
        T[] tokens = HasSpecialTokens(vocabulary) ? vocabulary[FirstToken..] : vocabulary;
        HashSet<T> seen = [];
        foreach (T token in tokens)
        {
            if (!seen.Add(token))
                throw new TfLbfgsException($"{this}: expected each token once in the vocabulary, received '{token}' more than once.");
        }

        foreach (T special in _invert ? MaskTokens.Concat(UnknownTokens) : MaskTokens)
        {
            if (seen.Contains(special))
            {
                throw new TfLbfgsException(
                    $"{this}: expected the reserved token '{special}' only at the start of the vocabulary, as [{string.Join(", ", SpecialTokens().Select(token => $"'{token}'"))}], or not at all; "
                    + "received it elsewhere.");
            }
        }

        if (FirstToken + tokens.Length > _maxTokens)
            throw new TfLbfgsException($"{this}: expected at most {_maxTokens} tokens (max_tokens), received a vocabulary of "
                + $"{FirstToken + tokens.Length} with mask and unknown tokens.");
        if ((_output == CategoryOutput.TfIdf) != weights is not null)
        {
            throw new TfLbfgsException(
                $"{this}: expected weights (idf_weights) with the output TfIdf and only there, received "
                    + $"{(weights is null ? "none" : weights.Length)} with {_output}.");
        }

        if (weights is not null && weights.Length != vocabulary.Length)
            throw new TfLbfgsException(
                $"{this}: expected one weight (idf_weights) for each of {vocabulary.Length} tokens, received {weights.Length}.");
    }

    private void Replace(T[] vocabulary, double[]? weights, Action<T[], double[]?>? check)
    {
        check?.Invoke(vocabulary, weights);
        int size = FirstToken + (HasSpecialTokens(vocabulary) ? vocabulary.Length - FirstToken : vocabulary.Length);
        if (_isFrozen && _output != CategoryOutput.Integers && !_padToMaxTokens && size != KnownSize)
            throw new TfLbfgsException($"{this}: expected a vocabulary of {KnownSize} tokens, the size of the vectors that the layer "
                + $"made before, received {size}. Set PadToMaxTokens, or make a new layer.");
        _vocabulary = vocabulary;
        _givenWeights = weights;
        _statedSize = null;
        if (_table is { IsMade: true })
            _table.Fill(Pairs);
        if (IsBuilt)
            StoreWeights();
    }

    private void EnsureVocabulary(Tensor input)
    {
        bool isMissing = _vocabulary is null && _statedSize > FirstToken;
        string missing =
            $"{this}: expected a vocabulary, received none: the file states {_statedSize} tokens without holding them, since its format has no place for what adapt learned. "
            + "Call SetVocabulary, or Adapt.";
        if (isMissing && !input.IsSymbolic)
            throw new TfLbfgsException(missing);
        if (_vocabulary is null && !isMissing && _output != CategoryOutput.Integers && !_padToMaxTokens)
            throw new TfLbfgsException($"{this}: expected a vocabulary, which decides the size of its vectors, received none. Call Adapt "
                + "with data first, or give it.");
        _isFrozen = true;
        _table ??= new LookupTable(InputDType, _invert ? TokenType : DType.Int64);
        if (!_table.IsMade)
            _table.Fill(Pairs);
        // A model is built before its vocabulary is read; what is traced asks for it when it runs.
        if (isMissing)
            _table.RequireContent(missing);
    }

    private (Tensor Keys, Tensor Values) Pairs()
    {
        T[] tokens = Tokens;
        Tensor numbers = Tensor.From<long>([.. Enumerable.Range(FirstToken, tokens.Length).Select(number => (long)number)]);
        Tensor texts = Write(tokens, null);
        return _invert ? (numbers, texts) : (texts, numbers);
    }

    /// <summary>The weights by number: the mean for special tokens that were not given, 0 for padding.</summary>
    private double[] Weights()
    {
        if (_vocabulary is null && _statedSize is not null)
            return new double[Depth];
        double[] given = _givenWeights
            ?? throw new TfLbfgsException(
            $"{this}: expected weights (idf_weights), received none. Call Adapt with data first, or give them.");
        double[] front = HasSpecialTokens(_vocabulary!) ? [] : [.. Enumerable.Repeat(given.Average(), FirstToken)];
        return [.. front, .. given, .. Enumerable.Repeat(0.0, Depth - front.Length - given.Length)];
    }

    private void StoreWeights()
    {
        // Files of Keras 2 hold them as a weight.
        if (_generation != KerasGeneration.Keras2 || _output != CategoryOutput.TfIdf)
            return;
        _storedWeights ??= AddVariable("idf_weights", [Depth], trainable: false, dtype: OutputDType);
        using IDisposable eager = Tf.InitScope();
        using Tensor weights = HostArrays.ToTensor(Weights(), _storedWeights.DType, _storedWeights.Shape);
        _storedWeights.Assign(weights);
    }
}
