using TfLbfgs.Keras.Activations;
using TfLbfgs.Keras.Initializers;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// A step of <see cref="LSTM"/> (Hochreiter and Schmidhuber 1997), whose states are its output and its memory. Python:
/// <c>tf.keras.layers.LSTMCell</c>.
/// </summary>
public sealed class LSTMCell : DenseCell
{
    private ActivationFunction _recurrentActivation = "sigmoid";
    private bool _unitForgetBias = true;

    /// <summary>Creates a cell.</summary>
    /// <param name="units">The size of output and memory.</param>
    /// <param name="activation">The activation of candidate and output; null: tanh.</param>
    /// <param name="recurrentActivation">The activation of the gates; null: sigmoid.</param>
    /// <param name="useBias">Whether there is a bias; default true.</param>
    /// <param name="unitForgetBias">Whether the bias of the forget gate starts at 1; default true.</param>
    /// <param name="dropout">The part of the inputs that is dropped in training; default 0.</param>
    /// <param name="recurrentDropout">The part of the state that is dropped in training; default 0.</param>
    /// <param name="seed">The seed of the masks of dropout; null: follows from the cell's name.</param>
    /// <param name="name">The name; null: the layer names it.</param>
    /// <param name="dtype">The dtype; null: that of the layer.</param>
    /// <exception cref="TfLbfgsException">The units are below 1, or a part is not from 0 to 1.</exception>
    public LSTMCell(
        int units, ActivationFunction? activation = null, ActivationFunction? recurrentActivation = null, bool useBias = true,
            bool unitForgetBias = true, double dropout = 0,
        double recurrentDropout = 0, long? seed = null, string? name = null, DTypePolicy? dtype = null)
        : base(units, activation, useBias, dropout, recurrentDropout, seed, name, dtype)
    {
        _recurrentActivation = recurrentActivation ?? _recurrentActivation;
        _unitForgetBias = unitForgetBias;
        CheckFields();
    }

    internal LSTMCell()
    {
    }

    /// <summary>The activation of the gates.</summary>
    public ActivationFunction RecurrentActivation => _recurrentActivation;

    /// <summary>Whether the bias of the forget gate starts at 1.</summary>
    public bool UnitForgetBias => _unitForgetBias;

    private protected override int Gates => 4;

    private protected override int StateCount => 2;

    private protected override Initializer FirstBias => _unitForgetBias ? new ForgetBias(BiasInitializer, Units) : BiasInitializer;

    /// <inheritdoc/>
    protected internal override (Tensor Output, IReadOnlyList<Tensor> States) Step(
        Tensor input, IReadOnlyList<Tensor> states, IReadOnlyList<Tensor> constants, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(states);
        ArgumentNullException.ThrowIfNull(constants);
        Tensor sums = Tf.Add(input, Tf.MatMul(DropState(states[0], constants), RecurrentKernel!.Value));
        return LstmGates.Apply(sums, states[1], Activation, _recurrentActivation);
    }

    internal override void DescribeCell(ConfigFields fields)
    {
        base.DescribeCell(fields);
        fields.Component("recurrent_activation", ref _recurrentActivation);
        fields.Flag("unit_forget_bias", ref _unitForgetBias);
    }
}
