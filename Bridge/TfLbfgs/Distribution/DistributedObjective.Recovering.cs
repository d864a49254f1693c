using TfLbfgs.Optimization;
using TfLbfgs.Runtime;

namespace TfLbfgs.Distribution;

/// <content>Where the parts are, and what happens when a worker is lost.</content>
public sealed partial class DistributedObjective
{
    /// <summary>
    /// Restores what a lost worker had, in another process at its address or, where the options say so, on another worker.
    /// </summary>
    /// <inheritdoc/>
    /// <exception cref="ClusterException">A worker was not replaced in time, and its part is not to move; or a part that was loaded again
    /// is not what it was.</exception>
    protected internal override bool Recover(TfStatusException failure, int attempt)
    {
        ArgumentNullException.ThrowIfNull(failure);
        if (_strategy.Cluster is not { } cluster || attempt >= _options.MaxRecoveries)
            return false;
        cluster.Repair(cluster.FindLost());
        int[] homeless = [.. Enumerable.Range(0, _devices.Length).Where(i => cluster.WorkerOf(_devices[i]) is { IsConnected: false })];
        bool isForgotten = Cluster.IsForgotten(failure);
        // With workers that all answer, the failure is one of the code, or of the network between two of them.
        if (homeless.Length == 0 && !isForgotten && !_shards.Any(shard => shard is not null && IsStale(shard)))
            return Cluster.IsPassing(failure);
        if (homeless.Length > 0 && _options.OnLostWorker == LostWorkerPolicy.Stop)
        {
            throw cluster.NotReplaced(
                homeless.Select(i => cluster.WorkerOf(_devices[i])!), "let parts move: DistributedOptions.OnLostWorker", failure);
        }

        foreach (int shard in homeless)
            Move(shard, cluster);
        for (int i = 0; i < _shards.Length; i++)
        {
            // One that was not placed before comes to its turn by itself.
            if (_shards[i] is { } former
                && (former.Device != _devices[i] || IsStale(former) || (isForgotten && cluster.WorkerOf(former.Device) is not null)))
                Restore(i, former);
        }

        Gather();
        return true;
    }

    private static void Free(Shard?[] shards)
    {
        foreach (Shard? shard in shards)
            shard?.Dispose();
    }

    /// <summary>Whether the data of a part were in a process that was lost since then, for this objective or another one.</summary>
    private bool IsStale(Shard shard) => _strategy.Cluster?.WorkerOf(shard.Device) is { } worker && worker.Losses != shard.Losses;

    /// <summary>Puts all parts on their devices, again where a worker is lost meanwhile.</summary>
    private void Place()
    {
        Shard?[] former = _shards;
        _shards = new Shard?[_strategy.Shards];
        try
        {
            for (int i = 0; i < _shards.Length; i++)
            {
                int shard = i;
                Repetition.Run(() => _shards[shard] = Placed(shard), Recover, () => { });
            }
        }
        catch
        {
            Free(_shards);
            _shards = former;
            throw;
        }

        Gather();
        Free(former);
    }

    private Shard Placed(int shard)
    {
        string device = _devices[shard];
        if (_strategy.Cluster is not { } cluster || cluster.WorkerOf(device) is not { } worker)
            return new Shard(device, 0, _source.Place(shard, _devices.Length, device));
        int losses = worker.Losses;
        return new Shard(device, losses, cluster.Await(worker, () => _source.Place(shard, _devices.Length, device)));
    }

    private void Gather() => _data = [.. _shards.SelectMany(shard => shard?.Data ?? [])];

    /// <summary>To the worker that has the fewest parts, the first of several.</summary>
    private void Move(int shard, Cluster cluster)
    {
        string[] devices = [.. cluster.Workers.Where(worker => worker.IsConnected).SelectMany(worker => worker.Devices)];
        if (devices.Length == 0)
            throw new ClusterException(
                "DistributedObjective: expected a worker to which the parts of lost ones move, received none that is connected.");
        string former = _devices[shard];
        _devices[shard] = devices.MinBy(device => _devices.Count(used => used == device))!;
        _options.Reported?.Invoke(FormattableString.Invariant($"Part {shard} moved from {former} to {_devices[shard]}."));
    }

    /// <summary>Puts a part where it belongs now. Where a worker is lost meanwhile, the next evaluation finds that out.</summary>
    private void Restore(int shard, Shard former)
    {
        try
        {
            _shards[shard] = Placed(shard);
        }
        catch (TfLbfgsException e) when (Repetition.StatusOf(e) is not null)
        {
            _options.Reported?.Invoke(
                FormattableString.Invariant($"Part {shard} could not be restored on {_devices[shard]}: {e.Message}"));
            return;
        }

        former.Dispose();
    }
}
