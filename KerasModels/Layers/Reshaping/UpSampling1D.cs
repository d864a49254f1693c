namespace TfLbfgs.Keras.Layers;

/// <summary>
/// Repeats each step: from [batch, steps, channels] to [batch, steps * size, channels]. Python: <c>tf.keras.layers.UpSampling1D</c>.
/// </summary>
public sealed class UpSampling1D : UpSampling
{
    /// <summary>Creates a layer.</summary>
    /// <param name="size">How often each step is repeated. Default 2.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">The size is below 1.</exception>
    public UpSampling1D(int size = 2, string? name = null, DTypePolicy? dtype = null)
        : base([size], DataFormat.ChannelsLast, name, dtype) => CheckFields();
}
