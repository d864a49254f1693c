using TfLbfgs.Keras.Losses;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Metrics;

/// <summary>The weighted mean of tensors of one shape, element by element. Python: <c>tf.keras.metrics.MeanTensor</c> of Keras 2.</summary>
[KerasName("MeanTensor", Generation = KerasGeneration.Keras2)]
public sealed class MeanTensor : ValueMetric
{
    private Shape? _shape;

    /// <summary>Creates a metric.</summary>
    /// <param name="shape">The shape of the values, fully known; null (default): that of the first.</param>
    public MeanTensor(Shape? shape = null) => _shape = shape;

    /// <inheritdoc/>
    protected override void Add(SampleLosses values, Tensor? sampleWeight)
    {
        ArgumentNullException.ThrowIfNull(values);
        Tensor added = Cast(values.Values);
        _shape ??= added.Shape;
        if (!_shape.IsCompatibleWith(added.Shape))
            throw new TfLbfgsException($"{Name}: expected values of shape {_shape}, received {added.Shape}.");
        Tensor ones = RawOps.OnesLike(added);
        Tensor? weights = LossReduction.Merge(Name, sampleWeight, values.Mask, DType, scaled: false);
        Tensor? factor = weights is null ? null : LossReduction.Fit(Name, weights, added);
        State("total", _shape).AssignAdd(factor is null ? added : added * factor);
        State("count", _shape).AssignAdd(factor is null ? ones : ones * factor);
    }

    /// <summary>The means.</summary>
    /// <returns>The means, of the shape of the values.</returns>
    protected override Tensor ComputeResult() =>
        _shape is null ? StateValue("total") : RawOps.DivNoNan(State("total", _shape).Value, State("count", _shape).Value);

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        // Keras does not write it.
        if (fields.IsReading)
            fields.Shape("shape", ref _shape);
    }
}
