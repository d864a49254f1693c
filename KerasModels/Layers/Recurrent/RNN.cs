using TfLbfgs.Keras.Serialization;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// A recurrent layer of any cell: <c>new RNN(new LSTMCell(32)) { ReturnSequences = true }</c>. Python: <c>tf.keras.layers.RNN</c>.
/// </summary>
public sealed class RNN : RecurrentLayer
{
    private RecurrentCell _cell;

    /// <summary>Creates a layer.</summary>
    /// <param name="cell">The cell; owned by the layer.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    public RNN(RecurrentCell cell, string? name = null, DTypePolicy? dtype = null) : base(name, dtype)
    {
        ArgumentNullException.ThrowIfNull(cell);
        _cell = cell;
    }

    /// <summary>Creates a layer of several cells, one on the other.</summary>
    /// <param name="cells">The cells, the first of which takes the input; owned by the layer.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    public RNN(IReadOnlyList<RecurrentCell> cells, string? name = null, DTypePolicy? dtype = null)
        : this(new StackedRNNCells(cells), name, dtype)
    {
    }

    internal RNN() => _cell = new SimpleRNNCell();

    /// <summary>The cell.</summary>
    public RecurrentCell Cell => _cell;

    private protected override RecurrentCell StepCell => _cell;

    private protected override void DescribeCell(ConfigFields fields) => fields.Component("cell", ref _cell, required: true);
}
