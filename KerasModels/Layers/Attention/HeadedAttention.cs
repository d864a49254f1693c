using TfLbfgs.Keras.Serialization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// Attention of several heads, each on its own projection. Inputs are the query, the value, and the key, which may be left out and then is
/// the value; value and key may also be given as arguments of the call. Arguments:
/// <c>attention_mask</c>, [batch, queries, keys]; <c>query_mask</c>, <c>value_mask</c>, <c>key_mask</c>, [batch, steps];
/// <c>use_causal_mask</c>; <c>return_attention_scores</c>.
/// </summary>
public abstract class HeadedAttention : KernelLayer
{
    private double _dropout;
    private bool _useBias = true;
    private bool _useGate;
    private int? _slidingWindow;
    private long? _seed;
    private KerasGeneration _origin = KerasGeneration.Keras3;
    private SeedGenerator? _random;
    private EinsumDense? _queryDense;
    private EinsumDense? _keyDense;
    private EinsumDense? _gateDense;
    private EinsumDense? _valueDense;
    private EinsumDense? _outputDense;
    private Shape? _queryShape;
    private Shape? _keyShape;
    private Shape? _valueShape;

    private protected HeadedAttention()
    {
    }

    private protected HeadedAttention(double dropout, bool useBias, long? seed, string? name, DTypePolicy? dtype) : base(name, dtype)
    {
        _dropout = dropout;
        _useBias = useBias;
        _seed = seed;
    }

    /// <summary>The part of the weights that is dropped in training.</summary>
    public double Dropout => _dropout;

    /// <summary>Whether the projections have a bias.</summary>
    public bool UseBias => _useBias;

    /// <summary>Whether the heads are multiplied by a sigmoid of the query; Keras 3 only.</summary>
    public bool UseGate
    {
        get => _useGate;
        init => _useGate = value;
    }

    /// <summary>How many steps query and key may be apart, less one; null: any number. Keras 3 only.</summary>
    public int? SlidingWindow
    {
        get => _slidingWindow;
        init => _slidingWindow = value;
    }

    /// <summary>The seed of the masks of dropout.</summary>
    public long? Seed => _seed;

    /// <inheritdoc/>
    public override bool SupportsMasking => true;

    /// <inheritdoc/>
    protected override IReadOnlyList<string> ArgumentNames =>
        ["value", "key", "attention_mask", "query_mask", "value_mask", "key_mask", "use_causal_mask", "return_attention_scores"];

    internal override IReadOnlyList<(string Name, IReadOnlyList<KerasTensor> Tensors)> NamedInputs(IReadOnlyList<KerasTensor> inputs,
        KerasGeneration generation) =>
        [.. inputs.Skip(1).Zip((string[])["value", "key"], (tensor, name) => (name, (IReadOnlyList<KerasTensor>)[tensor]))];

    /// <summary>Heads and size of a head of the queries.</summary>
    private protected abstract (int Heads, int Size) QueryHeads { get; }

    /// <summary>Heads of keys and values, and the sizes of a key and of a value.</summary>
    private protected abstract (int Heads, int KeySize, int ValueSize) KeyValueHeads { get; }

    /// <summary>The factor of the products: one over the root of their length, which Keras 3 rounds to float32 in any dtype.</summary>
    private double Scale => _origin == KerasGeneration.Keras2 ? 1 / Math.Sqrt(QueryHeads.Size) : (float)(1 / Math.Sqrt(QueryHeads.Size));

    /// <summary>The shape of the output without batch and steps; null: the size of the query.</summary>
    private protected virtual int[]? ProjectedShape => null;

    /// <summary>The dimensions over which is attended, from the start and the batch counted, for inputs of this many dimensions.</summary>
    private protected virtual int[] AttentionAxes(int rank) => [.. Enumerable.Range(1, rank - 2)];

