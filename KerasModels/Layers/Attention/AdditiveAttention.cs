using TfLbfgs.Keras.Initializers;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// Attention whose scores are sums of tanh(query + key) (Bahdanau et al. 2014). Python: <c>tf.keras.layers.AdditiveAttention</c>.
/// </summary>
public sealed class AdditiveAttention : DenseAttention
{
    private Variable? _scale;

    /// <summary>Creates a layer.</summary>
    /// <param name="useScale">Whether the sums have trained weights; default true.</param>
    /// <param name="dropout">The part of the weights that is dropped in training; default 0.</param>
    /// <param name="seed">The seed of the masks of dropout; null: follows from the layer's name.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">The part is not from 0 to 1.</exception>
    public AdditiveAttention(bool useScale = true, double dropout = 0, long? seed = null, string? name = null, DTypePolicy? dtype = null)
        : base(useScale, dropout, seed, name, dtype) => CheckFields();

    private protected override Tensor Scores(Tensor query, Tensor key)
    {
        Tensor sums = Tf.Tanh(Tf.ExpandDims(query, -2) + Tf.ExpandDims(key, -3));
        return Tf.ReduceSum(_scale is null ? sums : sums * _scale.Value, -1);
    }

    /// <inheritdoc/>
    protected override void CreateVariables(IReadOnlyList<Shape> inputShapes)
    {
        ArgumentNullException.ThrowIfNull(inputShapes);
        if (UseScale)
            _scale = AddVariable("scale", [inputShapes[0][-1]], new GlorotUniform());
    }
}
