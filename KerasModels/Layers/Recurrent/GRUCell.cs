using TfLbfgs.Keras.Activations;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// A step of <see cref="GRU"/> (Cho et al. 2014). With the reset after the recurrent kernel, the default, there is one bias for the input
/// and one for the state. Python: <c>tf.keras.layers.GRUCell</c>.
/// </summary>
public sealed class GRUCell : DenseCell
{
    private ActivationFunction _recurrentActivation = "sigmoid";
    private bool _resetAfter = true;

    /// <summary>Creates a cell.</summary>
    /// <param name="units">The size of output and state.</param>
    /// <param name="activation">The activation of the candidate; null: tanh.</param>
    /// <param name="recurrentActivation">The activation of the gates; null: sigmoid.</param>
    /// <param name="useBias">Whether there is a bias; default true.</param>
    /// <param name="resetAfter">Whether the reset gate is applied after the recurrent kernel; default true.</param>
    /// <param name="dropout">The part of the inputs that is dropped in training; default 0.</param>
    /// <param name="recurrentDropout">The part of the state that is dropped in training; default 0.</param>
    /// <param name="seed">The seed of the masks of dropout; null: follows from the cell's name.</param>
    /// <param name="name">The name; null: the layer names it.</param>
    /// <param name="dtype">The dtype; null: that of the layer.</param>
    /// <exception cref="TfLbfgsException">The units are below 1, or a part is not from 0 to 1.</exception>
    public GRUCell(
        int units, ActivationFunction? activation = null, ActivationFunction? recurrentActivation = null, bool useBias = true,
            bool resetAfter = true, double dropout = 0,
        double recurrentDropout = 0, long? seed = null, string? name = null, DTypePolicy? dtype = null)
        : base(units, activation, useBias, dropout, recurrentDropout, seed, name, dtype)
    {
        _recurrentActivation = recurrentActivation ?? _recurrentActivation;
        _resetAfter = resetAfter;
        CheckFields();
    }

    internal GRUCell()
    {
    }

    /// <summary>The activation of the gates.</summary>
    public ActivationFunction RecurrentActivation => _recurrentActivation;

    /// <summary>Whether the reset gate is applied after the recurrent kernel.</summary>
    public bool ResetAfter => _resetAfter;

    private protected override int Gates => 3;

    private protected override Shape BiasShape => _resetAfter ? [2, 3 * Units] : [3 * Units];

    private protected override Tensor? InputBias => Bias is null ? null : _resetAfter ? Bias.Value[0] : Bias.Value;

    /// <inheritdoc/>
    protected internal override (Tensor Output, IReadOnlyList<Tensor> States) Step(
        Tensor input, IReadOnlyList<Tensor> states, IReadOnlyList<Tensor> constants, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(states);
        ArgumentNullException.ThrowIfNull(constants);
        Tensor state = DropState(states[0], constants), kernel = RecurrentKernel!.Value;
        Tensor[] ofInput = RawOps.Split(Tensor.Scalar(1), input, 3);
        Tensor update, candidate;
        if (_resetAfter)
        {
            Tensor product = Tf.MatMul(state, kernel);
            if (Bias is not null)
                product = Tf.NN.BiasAdd(product, Bias.Value[1]);
            Tensor[] ofState = RawOps.Split(Tensor.Scalar(1), product, 3);
            update = _recurrentActivation.Compute(ofInput[0] + ofState[0]);
            Tensor reset = _recurrentActivation.Compute(ofInput[1] + ofState[1]);
            candidate = Activation.Compute(ofInput[2] + (reset * ofState[2]));
        }
        else
        {
            int gates = 2 * Units;
            Tensor[] ofState = RawOps.Split(Tensor.Scalar(1), Tf.MatMul(state, kernel[.., ..gates]), 2);
            update = _recurrentActivation.Compute(ofInput[0] + ofState[0]);
            Tensor reset = _recurrentActivation.Compute(ofInput[1] + ofState[1]);
            candidate = Activation.Compute(ofInput[2] + Tf.MatMul(reset * state, kernel[.., gates..]));
        }

        Tensor output = (update * states[0]) + ((1 - update) * candidate);
        return (output, [output]);
    }

    internal override void DescribeCell(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.DescribeCell(fields);
        fields.Component("recurrent_activation", ref _recurrentActivation);
        fields.Flag("reset_after", ref _resetAfter);
    }
}
