using TfLbfgs.Distribution.Serving;
using TfLbfgs.Runtime;

namespace TfLbfgs.Distribution;

/// <summary>A process that serves a <see cref="Cluster"/>.</summary>
public sealed class ClusterWorker
{
    private RoundTrip _roundTrip;

    internal ClusterWorker(int index, string address)
    {
        Index = index;
        Address = address;
        _roundTrip = new RoundTrip(Host);
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

    /// <summary>By which it is asked for a sign of life; another one after each change of the cluster.</summary>
    internal RoundTrip RoundTrip
    {
        get => Volatile.Read(ref _roundTrip);
        private set => Volatile.Write(ref _roundTrip, value);
    }

    /// <summary>Where ops on its files run.</summary>
    internal string Host => Task + "/device:CPU:0";

    /// <summary>After the cluster has changed: what TensorFlow made of functions before is gone.</summary>
    internal void Renew() => RoundTrip = new RoundTrip(Host);

    /// <summary>Such as <c>worker 1 at node7:7001</c>.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => FormattableString.Invariant($"worker {Index} at {Address}");
}
