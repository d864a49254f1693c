using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Metrics;

/// <summary>The thresholds above which a prediction counts as positive.</summary>
internal sealed class Thresholds
{
    /// <summary>Below every prediction, for those that are taken by their rank. Python: <c>NEG_INF</c> of <c>metrics_utils</c>.</summary>
    public const double BelowAll = -1e10;

    private Thresholds(double[] values, bool isEven)
    {
        Values = values;
        IsEven = isEven;
    }

    public double[] Values { get; }

    /// <summary>Whether they divide [0, 1] evenly, so that the interval of a prediction can be computed.</summary>
    public bool IsEven { get; }

    /// <summary>Whether the first lies below 0, so that a prediction of 0 is above it.</summary>
    public bool StartsBelowZero => Values[0] < 0;

    public int Count => Values.Length;

    /// <summary>Given thresholds, or the default one.</summary>
    public static Thresholds Of(double[]? given, double fallback)
    {
        double[] values = given is { Length: > 0 } ? given : [fallback];
        return new Thresholds(values, AreEven(values));
    }

    /// <summary>A number of thresholds from 0 to 1, evenly; 0.5 where it is one.</summary>
    public static Thresholds Even(int count) => count == 1 ? new Thresholds([0.5], false) : new Thresholds([0, .. Inner(count), 1], true);

    /// <summary>Thresholds with one below 0 and one above 1 around them.</summary>
    public static Thresholds Enclosing(int count, double[]? inner) => new(
        [-KerasConfig.Epsilon, .. inner ?? Inner(count), 1 + KerasConfig.Epsilon], inner is null || AreEven([0, .. inner, 1]));

    public Tensor ToTensor(DType dtype) => HostArrays.ToTensor(Values, dtype, [Count]);

    private static IEnumerable<double> Inner(int count) => Enumerable.Range(1, count - 2).Select(i => i * 1.0 / (count - 1));

    // Within a relative 1e-5 and an absolute epsilon, as np.allclose compares with float32 numbers.
    private static bool AreEven(double[] values)
    {
        float last = values.Length - 1;
        bool IsAway(double value, int i) => Math.Abs(value - (i / last)) > KerasConfig.Epsilon + (1e-5 * i / last);
        return values.Length >= 3 && !values.Where(IsAway).Any();
    }
}
