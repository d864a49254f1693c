using TfLbfgs.Tensors;

namespace TfLbfgs.Distribution;

/// <summary>One part of the data of a <see cref="DistributedObjective"/>, on its device.</summary>
internal sealed class Shard : IDisposable
{
    /// <summary>Takes over the tensors.</summary>
    /// <param name="device">The full name of the device.</param>
    /// <param name="losses">How often the worker that has the device was lost before: see <see cref="ClusterWorker.Losses"/>.</param>
    /// <param name="data">The tensors, there.</param>
    public Shard(string device, int losses, Tensor[] data)
    {
        Device = device;
        Losses = losses;
        Data = data;
    }

    /// <summary>The full name of the device.</summary>
    public string Device { get; }

    /// <summary>How often the worker that has the device was lost before the tensors were there.</summary>
    public int Losses { get; }

    /// <summary>The tensors, in the order of the data of the objective.</summary>
    public Tensor[] Data { get; }

    /// <summary>Where the clock of a device is read: a GPU has none, but the first CPU device of its process.</summary>
    public static string ClockOf(string device) =>
        device.Contains("/device:CPU:", StringComparison.Ordinal)
            ? device
            : device[..device.IndexOf("/device:", StringComparison.Ordinal)] + "/device:CPU:0";

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Tensor tensor in Data)
            tensor.Dispose();
    }
}
