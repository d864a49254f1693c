using TfLbfgs.Distribution.Resolving;
using TfLbfgs.Distribution.Serving;
using TfLbfgs.Runtime;

namespace TfLbfgs.Distribution;

/// <summary>
/// Workers that this process controls, by TensorFlow's own runtime: their devices are devices of this process afterwards. One a process, as
/// long as the process lives. Join before tensors, variables and models are made: afterwards devices have other names. Python:
/// <c>tf.config.experimental_connect_to_cluster</c>.
/// </summary>
public sealed partial class Cluster
{
    /// <summary>The job of the workers, after which their devices are named.</summary>
    internal const string WorkerJob = "worker";

    private const string ControllerJob = "controller";
    private static readonly TimeSpan KeepAlive = TimeSpan.FromMinutes(10);
    private static readonly Lock Gate = new();
    private static Cluster? _current;

    // On which this process listens, once it has joined workers: TensorFlow cannot stop a server.
    private static int? _port;

    private readonly string _address;

    // Replaced as a whole when one joins: another thread watches them.
    private volatile ClusterWorker[] _workers;

    private Cluster(ClusterWorker[] workers, string address, ClusterOptions options)
    {
        _workers = workers;
        _address = address;
        Options = options;
    }

    /// <summary>The workers, lost ones included.</summary>
    public IReadOnlyList<ClusterWorker> Workers => _workers;

    /// <summary>How it was joined.</summary>
    public ClusterOptions Options { get; }

    /// <summary>The version that workers must have.</summary>
    internal static string Version => typeof(Cluster).Assembly.GetName().Version?.ToString(3) ?? "";

    /// <summary>Joins the workers that the environment names, as its controller.</summary>
    /// <param name="spec">From <see cref="ClusterSpec.FromEnvironment()"/>.</param>
    /// <param name="options">The options; null: the defaults.</param>
    /// <returns>The cluster.</returns>
    /// <exception cref="TfLbfgsException">The process is a worker, or see the other overload.</exception>
    public static Cluster Connect(ClusterSpec spec, ClusterOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(spec);
        if (!spec.IsController)
            throw new TfLbfgsException($"Cluster.Connect: expected the controller, received {spec}. Call Worker.Run there.");
        options ??= new ClusterOptions();
        return Connect(spec.Workers, options with { Address = options.Address ?? spec.Controller });
    }

    /// <summary>
    /// Joins workers. Warns of the server that TensorFlow opens in this process; waits until all ports answer; joins; and asks each worker
    /// what it is.
    /// </summary>
    /// <param name="workers">The addresses, <c>host:port</c>, each once.</param>
    /// <param name="options">The options; null: the defaults.</param>
    /// <returns>The cluster.</returns>
    /// <exception cref="ClusterException">The host can be reached by others and the options do not allow it, a worker does not answer in
    /// time, or it is of another version.</exception>
    /// <exception cref="TfLbfgsException">An address is none, or the process has joined a cluster already.</exception>
    public static Cluster Connect(IReadOnlyList<string> workers, ClusterOptions? options = null)
    {
        options ??= new ClusterOptions();
        options.Validate();
        ClusterSpec spec = new(workers, source: "Cluster.Connect");
        if (Device.Current is { } device)
            throw new TfLbfgsException(
                $"Cluster.Connect: expected no chosen device, whose name changes, received {device}. Close the scope of Device.Use.");
        NetworkExposure.Check(options.AllowUnauthenticated, "ClusterOptions.AllowUnauthenticated", NetworkExposure.Addresses());
        lock (Gate)
        {
            if (_current is not null)
                throw new TfLbfgsException("Cluster.Connect: expected a process that controls no cluster, received one with "
                    + $"{_current._workers.Length} workers. Use Cluster.Add.");
            ClusterWorker[] members = [.. spec.Workers.Select((address, i) => new ClusterWorker(i, address))];
            string address = AddressFor(members, options);
            options.Report(NetworkExposure.Warning(WorkerAddress.PortOf(address)));
            Cluster cluster = new(members, address, options);
            cluster.Join(members);
            try
            {
                cluster.Greet(members);
            }
            catch
            {
                cluster.Leave();
                throw;
            }

            RunningCalls.Watch();
            cluster.Watch();
            return _current = cluster;
        }
    }

