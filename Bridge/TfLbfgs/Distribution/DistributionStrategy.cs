using TfLbfgs.Runtime;

namespace TfLbfgs.Distribution;

/// <summary>
/// On which devices the parts of a computation run, and into how many parts it is divided. Results depend on the number of parts, not on
/// the devices that compute them: the same number gives the same bits on devices of the same kind. Immutable. Python:
/// <c>tf.distribute.MirroredStrategy</c>, and with workers <c>tf.distribute.ParameterServerStrategy</c>, whose place it takes.
/// </summary>
public sealed class DistributionStrategy
{
    internal DistributionStrategy(IReadOnlyList<string> devices, int shards, Cluster? cluster)
    {
        Devices = devices;
        Shards = shards;
        Cluster = cluster;
    }

    /// <summary>The full names of the devices, at least one.</summary>
    public IReadOnlyList<string> Devices { get; }

    /// <summary>The number of parts, at least 1: by default one for each device. Part i lies on device i modulo their number.</summary>
    public int Shards { get; }

    /// <summary>The cluster whose workers have the devices; null: they are of this process.</summary>
    public Cluster? Cluster { get; }

    /// <summary>All GPUs of this process, or its CPU devices where it has none.</summary>
    /// <returns>The strategy.</returns>
    public static DistributionStrategy Local()
    {
        string[] devices = Computing(TfRuntime.Devices.Where(device => TfRuntime.IsLocal(device.Name)));
        return new DistributionStrategy(devices, devices.Length, null);
    }

    /// <summary>Some devices of this process. Python: <c>tf.distribute.MirroredStrategy(devices)</c>.</summary>
    /// <param name="devices">Such as <c>GPU:0</c>, <c>/CPU:1</c> or full names; each may stand there once.</param>
    /// <returns>The strategy.</returns>
    /// <exception cref="TfLbfgsException">There is no such device, or one is named twice.</exception>
    public static DistributionStrategy Over(params IReadOnlyList<string> devices)
    {
        ArgumentNullException.ThrowIfNull(devices);
        if (devices.Count == 0)
            throw new TfLbfgsException("DistributionStrategy.Over: expected at least one device, received none.");
        string[] names = [.. devices.Select(Device.FullName)];
        if (names.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new TfLbfgsException($"DistributionStrategy.Over: expected devices that differ, received {twice.Key} {twice.Count()} "
                + "times. Use WithShards for several parts on one device.");
        return new DistributionStrategy(names, names.Length, null);
    }

    /// <summary>The same devices with another number of parts, such as one that stays when devices come and go.</summary>
    /// <param name="shards">The number of parts, at least 1; fewer than devices leave some of these idle.</param>
    /// <returns>The strategy.</returns>
    /// <exception cref="TfLbfgsException">The number is below 1.</exception>
    public DistributionStrategy WithShards(int shards) => shards < 1
        ? throw new TfLbfgsException($"DistributionStrategy.WithShards: expected 1 or more, received {shards}.")
        : new DistributionStrategy(Devices, shards, Cluster);

    /// <summary>Such as <c>4 parts on 2 devices</c>.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => $"{Shards} {(Shards == 1 ? "part" : "parts")} on {string.Join(", ", Devices)}";

    /// <summary>The names of those of the devices of a process that compute: its GPUs, or its CPU devices where it has none.</summary>
    internal static string[] Computing(IEnumerable<DeviceInfo> devices)
    {
        ILookup<string, string> names = devices.ToLookup(device => device.Kind, device => device.Name);
        return [.. names.Contains("GPU") ? names["GPU"] : names["CPU"]];
    }
}
