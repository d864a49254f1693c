using TfLbfgs.Keras.Serialization;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// Attention whose heads of keys and values serve several heads of queries each (Ainslie et al. 2023). A layer of Keras 3. Python:
/// <c>keras.layers.GroupQueryAttention</c>.
/// </summary>
[KerasName("GroupedQueryAttention", "GroupQueryAttention", Generation = KerasGeneration.Keras3)]
public sealed class GroupQueryAttention : HeadedAttention
{
    private int _headDim = 1;
    private int _numQueryHeads = 1;
    private int _numKeyValueHeads = 1;

    /// <summary>Creates a layer.</summary>
    /// <param name="headDim">The size of a head.</param>
    /// <param name="numQueryHeads">The number of heads of queries.</param>
    /// <param name="numKeyValueHeads">The number of heads of keys and values, which divides that of the queries.</param>
    /// <param name="dropout">The part of the weights that is dropped in training; default 0.</param>
    /// <param name="useBias">Whether the projections have a bias; default true.</param>
    /// <param name="seed">The seed of the masks of dropout; null: follows from the layer's name.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">A number is below 1, or the heads do not divide.</exception>
    public GroupQueryAttention(
        int headDim, int numQueryHeads, int numKeyValueHeads, double dropout = 0, bool useBias = true, long? seed = null,
            string? name = null, DTypePolicy? dtype = null)
        : base(dropout, useBias, seed, name, dtype)
    {
        _headDim = headDim;
        _numQueryHeads = numQueryHeads;
        _numKeyValueHeads = numKeyValueHeads;
        CheckFields();
    }

    internal GroupQueryAttention()
    {
    }

    /// <summary>The size of a head.</summary>
    public int HeadDim => _headDim;

    /// <summary>The number of heads of queries.</summary>
    public int NumQueryHeads => _numQueryHeads;

    /// <summary>The number of heads of keys and values.</summary>
    public int NumKeyValueHeads => _numKeyValueHeads;

    private protected override (int Heads, int Size) QueryHeads => (_numQueryHeads, _headDim);

    private protected override (int Heads, int KeySize, int ValueSize) KeyValueHeads => (_numKeyValueHeads, _headDim, _headDim);

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.Integer("head_dim", ref _headDim, minimum: 1, required: true);
        fields.Integer("num_query_heads", ref _numQueryHeads, minimum: 1, required: true);
        fields.Integer("num_key_value_heads", ref _numKeyValueHeads, minimum: 1, required: true);
        if (_numQueryHeads % _numKeyValueHeads != 0)
            throw fields.Fail($"num_query_heads that {_numKeyValueHeads} heads of keys and values divide, received {_numQueryHeads}");
    }
}
