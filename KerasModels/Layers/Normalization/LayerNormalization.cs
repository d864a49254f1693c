using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// Gives each sample the mean 0 and the variance 1 over one dimension or several. Python: <c>tf.keras.layers.LayerNormalization</c>.
/// </summary>
public sealed class LayerNormalization : ScaledNormalization
{
    private bool _rmsScaling;

    /// <summary>Creates a layer.</summary>
    /// <param name="axis">The dimension over which is normalized; negative from the end. Default -1.</param>
    /// <param name="epsilon">What is added to the variance; default 1e-3.</param>
    /// <param name="center">Whether there is a trained offset; default true.</param>
    /// <param name="scale">Whether there is a trained factor; default true.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">Epsilon is negative.</exception>
    public LayerNormalization(int axis = -1, double epsilon = 1e-3, bool center = true, bool scale = true, string? name = null,
        DTypePolicy? dtype = null)
        : this([axis], epsilon, center, scale, name, dtype)
    {
    }

    /// <summary>Creates a layer that normalizes over several dimensions together.</summary>
    /// <param name="axes">The dimensions; negative from the end.</param>
    /// <param name="epsilon">What is added to the variance; default 1e-3.</param>
    /// <param name="center">Whether there is a trained offset; default true.</param>
    /// <param name="scale">Whether there is a trained factor; default true.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">Epsilon is negative.</exception>
    public LayerNormalization(
        IReadOnlyList<int> axes, double epsilon = 1e-3, bool center = true, bool scale = true, string? name = null,
            DTypePolicy? dtype = null)
        : base(axes, epsilon, center, scale, name, dtype) => CheckFields();

    internal LayerNormalization()
    {
    }

    /// <inheritdoc/>
    protected override Tensor Call(Tensor input, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(input);
        Tensor x = Tf.Cast(input, StatisticsDType(input));
        int[] axes = AxesOf(x.Rank);
        Tensor mean = Tf.ReduceMean(x, axes, keepDims: true);
        Tensor variance = Tf.ReduceMean(Tf.Square(x - mean), axes, keepDims: true);
        Tensor output;
        if (_rmsScaling)
        {
            // As Keras has it: the root of the variance, not of the mean square.
            output = x * Tf.Math.Rsqrt(variance + Epsilon);
            output = Gamma is null ? output : output * Broadcast(Gamma, x)!;
        }
        else
        {
            output = Normalize(x, mean, variance, Broadcast(Gamma, x), Broadcast(Beta, x));
        }

        return output.DType == input.DType ? output : Tf.Cast(output, input.DType);
    }

    private protected override AxesForm FormOfAxis => AxesForm.List;

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.Flag("rms_scaling", ref _rmsScaling, only: KerasGeneration.Keras3);
    }
}