    /// <summary>All devices of the workers, one part of the data for each.</summary>
    /// <param name="withController">Whether this process computes a part too.</param>
    /// <returns>The strategy.</returns>
    /// <exception cref="ClusterException">No worker is connected.</exception>
    public DistributionStrategy Strategy(bool withController = false)
    {
        IReadOnlyList<string> here = withController ? DistributionStrategy.Local().Devices : [];
        string[] devices = [.. here, .. _workers.SelectMany(worker => worker.Devices)];
        return devices.Length > 0
            ? new DistributionStrategy(devices, devices.Length, this)
            : throw new ClusterException("Cluster.Strategy: expected a worker that is connected, received none.");
    }

    /// <summary>Lets another worker join, or one that was lost and was not replaced in time.</summary>
    /// <param name="address">Its address, <c>host:port</c>.</param>
    /// <returns>The worker.</returns>
    /// <exception cref="ClusterException">It does not answer in time, or it is of another version.</exception>
    public ClusterWorker Add(string address)
    {
        string normal = WorkerAddress.Normalize(address, "Cluster.Add");
        lock (Gate)
        {
            ClusterWorker? former = Array.Find(_workers, known => known.Address == normal);
            if (former is { IsConnected: true })
                throw new TfLbfgsException($"Cluster.Add: expected an address of no worker, received that of {former}.");
            ClusterWorker worker = former ?? new(_workers.Length, normal);
            Probe([worker], Options.ConnectTimeout);
            if (former is null)
                _workers = [.. _workers, worker];
            try
            {
                Join([worker]);
                Greet([worker]);
            }
            catch
            {
                worker.IsConnected = false;
                if (former is null && !_hasSilent)
                    _workers = _workers[..^1];
                // TensorFlow does not let go of one that is silent.
                if (!_hasSilent && !ClusterContext.IsPending)
                    Join([]);
                throw;
            }

            return worker;
        }
    }

    /// <summary>
    /// Leaves all workers and joins them again, which frees what TensorFlow keeps in their processes: the parts of functions that ran there
    /// stay until then, with what TensorFlow computed of them in advance, although the functions are gone. For programs that minimize
    /// hundreds of objectives in one process. A <see cref="DistributedObjective"/> puts its data there again at its next evaluation; other
    /// tensors on the workers are lost.
    /// </summary>
    /// <exception cref="ClusterException">A worker does not answer in time, or was silent before: TensorFlow does not let go of one that
    /// is stopped.</exception>
    public void Rejoin()
    {
        lock (Gate)
        {
            if (_hasSilent)
                throw new ClusterException(
                    "Cluster.Rejoin: expected workers that all answer, received one that was silent, which TensorFlow "
                    + "does not let go. Go on without, or start this process anew and resume from the checkpoint.");
            ClusterWorker[] members = [.. _workers.Where(worker => worker.IsConnected)];
            Probe(members, Options.ConnectTimeout);
            foreach (ClusterWorker worker in members)
            {
                worker.IsConnected = false;
                worker.Losses++;
            }

            Join([]);
            Join(members);
            Greet(members);
        }
    }

    /// <summary>Ends the processes of all workers that are connected, as at the end of a job; reports those that are lost.</summary>
    public void EndWorkers()
    {
        foreach (ClusterWorker worker in _workers.Where(worker => worker is { IsConnected: true, Description: not null }))
        {
            try
            {
                WorkerFiles.End(worker, Options.AnswerTimeout);
            }
            catch (TfLbfgsException e)
            {
                Options.Report($"{worker} was not asked to end: {e.Message}");
            }

            worker.IsConnected = false;
        }
    }

    /// <summary>Measures all workers, one after the other.</summary>
    /// <param name="bytes">The size of the tensor by which bandwidth is measured; default 8 MiB.</param>
    /// <returns>How each does.</returns>
    public IReadOnlyList<WorkerHealth> Diagnose(int bytes = 8 << 20) =>
        [.. _workers.Select(worker => HealthMeter.Measure(worker, bytes, Options))];

    /// <summary>Whether a server answers at an address, such as a worker that is to be joined.</summary>
    /// <param name="address">The address, <c>host:port</c>.</param>
    /// <param name="timeout">How long to wait.</param>
    /// <returns>Whether one does.</returns>
    /// <exception cref="TfLbfgsException">The address is none.</exception>
    public static bool IsReachable(string address, TimeSpan timeout) =>
        PortProbe.Reach(WorkerAddress.Normalize(address, "Cluster.IsReachable"), timeout) is not null;

    /// <summary>The worker that has a device; null: this process.</summary>
    internal ClusterWorker? WorkerOf(string device) =>
        Array.Find(_workers, worker => device.StartsWith(worker.Task + "/", StringComparison.Ordinal));
}
