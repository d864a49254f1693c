using TfLbfgs.Keras.Serialization;

namespace TfLbfgs.Keras.Layers;

/// <summary>Attention of several heads (Vaswani et al. 2017). Python: <c>tf.keras.layers.MultiHeadAttention</c>.</summary>
public sealed class MultiHeadAttention : HeadedAttention
{
    private int _numHeads = 1;
    private int _keyDim = 1;
    private int? _valueDim;
    private int[]? _outputShape;
    private int[]? _attentionAxes;

    /// <summary>Creates a layer.</summary>
    /// <param name="numHeads">The number of heads.</param>
    /// <param name="keyDim">The size of a query and of a key of one head.</param>
    /// <param name="valueDim">The size of a value of one head; null (default): that of a key.</param>
    /// <param name="dropout">The part of the weights that is dropped in training; default 0.</param>
    /// <param name="useBias">Whether the projections have a bias; default true.</param>
    /// <param name="outputShape">The shape of the output without batch and steps; null (default): the size of the query.</param>
    /// <param name="attentionAxes">The dimensions over which is attended, the batch counted; null (default): all but the batch and the
    /// last.</param>
    /// <param name="seed">The seed of the masks of dropout; null: follows from the layer's name.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">A number is below 1, or the part is not from 0 to 1.</exception>
    public MultiHeadAttention(
        int numHeads, int keyDim, int? valueDim = null, double dropout = 0, bool useBias = true, IReadOnlyList<int>? outputShape = null,
        IReadOnlyList<int>? attentionAxes = null, long? seed = null, string? name = null, DTypePolicy? dtype = null)
        : base(dropout, useBias, seed, name, dtype)
    {
        _numHeads = numHeads;
        _keyDim = keyDim;
        _valueDim = valueDim;
        _outputShape = outputShape?.ToArray();
        _attentionAxes = attentionAxes?.ToArray();
        CheckFields();
    }

    internal MultiHeadAttention()
    {
    }

    /// <summary>The number of heads.</summary>
    public int NumHeads => _numHeads;

    /// <summary>The size of a query and of a key of one head.</summary>
    public int KeyDim => _keyDim;

    /// <summary>The size of a value of one head.</summary>
    public int ValueDim => _valueDim ?? _keyDim;

    private protected override (int Heads, int Size) QueryHeads => (_numHeads, _keyDim);

    private protected override (int Heads, int KeySize, int ValueSize) KeyValueHeads => (_numHeads, _keyDim, ValueDim);

    private protected override int[]? ProjectedShape => _outputShape;

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.Integer("num_heads", ref _numHeads, minimum: 1, required: true);
        fields.Integer("key_dim", ref _keyDim, minimum: 1, required: true);
        int? valueDim = fields.IsReading ? _valueDim : ValueDim;
        fields.OptionalInteger("value_dim", ref valueDim, minimum: 1);
        _valueDim = valueDim;
        fields.OptionalIntegers("output_shape", ref _outputShape, minimum: 1);
        fields.OptionalIntegers("attention_axes", ref _attentionAxes);
    }

    private protected override int[] AttentionAxes(int rank) =>
        _attentionAxes is null ? base.AttentionAxes(rank) : [.. _attentionAxes.Select(axis => axis < 0 ? axis + rank : axis)];
}
