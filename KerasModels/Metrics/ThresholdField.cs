using System.Globalization;
using TfLbfgs.Keras.Serialization;

namespace TfLbfgs.Keras.Metrics;

/// <summary>The field of thresholds in a configuration.</summary>
internal static class ThresholdField
{
    /// <summary>Declares the field: null, a number, or a list of numbers from 0 to 1.</summary>
    public static void Describe(ConfigFields fields, ref double[]? thresholds)
    {
        if (!fields.IsReading && thresholds is [double single])
            fields.Number("thresholds", ref single, minimum: 0, maximum: 1);
        else
            fields.OptionalNumbers("thresholds", ref thresholds);
        if (thresholds?.Any(value => !(value is >= 0 and <= 1)) == true)
        {
            string received = string.Join(", ", thresholds.Select(value => value.ToString(CultureInfo.InvariantCulture)));
            throw fields.Fail($"expected thresholds from 0 to 1, received [{received}].");
        }
    }
}
