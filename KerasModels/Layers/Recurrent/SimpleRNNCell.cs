using TfLbfgs.Keras.Activations;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// A step of <see cref="SimpleRNN"/>: activation(input · kernel + state · recurrent kernel + bias). Python:
/// <c>tf.keras.layers.SimpleRNNCell</c>.
/// </summary>
public sealed class SimpleRNNCell : DenseCell
{
    /// <summary>Creates a cell.</summary>
    /// <param name="units">The size of output and state.</param>
    /// <param name="activation">The activation; null: tanh.</param>
    /// <param name="useBias">Whether there is a bias; default true.</param>
    /// <param name="dropout">The part of the inputs that is dropped in training; default 0.</param>
    /// <param name="recurrentDropout">The part of the state that is dropped in training; default 0.</param>
    /// <param name="seed">The seed of the masks of dropout; null: follows from the cell's name.</param>
    /// <param name="name">The name; null: the layer names it.</param>
    /// <param name="dtype">The dtype; null: that of the layer.</param>
    /// <exception cref="TfLbfgsException">The units are below 1, or a part is not from 0 to 1.</exception>
    public SimpleRNNCell(
        int units, ActivationFunction? activation = null, bool useBias = true, double dropout = 0, double recurrentDropout = 0,
            long? seed = null, string? name = null,
        DTypePolicy? dtype = null)
        : base(units, activation, useBias, dropout, recurrentDropout, seed, name, dtype) => CheckFields();

    internal SimpleRNNCell()
    {
    }

    private protected override int Gates => 1;

    /// <inheritdoc/>
    protected internal override (Tensor Output, IReadOnlyList<Tensor> States) Step(
        Tensor input, IReadOnlyList<Tensor> states, IReadOnlyList<Tensor> constants, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(states);
        ArgumentNullException.ThrowIfNull(constants);
        Tensor output = Activation.Compute(Tf.Add(input, Tf.MatMul(DropState(states[0], constants), RecurrentKernel!.Value)));
        return (output, [output]);
    }
}
