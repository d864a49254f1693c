using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// A layer whose state is computed from data before training, instead of by it. Python: <c>PreprocessingLayer</c> of Keras 2, and the
/// layers with <c>adapt</c> of Keras 3.
/// </summary>
public abstract class AdaptableLayer : Layer
{
    /// <summary>Starts a layer.</summary>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    protected AdaptableLayer(string? name = null, DTypePolicy? dtype = null) : base(name, dtype)
    {
    }

    /// <summary>Computes the state from data, in place of an earlier one. Python: <c>layer.adapt(data)</c>.</summary>
    /// <param name="data">The data, the batch first; borrowed.</param>
    /// <exception cref="TfLbfgsException">The state is given by the configuration, or the data do not fit.</exception>
    public void Adapt(Tensor data)
    {
        ArgumentNullException.ThrowIfNull(data);
        Adapt([data]);
    }

    /// <summary>
    /// Computes the state from data that come in batches, in place of an earlier one. Python: <c>layer.adapt(dataset)</c>.
    /// </summary>
    /// <param name="batches">The batches, each used before the next is taken; borrowed.</param>
    /// <exception cref="TfLbfgsException">The state is given by the configuration, there is no batch, or the data do not fit.</exception>
    public void Adapt(IEnumerable<Tensor> batches)
    {
        ArgumentNullException.ThrowIfNull(batches);
        using TensorScope scope = new();
        AdaptTo(batches);
    }

    /// <summary>Computes the state; a scope owns the intermediate results.</summary>
    /// <param name="batches">The batches.</param>
    protected abstract void AdaptTo(IEnumerable<Tensor> batches);
}
