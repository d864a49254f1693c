using System.Text.Json;
using TfLbfgs.Keras.Losses;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Metrics;

/// <summary>
/// The mean of |prediction - target| / normalizer, 0 where the normalizer is. Python: <c>tf.keras.metrics.MeanRelativeError</c> of Keras 2.
/// </summary>
[KerasName("MeanRelativeError", Generation = KerasGeneration.Keras2)]
public sealed class MeanRelativeError : SampleMetric
{
    private double[] _normalizer;

    /// <summary>Creates a metric.</summary>
    /// <param name="normalizer">What errors are divided by, one number for each element of the last axis or, in a batch of always one size,
    /// of the targets; or one for all.</param>
    /// <exception cref="TfLbfgsException">There is none.</exception>
    public MeanRelativeError(params IReadOnlyList<double> normalizer)
    {
        ArgumentNullException.ThrowIfNull(normalizer);
        _normalizer = normalizer.Count > 0
            ? [.. normalizer]
            : throw new TfLbfgsException("MeanRelativeError: expected numbers to divide errors by, received none.");
    }

    internal MeanRelativeError() => _normalizer = [];

    /// <summary>What errors are divided by.</summary>
    public IReadOnlyList<double> Normalizer => _normalizer;

    /// <inheritdoc/>
    protected override SampleLosses PerSample(Tensor yTrue, Prediction prediction)
    {
        ArgumentNullException.ThrowIfNull(prediction);
        Tensor yPred = Cast(prediction.Value);
        Tensor target = Align(yTrue, yPred);
        // As in Keras, a last dimension of 1 does not stand against the numbers.
        if (_normalizer.Length > 1 && yPred.Rank == 2 && yPred.Shape[-1] == 1)
            (yPred, target) = (RawOps.Squeeze(yPred, [-1]), RawOps.Squeeze(target, [-1]));
        return RawOps.DivNoNan(RawOps.Abs(target - yPred), HostArrays.ToTensor(_normalizer, DType, [_normalizer.Length]));
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        double[]? numbers = _normalizer;
        JsonElement? value = null;
        if (fields.IsReading)
            fields.Json("normalizer", ref value);
        if (value is { ValueKind: JsonValueKind.Object } array)
            numbers = OfNumPy(array);
        else
            fields.OptionalNumbers("normalizer", ref numbers);
        if (fields.IsReading && numbers is not { Length: > 0 })
            throw fields.Fail("expected normalizer to be numbers, received none.");
        _normalizer = numbers ?? [];
    }

    /// <summary>The numbers of an array of NumPy, which Keras 2 writes as an object.</summary>
    private static double[]? OfNumPy(JsonElement array)
    {
        if (!array.TryGetProperty("config", out JsonElement config) || !config.TryGetProperty("value", out JsonElement value))
            return null;
        return value.ValueKind == JsonValueKind.Array
            ? [.. value.EnumerateArray().Select(number => number.GetDouble())]
            : [value.GetDouble()];
    }
}
