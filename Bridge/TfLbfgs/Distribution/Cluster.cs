using System.Net;
using TfLbfgs.Distribution.Resolving;
using TfLbfgs.Distribution.Serving;
using TfLbfgs.Runtime;

namespace TfLbfgs.Distribution;

/// <summary>
/// Workers that this process controls, by TensorFlow's own runtime: their devices are devices of this process afterwards. One a process, as
/// long as the process lives. Join before tensors,
/// variables and models are made: afterwards devices have other names. Python: <c>tf.config.experimental_connect_to_cluster</c>.
/// </summary>
public sealed partial class Cluster
{
    /// <summary>The job of the workers, after which their devices are named.</summary>
    internal const string WorkerJob = "worker";

    private const string ControllerJob = "controller";
    private static readonly TimeSpan KeepAlive = TimeSpan.FromMinutes(10);
    private static readonly Lock Gate = new();
    private static Cluster? _current;
    private static bool _isJoined;

    private readonly List<ClusterWorker> _workers;
    private readonly string _address;

    private Cluster(List<ClusterWorker> workers, string address, ClusterOptions options)
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
                    + $"{_current._workers.Count} workers. Use Cluster.Add.");
            List<ClusterWorker> members = [.. spec.Workers.Select((address, i) => new ClusterWorker(i, address))];
            string address = options.Address is { } own
                ? WorkerAddress.Normalize(own, "ClusterOptions.Address")
                : WorkerAddress.Of(Probe(members, options.ConnectTimeout), NetworkExposure.FreePort());
            if (options.Address is not null)
            {
                Probe(members, options.ConnectTimeout);
                if (!NetworkExposure.IsFree(WorkerAddress.PortOf(address)))
                {
                    throw new ClusterException($"Cluster.Connect: expected the port of ClusterOptions.Address, {address}, to be free, "
                        + "received one on which another process listens. Choose another one.");
                }
            }

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

            RunningCalls.IsWatched = true;
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
        string[] devices =
            [.. withController
            ? DistributionStrategy.Local().Devices
            : [], .. _workers.Where(worker => worker.IsConnected).SelectMany(worker => worker.Devices)];
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
            ClusterWorker? former = _workers.Find(known => known.Address == normal);
            if (former is { IsConnected: true })
                throw new TfLbfgsException($"Cluster.Add: expected an address of no worker, received that of {former}.");
            ClusterWorker worker = former ?? new(_workers.Count, normal);
            Probe([worker], Options.ConnectTimeout);
            if (former is null)
                _workers.Add(worker);
            try
            {
                Join([worker]);
                Greet([worker]);
            }
            catch
            {
                worker.IsConnected = false;
                if (former is null)
                    _workers.Remove(worker);
                Join([]);
                throw;
            }

            return worker;
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
        _workers.Find(worker => device.StartsWith(worker.Task + "/", StringComparison.Ordinal));

    /// <summary>Tells TensorFlow of the members that are connected, and of more.</summary>
    private void Join(IReadOnlyList<ClusterWorker> more)
    {
        ClusterWorker[] members = [.. _workers.Where(worker => worker.IsConnected).Union(more)];
        Dictionary<string, IReadOnlyDictionary<int, string>> jobs =
            new() { [ControllerJob] = new Dictionary<int, string> { [0] = _address } };
        if (members.Length > 0)
            jobs[WorkerJob] = members.ToDictionary(worker => worker.Index, worker => worker.Address);
        ServerDefinition definition = new(ControllerJob, 0, jobs, ContextConfig.Serialize(TfRuntime.Options));
        try
        {
            bool isDone = _isJoined
                ? ClusterContext.TryUpdate(definition, KeepAlive, Options.ConnectTimeout)
                : ClusterContext.TryJoin(definition, KeepAlive, Options.ConnectTimeout);
            if (!isDone)
            {
                // TensorFlow does not let go of a process that is stopped but not gone.
                throw new ClusterException(FormattableString.Invariant(
                    $"Expected all workers to join within {Options.ConnectTimeout.TotalSeconds:G4} s (ClusterOptions.ConnectTimeout), received no answer of TensorFlow: can workers reach this process at {_address}, and is none of them stopped? End such a worker and this process, and resume from the checkpoint."));
            }
        }
        catch (TfStatusException e)
        {
            throw new ClusterException($"Expected all workers to join, received: {e.NativeMessage}", e);
        }

        _isJoined = true;
        foreach (ClusterWorker worker in members)
            worker.IsConnected = true;
    }

    /// <summary>Asks workers what they are.</summary>
    private void Greet(IReadOnlyList<ClusterWorker> workers)
    {
        foreach (ClusterWorker worker in workers)
        {
            worker.Description = WorkerFiles.Describe(worker, Options.AnswerTimeout);
            if (worker.Description is not { } description)
            {
                if (Options.AcceptUnknownWorkers)
                    continue;
                throw new ClusterException($"{worker}: expected a worker of TfLbfgs {Version}, received another server of TensorFlow. "
                    + "Start 'tflbfgs worker' there, or accept it by ClusterOptions.AcceptUnknownWorkers.");
            }

            if (description.Version != Version || description.TensorFlow != TfRuntime.Version)
            {
                throw new ClusterException(
                    $"{worker}: expected TfLbfgs {Version} with TensorFlow {TfRuntime.Version} as here, received TfLbfgs "
                    + $"{description.Version} with TensorFlow {description.TensorFlow}. Install the same there.");
            }
        }
    }

    /// <summary>After a worker was refused: TensorFlow keeps this process's server, and lets go of the workers.</summary>
    private void Leave()
    {
        foreach (ClusterWorker worker in _workers)
            worker.IsConnected = false;
        Join([]);
    }

    /// <summary>Waits until the ports of workers answer: TensorFlow itself would wait for ever.</summary>
    /// <returns>The own address by which the last of them that is on another host was reached, or the loopback's.</returns>
    private static string Probe(List<ClusterWorker> workers, TimeSpan timeout)
    {
        IPAddress?[] found = new IPAddress?[workers.Count];
        Parallel.For(0, found.Length, new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, found.Length) },
            i => found[i] = PortProbe.Await(workers[i].Address, timeout));
        ClusterWorker[] missing = [.. workers.Where((_, i) => found[i] is null)];
        if (missing.Length > 0)
        {
            throw new ClusterException(FormattableString.Invariant(
                $"Expected all workers to answer within {timeout.TotalSeconds:G4} s (ClusterOptions.ConnectTimeout), received {string.Join(", ", missing.Select(Silence))}. Start 'tflbfgs worker --port' there, and look at firewalls."));
        }

        return (found.LastOrDefault(address => !IPAddress.IsLoopback(address!)) ?? IPAddress.Loopback).ToString();

        string Silence(ClusterWorker worker) => PortProbe.IsRefused(worker.Address, TimeSpan.FromSeconds(1))
            ? $"nothing from {worker}, where no process listens"
            : $"nothing of TensorFlow from {worker}, where something else listens, a process is stopped, or a firewall drops packets";
    }
}
