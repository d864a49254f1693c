using TfLbfgs.Keras.Activations;
using TfLbfgs.Keras.Serialization;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// A fully connected recurrent layer: each output is fed back into the next step. Options of the kernels stand at
/// <see cref="SimpleRNNCell"/>: for others than the defaults, <c>new RNN(new SimpleRNNCell(...))</c>. Python:
/// <c>tf.keras.layers.SimpleRNN</c>.
/// </summary>
public sealed class SimpleRNN : RecurrentLayer
{
    private readonly SimpleRNNCell _cell;

    /// <summary>Creates a layer.</summary>
    /// <param name="units">The size of the output.</param>
    /// <param name="activation">The activation; null: tanh.</param>
    /// <param name="useBias">Whether there is a bias; default true.</param>
    /// <param name="returnSequences">Whether the outputs of all steps are returned; default false: that of the last one.</param>
    /// <param name="returnState">Whether the states after the last step are returned behind the output; default false.</param>
    /// <param name="dropout">The part of the inputs that is dropped in training; default 0.</param>
    /// <param name="recurrentDropout">The part of the state that is dropped in training; default 0.</param>
    /// <param name="seed">The seed of the masks of dropout; null: follows from the layer's name.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">The units are below 1, or a part is not from 0 to 1.</exception>
    public SimpleRNN(
        int units, ActivationFunction? activation = null, bool useBias = true, bool returnSequences = false,
        bool returnState = false, double dropout = 0, double recurrentDropout = 0, long? seed = null, string? name = null,
        DTypePolicy? dtype = null)
        : base(name, dtype)
    {
        _cell = new SimpleRNNCell(units, activation, useBias, dropout, recurrentDropout, seed, "simple_rnn_cell");
        ReturnSequences = returnSequences;
        ReturnState = returnState;
    }

    internal SimpleRNN() => _cell = new SimpleRNNCell();

    /// <summary>The cell, with the variables.</summary>
    public SimpleRNNCell Cell => _cell;

    private protected override RecurrentCell StepCell => _cell;

    private protected override void DescribeCell(ConfigFields fields)
    {
        _cell.DescribeCell(fields);
        if (fields.IsReading)
            _cell.AdoptName("simple_rnn_cell");
    }
}
