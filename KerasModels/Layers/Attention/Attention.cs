using TfLbfgs.Keras.Initializers;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// Attention whose scores are products of queries and keys (Luong et al. 2015). Python: <c>tf.keras.layers.Attention</c>.
/// </summary>
public sealed class Attention : DenseAttention
{
    private string _scoreMode = "dot";
    private Variable? _scale;
    private Variable? _concatScoreWeight;

    /// <summary>Creates a layer.</summary>
    /// <param name="useScale">Whether scores have a trained scale; default false.</param>
    /// <param name="scoreMode"><c>dot</c> (default): the products; <c>concat</c>: the sums of tanh(query + key).</param>
    /// <param name="dropout">The part of the weights that is dropped in training; default 0.</param>
    /// <param name="seed">The seed of the masks of dropout; null: follows from the layer's name.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">The mode is another one, or the part is not from 0 to 1.</exception>
    public Attention(bool useScale = false, string scoreMode = "dot", double dropout = 0, long? seed = null, string? name = null,
        DTypePolicy? dtype = null)
        : base(useScale, dropout, seed, name, dtype)
    {
        _scoreMode = scoreMode;
        CheckFields();
    }

    /// <summary>How scores are computed.</summary>
    public string ScoreMode => _scoreMode;

    private protected override Tensor Scores(Tensor query, Tensor key)
    {
        if (_scoreMode == "dot")
        {
            Tensor products = Tf.MatMul(query, key, transposeB: true);
            return _scale is null ? products : products * _scale.Value;
        }

        Tensor sums = Tf.ExpandDims(query, -2) + Tf.ExpandDims(key, -3);
        return Tf.ReduceSum(Tf.Tanh(_scale is null ? sums : sums * _scale.Value), -1) * _concatScoreWeight!.Value;
    }

    /// <inheritdoc/>
    protected override void CreateVariables(IReadOnlyList<Shape> inputShapes)
    {
        if (UseScale)
            _scale = AddVariable("scale", Shape.Scalar, new Ones());
        if (_scoreMode == "concat")
            _concatScoreWeight = AddVariable("concat_score_weight", Shape.Scalar, new Ones());
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.Choice("score_mode", ref _scoreMode, "dot", "concat");
    }
}
