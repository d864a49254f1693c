using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Serialization;

/// <summary>
/// How many elements the variables of a model from a file may have together. A configuration of a few bytes can ask for any size, but a
/// sound file holds the weights, so it may not ask for much
/// more than these.
/// </summary>
internal sealed class VariableBudget(long elementsInFile)
{
    // What may be asked for beyond the weights of the file, for a report that compares shapes: 128 MiB of float64.
    private const long Slack = 1L << 24;

    /// <summary>
    /// Whether every variable gets its value from the file, or the model is thrown away; true only while a model is loaded. First values
    /// are then not computed.
    /// </summary>
    public bool AllAreLoaded { get; set; }

    private Int128 _left = elementsInFile + (Int128)Slack;

    /// <exception cref="ModelConfigException">There is not enough left.</exception>
    public void Take(string layer, Shape shape)
    {
        Int128 count = 1;
        foreach (long dim in shape)
            count = Int128.Min(count * dim, Int128.One << 64);
        _left -= count;
        if (_left < 0)
        {
            throw new ModelConfigException(
                $"{layer}: the configuration asks for a variable of shape {shape}, while the file holds {elementsInFile} weights in all. "
                    + "Expected a configuration that fits the weights; save the model again with Keras.");
        }
    }
}
