using TfLbfgs.Runtime;

namespace TfLbfgs.Distribution;

/// <summary>A process that serves a <see cref="Cluster"/>.</summary>
public sealed class ClusterWorker
{
    internal ClusterWorker(int index, string address)
    {
        Index = index;
        Address = address;
    }

    /// <summary>Its index, which its task and devices are named after.</summary>
    public int Index { get; }

    /// <summary>Its address, <c>host:port</c>.</summary>
    public string Address { get; }

    /// <summary>Its name, such as <c>/job:worker/replica:0/task:1</c>.</summary>
    public string Task => ServerDefinition.TaskName(Cluster.WorkerJob, Index);

    /// <summary>What it says of itself; null: another program than <see cref="Worker"/>.</summary>
    public WorkerDescription? Description { get; internal set; }

    /// <summary>Whether it is a member of the cluster now; false after it was lost.</summary>
    public bool IsConnected { get; internal set; }

    /// <summary>How often its process was lost: what was there before is gone.</summary>
    internal int Losses { get; set; }

    /// <summary>
    /// Its devices: its GPUs, or else its CPU devices; none while it is lost, though to TensorFlow one that is silent stays a member.
    /// </summary>
    public IReadOnlyList<string> Devices => IsConnected
        ? DistributionStrategy.Computing(TfRuntime.Devices.Where(device => device.Name.StartsWith(Task + "/", StringComparison.Ordinal)))
        : [];

    /// <summary>Where ops on its files run.</summary>
    internal string Host => Task + "/device:CPU:0";

    /// <summary>Such as <c>worker 1 at node7:7001</c>.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => FormattableString.Invariant($"worker {Index} at {Address}");
}
