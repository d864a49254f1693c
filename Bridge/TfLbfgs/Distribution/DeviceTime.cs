namespace TfLbfgs.Distribution;

/// <summary>What one part of a <see cref="DistributedObjective"/> takes.</summary>
/// <param name="Shard">Which part, from 0.</param>
/// <param name="Device">The full name of its device.</param>
/// <param name="Seconds">The median time of its computation, by the clock of its process, from the arrival of the vector to the gradient;
/// NaN: not measured.</param>
/// <param name="IsSlow">Whether it is above <see cref="DistributedOptions.SlowFactor"/> times the median of all.</param>
public sealed record DeviceTime(int Shard, string Device, double Seconds, bool IsSlow);