    /// <inheritdoc/>
    protected sealed override IReadOnlyList<Tensor> Call(IReadOnlyList<Tensor> inputs, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(context);
        CallArguments arguments = context.Arguments;
        Tensor query = inputs[0];
        Tensor value = inputs.Count > 1
            ? inputs[1] : arguments.Tensor("value")
            ?? throw new TfLbfgsException($"{this}: expected a query and a value, received one input. Give both in a list.");
        Tensor key = inputs.Count > 2 ? inputs[2] : arguments.Tensor("key") ?? value;
        EnsureProjections(query.Shape, value.Shape, key.Shape);
        Tensor? mask = MaskOf(query, value, key, context);
        Tensor queries = _queryDense!.Call(query), keys = Repeat(_keyDense!.Call(key)), values = Repeat(_valueDense!.Call(value));
        AttentionEquations equations = AttentionEquations.For(queries.Rank, AttentionAxes(query.Rank));
        Tensor scores = Tf.Einsum(equations.Scores, keys, queries * Scale);
        bool returnsScores = arguments.Flag("return_attention_scores");
        Tensor weights = Weights(scores, mask, equations.Axes, zeroes: _dropout > 0 || returnsScores || queries.Rank != 4);
        Tensor output = Tf.Einsum(equations.Combine, Drop(weights, context), values);
        if (_gateDense is not null)
            output *= _gateDense.Call(query);
        output = _outputDense!.Call(output);
        return returnsScores ? [output, weights] : [output];
    }

    /// <inheritdoc/>
    protected override void CheckInputShapes(IReadOnlyList<Shape> inputShapes)
    {
        ArgumentNullException.ThrowIfNull(inputShapes);
        if (inputShapes.Count is < 1 or > 3 || inputShapes.Any(shape => !shape.HasRank || shape.Rank < 3 || shape[-1] < 0))
        {
            throw new TfLbfgsException(
                $"{this}: expected a query, a value and perhaps a key of at least 3 dimensions, [batch, steps, size], with a known size, "
                    + $"received {string.Join(" and ", inputShapes)}.");
        }
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.Origin(ref _origin);
        fields.Number("dropout", ref _dropout, minimum: 0, maximum: 1);
        fields.Flag("use_bias", ref _useBias);
        fields.Flag("use_gate", ref _useGate, only: KerasGeneration.Keras3);
        fields.OptionalInteger("sliding_window", ref _slidingWindow, minimum: 1, only: KerasGeneration.Keras3);
        DescribeWeights(fields);
        if (fields.Generation == KerasGeneration.Keras3)
            fields.Seed("seed", ref _seed);
        // Keras 2 makes the variables from the shapes of the inputs, which are those of the first call here.
        (Shape? query, Shape? key, Shape? value) = (_queryShape, _keyShape, _valueShape);
        fields.Shape("query_shape", ref query, only: KerasGeneration.Keras2);
        fields.Shape("key_shape", ref key, only: KerasGeneration.Keras2);
        fields.Shape("value_shape", ref value, only: KerasGeneration.Keras2);
        // Which kernel computes it.
        fields.Ignore("flash_attention", "softmax_robust_masking");
    }

    private void EnsureProjections(Shape query, Shape value, Shape key)
    {
        if (_queryDense is not null)
            return;
        (_queryShape, _keyShape, _valueShape) = (query, key, value);
        (int heads, int size) = QueryHeads;
        (int keyHeads, int keySize, int valueSize) = KeyValueHeads;
        _queryDense = Projection(query.Rank - 1, [heads, size], "query");
        _keyDense = Projection(key.Rank - 1, [keyHeads, keySize], "key");
        _valueDense = Projection(value.Rank - 1, [keyHeads, valueSize], "value");
        if (_useGate)
            _gateDense = Projection(query.Rank - 1, [heads, valueSize], "gate", "sigmoid");
        int[] output = ProjectedShape ?? [checked((int)query[-1])];
        (string equation, string bias) = AttentionEquations.Projection(query.Rank - 1, 2, output.Length);
        _outputDense = Make(equation, bias, query.Rank - 1, output, "attention_output", null);
        AdoptChildren();
    }

