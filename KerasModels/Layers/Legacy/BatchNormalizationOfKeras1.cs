using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// The two modes of BatchNormalization that Keras 2 gave up: statistics of each sample over the last axis (mode 1), and those of the batch
/// also outside of training (mode 2). The stored mean and variance are kept for files and not used. Python:
/// <c>keras.layers.BatchNormalization(mode=...)</c> of Keras 1.
/// </summary>
public sealed class BatchNormalizationOfKeras1 : ScaledNormalization
{
    private long _mode = 2;
    private double _momentum = 0.99;

    /// <summary>Creates a layer.</summary>
    /// <param name="mode">1 or 2.</param>
    /// <param name="axis">The dimension of the channels; negative from the end. Default -1.</param>
    /// <param name="epsilon">What is added to the variance; default 1e-3.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">There is no such mode, or epsilon is negative.</exception>
    public BatchNormalizationOfKeras1(int mode, int axis = -1, double epsilon = 1e-3, string? name = null, DTypePolicy? dtype = null)
        : base([axis], epsilon, center: true, scale: true, name, dtype)
    {
        _mode = mode;
        CheckFields();
    }

    internal BatchNormalizationOfKeras1()
    {
    }

    /// <summary>1: statistics of each sample; 2: of the batch.</summary>
    public int Mode => (int)_mode;

    private protected override AxesForm FormOfAxis => AxesForm.ListInKeras2;

    /// <inheritdoc/>
    protected override Tensor Call(Tensor input, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(input);
        Tensor x = Tf.Cast(input, StatisticsDType(input));
        Tensor output;
        if (_mode == 1)
        {
            (Tensor mean, Tensor variance) = Tf.NN.Moments(x, [x.Rank - 1], keepDims: true);
            // Epsilon stands in the formula twice.
            output = ((x - mean) / (Tf.Sqrt(variance + Epsilon) + Epsilon) * Broadcast(Gamma, x)!) + Broadcast(Beta, x)!;
        }
        else
        {
            (Tensor mean, Tensor variance) = Tf.NN.Moments(x, [.. Enumerable.Range(0, x.Rank).Except(AxesOf(x.Rank))]);
            output = Normalize(x, Broadcast(mean, x), Broadcast(variance, x), Broadcast(Gamma, x), Broadcast(Beta, x));
        }

        return output.DType == input.DType ? output : Tf.Cast(output, input.DType);
    }

    /// <inheritdoc/>
    protected override void CreateVariables(Shape inputShape)
    {
        base.CreateVariables(inputShape);
        Shape shape = Shape.Create([.. AxesOf(inputShape.Rank).Select(axis => inputShape[axis])]);
        AddVariable("moving_mean", shape, new Initializers.Zeros(), trainable: false);
        AddVariable("moving_variance", shape, new Initializers.Ones(), trainable: false);
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.Integer("mode", ref _mode, minimum: 1);
        if (_mode > 2)
            throw fields.Fail(System.FormattableString.Invariant($"expected the mode 1 or 2, received {_mode}."));
        fields.Number("momentum", ref _momentum);
    }
}
