namespace TfLbfgs.Keras.Layers;

/// <summary>
/// A trained vector for each integer: from [batch, ...] to [batch, ..., output size]. Python: <c>tf.keras.layers.Embedding</c>.
/// </summary>
public sealed class Embedding : EmbeddingLayer
{
    /// <summary>Creates a layer.</summary>
    /// <param name="inputSize">The number of integers, which are 0 to this minus 1. Python: <c>input_dim</c>.</param>
    /// <param name="outputSize">The size of a vector. Python: <c>output_dim</c>.</param>
    /// <param name="maskZero">Whether 0 stands for no value: such steps are masked. Default false.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">A size is below 1.</exception>
    public Embedding(long inputSize, long outputSize, bool maskZero = false, string? name = null, DTypePolicy? dtype = null)
        : base(inputSize, outputSize, maskZero, name, dtype) => CheckFields();

    internal Embedding()
    {
    }
}