    private EinsumDense Projection(int freeDims, int[] sizes, string name, string? activation = null)
    {
        (string equation, string bias) = AttentionEquations.Projection(freeDims, 1, sizes.Length);
        return Make(equation, bias, freeDims, sizes, name, activation);
    }

    private EinsumDense Make(string equation, string biasAxes, int freeDims, int[] sizes, string name, string? activation)
    {
        // The free dimensions without the batch take their sizes from the input.
        int?[] shape = [.. Enumerable.Repeat((int?)null, freeDims - 1), .. sizes.Select(size => (int?)size)];
        return new EinsumDense(equation, shape, activation is null ? null : Activations.ActivationFunction.FromString(activation), _useBias
            ? biasAxes : null, name, DTypePolicy)
        {
            KernelOptions = KernelOptions,
            BiasOptions = BiasOptions,
            ActivityRegularizer = ActivityRegularizer,
        };
    }

    // Heads of keys and values serve several heads of queries each.
    private Tensor Repeat(Tensor heads) => Tf.Repeat(heads, QueryHeads.Heads / KeyValueHeads.Heads, heads.Rank - 2);

    private Tensor? MaskOf(Tensor query, Tensor value, Tensor key, CallContext context)
    {
        CallArguments arguments = context.Arguments;
        Tensor? mask = null;
        if ((arguments.Tensor("query_mask") ?? context.MaskOf(query)) is { } ofQuery)
            mask = And(mask, Tf.ExpandDims(ofQuery, -1));
        if ((arguments.Tensor("value_mask") ?? context.MaskOf(value)) is { } ofValue)
            mask = And(mask, Tf.ExpandDims(ofValue, -2));
        if (!ReferenceEquals(key, value) && (arguments.Tensor("key_mask") ?? context.MaskOf(key)) is { } ofKey)
            mask = And(mask, Tf.ExpandDims(ofKey, -2));
        if (arguments.Flag("use_causal_mask"))
            mask = And(mask, Tf.ExpandDims(AttentionMasks.Causal(Steps(query), Steps(value)), 0));
        if (_slidingWindow is { } steps)
            mask = And(mask, Tf.ExpandDims(AttentionMasks.Window(Steps(query), Steps(value), steps), 0));
        return arguments.Tensor("attention_mask") is { } given ? And(mask, given) : mask;
    }

    private static Tensor Steps(Tensor x) => RawOps.Shape(x, DType.Int32)[1];

    private static Tensor And(Tensor? mask, Tensor other)
    {
        Tensor flags = other.DType == DType.Bool ? other : Tf.Cast(other, DType.Bool);
        return mask is null ? flags : Tf.LogicalAnd(mask, flags);
    }

    /// <summary>The softmax of the scores that the mask lets count.</summary>
    /// <param name="scores">The scores, [batch, heads, queries, keys].</param>
    /// <param name="mask">The mask, which lacks the dimension of the heads; null: all count.</param>
    /// <param name="axes">The number of dimensions of keys.</param>
    /// <param name="zeroes">Whether Keras 3 gives weights of 0 to keys that do not count even where none does.</param>
    private Tensor Weights(Tensor scores, Tensor? mask, int axes, bool zeroes)
    {
        while (mask is not null && mask.Rank < scores.Rank)
            mask = Tf.ExpandDims(mask, -(axes * 2) - 1);
        int[] last = [.. Enumerable.Range(-axes, axes)];
        return MaskedSoftmax.Compute(scores, mask, _origin, x => MaskedSoftmax.Over(x, last), zeroes);
    }

    private Tensor Drop(Tensor weights, CallContext context)
    {
        if (!context.Training || _dropout == 0)
            return weights;
        _random ??= AddSeedGenerator(_seed);
        return weights * _random.DropoutMask(context, RawOps.Shape(weights, DType.Int64), _dropout, weights.DType);
    }
}
