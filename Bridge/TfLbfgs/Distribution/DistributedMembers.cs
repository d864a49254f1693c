using TfLbfgs.Functions;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Distribution;

/// <summary>
/// A function of batches whose members are divided over devices: for <c>Lbfgs.MinimizeBatch</c> and <c>Lbfgs.MinimizeFromStarts</c>, where
/// each device evaluates its share of the members. The results of a member do not depend on its device. Python:
/// <c>tf.distribute.Strategy.run</c> over a batch of positions.
/// </summary>
public static class DistributedMembers
{
    /// <summary>Divides the members of a batch over the devices of a strategy.</summary>
    /// <param name="strategy">The devices; <see cref="DistributionStrategy.Shards"/> is the most parts.</param>
    /// <param name="function">From positions, shape [b, n], to losses, shape [b], and gradients, shape [b, n], for any b. What it captures
    /// is sent to the devices at each call.</param>
    /// <remarks>Over workers that may be lost, with <c>new BatchOptions { Recover = cluster.Recovery() }</c>.</remarks>
    /// <returns>The function, traced by the minimizer.</returns>
    public static Func<Tensor, (Tensor Losses, Tensor Gradients)> Over(
        DistributionStrategy strategy, Func<Tensor, (Tensor Losses, Tensor Gradients)> function)
    {
        ArgumentNullException.ThrowIfNull(strategy);
        ArgumentNullException.ThrowIfNull(function);
        return positions => Evaluate(strategy, function, positions);
    }

    private static (Tensor Losses, Tensor Gradients) Evaluate(
        DistributionStrategy strategy, Func<Tensor, (Tensor Losses, Tensor Gradients)> function, Tensor positions)
    {
        ArgumentNullException.ThrowIfNull(positions);
        if (!positions.Shape.HasRank || positions.Rank != 2 || positions.Shape[0] < 0)
            throw new TfLbfgsException(
                $"DistributedMembers: expected positions of known members, shape [b, n], received {positions.Describe()}.");
        if (DispatchFrame.Current.Target is not Trace { IsCompiled: false } trace)
            throw new TfLbfgsException(
                "DistributedMembers: expected Execution.Traced, whose trace calls several devices, received another execution.");
        // Where a worker was lost and not replaced, others do its part: the parts stay, and with them the bits.
        string[] devices = [.. strategy.Devices.Where(device => strategy.Cluster?.WorkerOf(device) is not { IsConnected: false })];
        if (devices.Length == 0)
            throw new ClusterException("DistributedMembers: expected a worker that is connected, received none.");
        int members = (int)positions.Shape[0];
        int parts = Math.Min(members, strategy.Shards);
        Dictionary<long, PlacedFunction> functions = [];
        List<Tensor> losses = [], gradients = [];
        for (int i = 0; i < parts; i++)
        {
            (long first, long count) = EvenShare.Of(members, i, parts);
            Tensor share = positions[(int)first..(int)(first + count)];
            using IDisposable device = Device.Use(devices[i % devices.Length]);
            if (!functions.TryGetValue(count, out PlacedFunction? placed))
                functions[count] = placed = Placed(trace, share, function);
            Tensor[] results = placed.Call([share], []);
            losses.Add(results[0]);
            gradients.Add(results[1]);
        }

        using Tensor axis = Tensor.Scalar(0);
        return (RawOps.ConcatV2(losses, axis), RawOps.ConcatV2(gradients, axis));
    }

    private static PlacedFunction Placed(Trace trace, Tensor share, Func<Tensor, (Tensor Losses, Tensor Gradients)> function) =>
        PlacedFunction.Create(trace, "the members of a batch on one device", [share], compile: false, inputs =>
        {
            (Tensor losses, Tensor gradients) = function(inputs[0]);
            return [losses, gradients];
        });
}
