using TfLbfgs.Keras.Serialization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// Gives each group of channels of each sample the mean 0 and the variance 1. Python: <c>tf.keras.layers.GroupNormalization</c>.
/// </summary>
public sealed class GroupNormalization : ScaledNormalization
{
    private int _groups = 32;

    /// <summary>Creates a layer.</summary>
    /// <param name="groups">The number of groups, which divides the channels; -1: one for each channel. Default 32.</param>
    /// <param name="axis">The dimension of the channels; negative from the end. Default -1.</param>
    /// <param name="epsilon">What is added to the variance; default 1e-3.</param>
    /// <param name="center">Whether there is a trained offset; default true.</param>
    /// <param name="scale">Whether there is a trained factor; default true.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">The number of groups is neither -1 nor at least 1.</exception>
    public GroupNormalization(
        int groups = 32, int axis = -1, double epsilon = 1e-3, bool center = true, bool scale = true, string? name = null,
            DTypePolicy? dtype = null)
        : base([axis], epsilon, center, scale, name, dtype)
    {
        _groups = groups;
        CheckFields();
    }

    /// <summary>The number of groups; -1: one for each channel.</summary>
    public int Groups => _groups;

    /// <inheritdoc/>
    protected override Tensor Call(Tensor input, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(input);
        Tensor x = Tf.Cast(input, StatisticsDType(input));
        int axis = AxesOf(x.Rank)[0];
        long channels = x.Shape[axis], groups = GroupsFor(channels);
        // [batch, ..., channels, ...] -> [batch, ..., groups, channels / groups, ...].
        Tensor actual = RawOps.Shape(x, DType.Int64);
        Tensor divided =
            Tf.Reshape(x, Tf.Concat([actual[..axis], Tensor.From<long>([groups, channels / groups]), actual[(axis + 1)..]], 0));
        int[] axes = [.. Enumerable.Range(1, divided.Rank - 1).Where(i => i != axis)];
        Tensor mean = Tf.ReduceMean(divided, axes, keepDims: true);
        Tensor variance = Tf.ReduceMean(Tf.Square(divided - mean), axes, keepDims: true);
        long[] shape = [.. Enumerable.Repeat(1L, divided.Rank)];
        (shape[axis], shape[axis + 1]) = (groups, channels / groups);
        Tensor? gamma = Gamma is null ? null : Tf.Reshape(Tf.Cast(Gamma.Value, x.DType), Tensor.From<long>(shape));
        Tensor? beta = Beta is null ? null : Tf.Reshape(Tf.Cast(Beta.Value, x.DType), Tensor.From<long>(shape));
        Tensor output = Normalize(divided, mean, variance, gamma, beta);
        output = Tf.Reshape(output, input.Shape.IsFullyKnown ? Tensor.From<long>(input.Shape.ToArray()) : actual);
        return output.DType == input.DType ? output : Tf.Cast(output, input.DType);
    }

    /// <inheritdoc/>
    protected override void CheckInputShape(Shape inputShape)
    {
        base.CheckInputShape(inputShape);
        long channels = inputShape[AxesOf(inputShape.Rank)[0]];
        if (channels % GroupsFor(channels) != 0)
            throw new TfLbfgsException($"{this}: expected channels that {_groups} groups divide, received {inputShape}.");
    }

    private protected override AxesForm FormOfAxis => AxesForm.Integer;

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.Integer("groups", ref _groups, minimum: -1);
        if (_groups == 0)
            throw fields.Fail("groups of at least 1, or -1 for one for each channel, received 0");
    }

    private long GroupsFor(long channels) => _groups == -1 ? channels : _groups;
}
