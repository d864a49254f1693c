using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Activations;

/// <summary>One half along an axis times the sigmoid of the other. Python: <c>tf.keras.activations.glu</c>.</summary>
/// <param name="axis">The axis; default the last.</param>
[KerasName("glu", Generation = KerasGeneration.Keras3)]
public sealed class GluActivation(int axis = -1) : ActivationFunction
{
    private int _axis = axis;

    /// <summary>The axis; default the last.</summary>
    public int Axis => _axis;

    /// <inheritdoc/>
    protected internal override Tensor Compute(Tensor input)
    {
        if (input.Shape[_axis] % 2 != 0)
            throw new TfLbfgsException($"Activation 'glu': expected an even size in dimension {_axis}, received shape {input.Shape}.");
        Tensor[] halves = RawOps.Split(Tensor.Scalar(_axis, Runtime.DType.Int32), input, 2);
        return halves[0] * RawOps.Sigmoid(halves[1]);
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        fields.Integer("axis", ref _axis);
    }
}
