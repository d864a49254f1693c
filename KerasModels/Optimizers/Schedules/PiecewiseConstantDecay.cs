using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Optimizers;

/// <summary>
/// A learning rate that changes at given steps: the first value up to and with the first boundary, the second up to the next, and so on.
/// Python: <c>tf.keras.optimizers.schedules.PiecewiseConstantDecay</c>.
/// </summary>
public sealed class PiecewiseConstantDecay : LearningRateSchedule
{
    private double[]? _boundaries = [];
    private double[]? _values = [0.01];

    /// <summary>Creates a schedule.</summary>
    /// <param name="boundaries">The last step of each value but the last one, ascending.</param>
    /// <param name="values">The learning rates, one more than the boundaries.</param>
    /// <exception cref="TfLbfgsException">The numbers of boundaries and values do not fit, or the boundaries do not ascend.</exception>
    public PiecewiseConstantDecay(IReadOnlyList<double> boundaries, IReadOnlyList<double> values)
    {
        ArgumentNullException.ThrowIfNull(boundaries);
        ArgumentNullException.ThrowIfNull(values);
        _boundaries = [.. boundaries];
        _values = [.. values];
        CheckFields();
        Check();
    }

    internal PiecewiseConstantDecay()
    {
    }

    private protected override string DefaultName => "PiecewiseConstant";

    /// <inheritdoc/>
    protected internal override Tensor Compute(Tensor step)
    {
        // From the last boundary down, so that the first one that holds decides.
        Tensor rate = Like(step, _values![^1]);
        for (int i = _boundaries!.Length - 1; i >= 0; i--)
            rate = RawOps.SelectV2(step <= _boundaries[i], Like(step, _values[i]), rate);
        return rate;
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        base.Describe(fields);
        fields.OptionalNumbers("boundaries", ref _boundaries);
        fields.OptionalNumbers("values", ref _values);
        if (fields.IsReading)
            Check();
    }

    private void Check()
    {
        _boundaries ??= [];
        _values ??= [];
        if (_values.Length != _boundaries.Length + 1)
        {
            throw new TfLbfgsException(
                $"PiecewiseConstantDecay: expected one value more than boundaries, received {_values.Length} values and "
                    + $"{_boundaries.Length} boundaries.");
        }

        if (_boundaries.Zip(_boundaries.Skip(1)).Any(pair => pair.First >= pair.Second))
            throw new TfLbfgsException(
                $"PiecewiseConstantDecay: expected ascending boundaries, received {string.Join(", ", _boundaries)}.");
    }
}
