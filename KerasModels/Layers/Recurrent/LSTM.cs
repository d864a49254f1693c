using TfLbfgs.Keras.Activations;
using TfLbfgs.Keras.Serialization;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// Long short-term memory (Hochreiter and Schmidhuber 1997). Options of the kernels stand at <see cref="LSTMCell"/>: for others than the
/// defaults, <c>new RNN(new LSTMCell(...))</c>. Python: <c>tf.keras.layers.LSTM</c>.
/// </summary>
public sealed class LSTM : RecurrentLayer
{
    private readonly LSTMCell _cell;

    /// <summary>Creates a layer.</summary>
    /// <param name="units">The size of the output.</param>
    /// <param name="activation">The activation of candidate and output; null: tanh.</param>
    /// <param name="recurrentActivation">The activation of the gates; null: sigmoid.</param>
    /// <param name="useBias">Whether there is a bias; default true.</param>
    /// <param name="unitForgetBias">Whether the bias of the forget gate starts at 1; default true.</param>
    /// <param name="returnSequences">Whether the outputs of all steps are returned; default false: that of the last one.</param>
    /// <param name="returnState">Whether the states after the last step are returned behind the output; default false.</param>
    /// <param name="dropout">The part of the inputs that is dropped in training; default 0.</param>
    /// <param name="recurrentDropout">The part of the state that is dropped in training; default 0.</param>
    /// <param name="seed">The seed of the masks of dropout; null: follows from the layer's name.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">The units are below 1, or a part is not from 0 to 1.</exception>
    public LSTM(
        int units, ActivationFunction? activation = null, ActivationFunction? recurrentActivation = null, bool useBias = true,
        bool unitForgetBias = true, bool returnSequences = false, bool returnState = false, double dropout = 0,
        double recurrentDropout = 0, long? seed = null, string? name = null, DTypePolicy? dtype = null)
        : base(name, dtype)
    {
        _cell = new LSTMCell(units, activation, recurrentActivation, useBias, unitForgetBias, dropout, recurrentDropout, seed, "lstm_cell");
        ReturnSequences = returnSequences;
        ReturnState = returnState;
    }

    internal LSTM() => _cell = new LSTMCell();

    /// <summary>The cell, with the variables.</summary>
    public LSTMCell Cell => _cell;

    private protected override RecurrentCell StepCell => _cell;

    private protected override void DescribeCell(ConfigFields fields)
    {
        _cell.DescribeCell(fields);
        if (fields.IsReading)
            _cell.AdoptName("lstm_cell");
    }
}
