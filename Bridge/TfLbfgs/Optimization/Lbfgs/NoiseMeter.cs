using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <summary>Measures the noise of a loss around a point.</summary>
/// <param name="evaluate">The loss at the point plus a step along a direction, and counts it; null: a limit forbids it. The trial is the
/// receiver's.</param>
/// <param name="epsilon">The rounding unit of the loss.</param>
internal sealed class NoiseMeter(Func<Tensor, double, Trial?> evaluate, double epsilon)
{
    private const int MostAttempts = 5;
    private const double Rescale = 100;

    /// <summary>Measures.</summary>
    /// <param name="position">The point, shape [n].</param>
    /// <param name="value">The loss there.</param>
    /// <returns>The standard deviation of the noise; null: it cannot be determined, or a limit came first.</returns>
    public double? Measure(Tensor position, double value)
    {
        using TensorScope scope = new();
        Tensor direction = Direction(position);
        double distance = Math.Sqrt(epsilon) / 100;
        (double tooShort, double tooLong) = (0, double.PositiveInfinity);
        for (int attempt = 0; attempt < MostAttempts; attempt++)
        {
            double[] values = new double[NoiseEstimate.Points];
            for (int i = 0; i < values.Length; i++)
            {
                int offset = i - values.Length / 2;
                if (offset == 0)
                {
                    values[i] = value;
                    continue;
                }

                using Trial? trial = evaluate(direction, offset * distance);
                if (trial is null || !double.IsFinite(trial.Value))
                    return null;
                values[i] = trial.Value;
            }

            if (NoiseEstimate.Of(values, out int hint) is { } noise)
                return noise;
            if (hint == 0)
                return null;
            if (hint > 0)
                tooShort = distance;
            else
                tooLong = distance;
            distance = tooShort == 0 ? tooLong / Rescale : double.IsInfinity(tooLong) ? tooShort * Rescale : Math.Sqrt(tooShort * tooLong);
        }

        return null;
    }

    /// <summary>Random signs and sizes, in proportion to the components where these are large: on the device, from a fixed seed.</summary>
    private static Tensor Direction(Tensor position)
    {
        Tensor random = RawOps.StatelessRandomNormal(RawOps.Shape(position), Tensor.From([2011L, 7L]), position.DType);
        return random * RawOps.Maximum(RawOps.Abs(position), RawOps.OnesLike(position));
    }
}
