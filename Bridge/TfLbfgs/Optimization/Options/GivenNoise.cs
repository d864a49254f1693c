namespace TfLbfgs.Optimization;

/// <summary>
/// An error of the loss that is given, by <see cref="Noise.Absolute"/> or <see cref="Noise.Relative"/>: for batches as well as for single
/// vectors.
/// </summary>
public sealed record GivenNoise : Noise
{
    internal GivenNoise(double? absolute, double? relative)
        : base(absolute, relative)
    {
    }
}
