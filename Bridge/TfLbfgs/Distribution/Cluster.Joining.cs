using System.Net;
using TfLbfgs.Distribution.Resolving;
using TfLbfgs.Distribution.Serving;
using TfLbfgs.Optimization;
using TfLbfgs.Runtime;

namespace TfLbfgs.Distribution;

/// <content>How workers join.</content>
public sealed partial class Cluster
{
    /// <summary>Tells TensorFlow of the members that are connected, and of more.</summary>
    private void Join(IReadOnlyList<ClusterWorker> more)
    {
        ClusterWorker[] members = [.. _workers.Where(worker => worker.IsConnected).Union(more)];
        Dictionary<string, IReadOnlyDictionary<int, string>> jobs =
            new() { [ControllerJob] = new Dictionary<int, string> { [0] = _address } };
        if (members.Length > 0)
            jobs[WorkerJob] = members.ToDictionary(worker => worker.Index, worker => worker.Address);
        ServerDefinition definition = new(ControllerJob, 0, jobs, ContextConfig.Serialize(TfRuntime.Options));
        if (ClusterContext.IsPending)
            throw NotJoined();
        try
        {
            if (!ClusterContext.TryDefine(definition, KeepAlive, Options.ConnectTimeout))
                throw NotJoined();
        }
        catch (TfStatusException e)
        {
            throw new ClusterException($"Expected all workers to join, received: {e.NativeMessage}", e);
        }

        _port = WorkerAddress.PortOf(_address);
        foreach (ClusterWorker worker in members)
            worker.IsConnected = true;
    }

    /// <summary>TensorFlow still waits: it does not let go of a process that is stopped but not gone.</summary>
    private ClusterException NotJoined() => ClusterException.NoAnswer(
        FormattableString.Invariant($"Expected all workers to join within {Options.ConnectTimeout.TotalSeconds:G4} s ")
        + "(ClusterOptions.ConnectTimeout), received no answer of TensorFlow: can workers reach this process at "
        + $"{_address}, and is none of them stopped or cut off? End such a worker and this process, and resume from the checkpoint.",
        "TFE_ContextUpdateServerDef");

    /// <summary>Asks workers what they are, and whether they reach this process.</summary>
    private void Greet(IReadOnlyList<ClusterWorker> workers)
    {
        foreach (ClusterWorker worker in workers)
        {
            try
            {
                Identify(worker);
            }
            catch (TfStatusException e)
            {
                throw new ClusterException(
                    $"{worker}: expected a worker that says what it is, received: {e.NativeMessage}. Is its process still there?", e);
            }
            catch (ClusterException e) when (Repetition.StatusOf(e) is { Code: TfStatusCode.DeadlineExceeded })
            {
                _hasSilent = true;
                throw;
            }

            if (!WorkerFiles.Answers(worker, Options.AnswerTimeout))
            {
                _hasSilent = true;
                throw ClusterException.NoAnswer(
                    $"{worker}: expected a worker that reaches this process at {_address}, received no tensor from there "
                    + FormattableString.Invariant($"within {Options.AnswerTimeout.TotalSeconds:G4} s (ClusterOptions.AnswerTimeout). ")
                    + "Name an address that all workers reach by ClusterOptions.Address, and look at routes and firewalls.");
            }
        }
    }

    private void Identify(ClusterWorker worker)
    {
        worker.Description = WorkerFiles.Describe(worker, Options.AnswerTimeout);
        if (worker.Description is not { } description)
        {
            if (!Options.AcceptUnknownWorkers)
            {
                throw new ClusterException($"{worker}: expected a worker of TfLbfgs {Version}, received another server of TensorFlow. "
                    + "Start 'tflbfgs worker' there, or accept it by ClusterOptions.AcceptUnknownWorkers.");
            }

            return;
        }

        if (description.Version != Version || description.TensorFlow != TfRuntime.Version)
        {
            throw new ClusterException(
                $"{worker}: expected TfLbfgs {Version} with TensorFlow {TfRuntime.Version} as here, received TfLbfgs "
                + $"{description.Version} with TensorFlow {description.TensorFlow}. Install the same there.");
        }
    }

    /// <summary>After a worker was refused: TensorFlow keeps this process's server, and lets go of the workers.</summary>
    private void Leave()
    {
        foreach (ClusterWorker worker in _workers)
            worker.IsConnected = false;
        // It does not let go of one that is silent.
        if (!_hasSilent)
            Join([]);
    }

    /// <summary>The address by which workers, whose ports must answer, reach this process.</summary>
    private static string AddressFor(IReadOnlyList<ClusterWorker> workers, ClusterOptions options)
    {
        string? named = options.Address is { } own ? WorkerAddress.Normalize(own, "ClusterOptions.Address") : null;
        string host = Probe(workers, options.ConnectTimeout);
        string address = named ?? WorkerAddress.Of(host, _port ?? NetworkExposure.FreePort());
        int port = WorkerAddress.PortOf(address);
        if (_port is { } open && open != port)
        {
            throw new ClusterException(
                FormattableString.Invariant($"Cluster.Connect: expected port {open} in ClusterOptions.Address, on which this process ")
                + $"has listened since it joined workers before, received {address}. Name that port, or start the process anew.");
        }

        if (_port is null && named is not null && !NetworkExposure.IsFree(port))
        {
            throw new ClusterException($"Cluster.Connect: expected the port of ClusterOptions.Address, {address}, to be free, "
                + "received one on which another process listens. Choose another one.");
        }

        return address;
    }

    /// <summary>Waits until the ports of workers answer: TensorFlow itself would wait for ever.</summary>
    /// <returns>The own address by which the last of them that is on another host was reached, or the loopback's.</returns>
    private static string Probe(IReadOnlyList<ClusterWorker> workers, TimeSpan timeout)
    {
        IPAddress?[] found = AskAll(workers, worker => PortProbe.Await(worker.Address, timeout));
        ClusterWorker[] missing = [.. workers.Where((_, i) => found[i] is null)];
        if (missing.Length > 0)
        {
            throw new ClusterException(
                FormattableString.Invariant($"Expected all workers to answer within {timeout.TotalSeconds:G4} s ")
                + $"(ClusterOptions.ConnectTimeout), received {string.Join(", ", missing.Select(Silence))}. "
                + "Start 'tflbfgs worker --port' there, and look at firewalls.");
        }

        return (found.LastOrDefault(address => !IPAddress.IsLoopback(address!)) ?? IPAddress.Loopback).ToString();

        static string Silence(ClusterWorker worker) => PortProbe.IsRefused(worker.Address, TimeSpan.FromSeconds(1))
            ? $"nothing from {worker}, where no process listens"
            : $"nothing of TensorFlow from {worker}, where something else listens, a process is stopped, or a firewall drops packets";
    }

    /// <summary>Asks workers at the same time, each on a thread of its own, since an answer may take as long as the time limit.</summary>
    /// <returns>The answers, in their order.</returns>
    private static T[] AskAll<T>(IReadOnlyList<ClusterWorker> workers, Func<ClusterWorker, T> ask)
    {
        Task<T>[] answers =
        [
            .. workers.Select(worker => Task.Factory.StartNew(
                () => ask(worker), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)),
        ];
        return Task.WhenAll(answers).GetAwaiter().GetResult();
    }
}
