using TfLbfgs.Keras.Serialization;

namespace TfLbfgs.Keras.Layers;

/// <summary>An LSTM whose products are convolutions over one to three spatial dimensions.</summary>
public abstract class ConvLSTM : RecurrentLayer
{
    private readonly ConvLSTMCell _cell;

    private protected ConvLSTM(ConvLSTMCell cell, bool returnSequences, bool returnState, string? name, DTypePolicy? dtype)
        : base(name, dtype)
    {
        _cell = cell;
        ReturnSequences = returnSequences;
        ReturnState = returnState;
    }

    private protected ConvLSTM(int dimensions) => _cell = new ConvLSTMCell(dimensions);

    /// <summary>The cell, with the variables.</summary>
    public ConvLSTMCell Cell => _cell;

    private protected override RecurrentCell StepCell => _cell;

    private protected override void DescribeCell(ConfigFields fields)
    {
        _cell.DescribeCell(fields);
        if (fields.IsReading)
            _cell.AdoptName("conv_lstm_cell");
    }
}
