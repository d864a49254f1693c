using TfLbfgs.Keras.Serialization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// For each query the mean of values, weighted by the softmax of scores of query and keys. Inputs are the query, [batch, queries, size],
/// the value, [batch, keys, size], and the key, which may be left out and then is
/// the value. Arguments of a call: <c>use_causal_mask</c>, <c>return_attention_scores</c>.
/// </summary>
public abstract class DenseAttention : Layer
{
    private bool _useScale;
    private double _dropout;
    private long? _seed;
    private bool _causal;
    private SeedGenerator? _random;

    private protected DenseAttention(bool useScale) => _useScale = useScale;

    private protected DenseAttention(bool useScale, double dropout, long? seed, string? name, DTypePolicy? dtype) : base(name, dtype)
    {
        _useScale = useScale;
        _dropout = dropout;
        _seed = seed;
    }

    /// <summary>Whether scores have a trained scale.</summary>
    public bool UseScale => _useScale;

    /// <summary>The part of the weights that is dropped in training.</summary>
    public double Dropout => _dropout;

    /// <summary>The seed of the masks of dropout.</summary>
    public long? Seed => _seed;

    /// <inheritdoc/>
    protected override IReadOnlyList<string> ArgumentNames => ["use_causal_mask", "return_attention_scores"];

    /// <summary>The scores, [batch, queries, keys].</summary>
    private protected abstract Tensor Scores(Tensor query, Tensor key);

    /// <inheritdoc/>
    protected sealed override IReadOnlyList<Tensor> Call(IReadOnlyList<Tensor> inputs, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(context);
        (Tensor query, Tensor value) = (inputs[0], inputs[1]);
        Tensor scores = Scores(query, inputs.Count > 2 ? inputs[2] : value);
        if (MaskOf(scores, context.MaskOf(value), _causal || context.Arguments.Flag("use_causal_mask")) is { } mask)
            scores -= Tf.Cast(Tf.LogicalNot(mask), scores.DType) * (scores.DType == DType.Float16 ? 65504.0 : 1e9);
        Tensor weights = Tf.NN.Softmax(scores);
        if (context.Training && _dropout > 0)
        {
            _random ??= AddSeedGenerator(_seed);
            weights *= _random.DropoutMask(context, RawOps.Shape(weights, DType.Int64), _dropout, weights.DType);
        }

        Tensor output = Tf.MatMul(weights, value);
        if (context.MaskOf(query) is { } rows)
        {
            output *= Tf.Cast(Tf.ExpandDims(rows, -1), output.DType);
            context.SetMask(output, rows);
        }

        return context.Arguments.Flag("return_attention_scores") ? [output, weights] : [output];
    }

    /// <inheritdoc/>
    protected override void CheckInputShapes(IReadOnlyList<Shape> inputShapes)
    {
        ArgumentNullException.ThrowIfNull(inputShapes);
        if (inputShapes.Count is not (2 or 3) || inputShapes.Any(shape => !shape.HasRank || shape.Rank < 3))
            throw new TfLbfgsException($"{this}: expected a query, a value and perhaps a key of at least 3 dimensions, [batch, steps, "
                + $"size], received {string.Join(" and ", inputShapes)}.");
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.Flag("use_scale", ref _useScale);
        fields.Number("dropout", ref _dropout, minimum: 0, maximum: 1);
        if (fields.Generation == KerasGeneration.Keras3)
            fields.Seed("seed", ref _seed);
        // Old files hold what has since become an argument of the call.
        if (fields.IsReading || _causal)
            fields.Flag("causal", ref _causal, only: KerasGeneration.Keras2);
    }

    private static Tensor? MaskOf(Tensor scores, Tensor? keys, bool causal)
    {
        Tensor? mask = keys is null ? null : Tf.ExpandDims(keys, -2);
        if (!causal)
            return mask;
        Tensor order = AttentionMasks.Causal(scores);
        return mask is null ? order : Tf.LogicalAnd(mask, order);
    }
}
