using TfLbfgs.Tensors;

namespace TfLbfgs.Distribution;

/// <summary>Where the parts of the data come from. Asked for each part once, and again when a worker that held it is lost.</summary>
internal abstract class ShardSource
{
    /// <summary>Whether the source has other data now than those that were placed.</summary>
    public virtual bool HasChanged => false;

    /// <summary>Puts a part on a device.</summary>
    /// <param name="index">Which part.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="device">The full name of the device.</param>
    /// <returns>The tensors, in no scope, owned by the caller.</returns>
    public abstract Tensor[] Place(int index, int count, string device);

    /// <summary>A copy on a device, which no scope frees.</summary>
    protected static Tensor CopyTo(Tensor tensor, string device)
    {
        if (tensor.DeviceName == device)
            return tensor.Alias();
        using Tensor copy = tensor.CopyTo(device);
        return copy.Alias();
    }
}
