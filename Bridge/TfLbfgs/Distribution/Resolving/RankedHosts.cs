using System.Globalization;

namespace TfLbfgs.Distribution.Resolving;

/// <summary>Hosts and the ranks on each: rank 0 controls, rank r is worker r - 1, at the port of its place on its host.</summary>
internal static class RankedHosts
{
    /// <summary>The host of each rank, node by node, and its place there.</summary>
    /// <param name="hosts">The hosts.</param>
    /// <param name="counts">How many ranks each has.</param>
    /// <param name="isCyclic">Whether ranks go round the hosts instead of filling one after the other.</param>
    public static (string Host, int Place)[] Assign(IReadOnlyList<string> hosts, IReadOnlyList<int> counts, bool isCyclic)
    {
        if (!isCyclic)
            return [.. hosts.SelectMany((host, i) => Enumerable.Range(0, counts[i]).Select(place => (host, place)))];
        return [.. Enumerable.Range(0, counts.Max()).SelectMany(place => hosts.Where((_, i) => place < counts[i]).Select(host => (host, place)))];
    }

    /// <summary>The cluster of ranks.</summary>
    public static ClusterSpec Spec(IReadOnlyList<(string Host, int Place)> ranks, int rank, int size, int port, string? controller, string source)
    {
        if (ranks.Count != size)
            throw new TfLbfgsException(string.Create(CultureInfo.InvariantCulture, $"{source}: expected hosts for {size} tasks, received hosts for {ranks.Count}."));
        if (size < 2)
            throw new TfLbfgsException($"{source}: expected a controller and at least one worker, 2 tasks, received {size}. Without workers use DistributionStrategy.Local().");
        if (rank >= size)
            throw new TfLbfgsException(
                string.Create(CultureInfo.InvariantCulture, $"{source}: expected a rank between 0 and {size - 1}, received {rank}."));
        string[] addresses = [.. ranks.Select(entry => WorkerAddress.Of(entry.Host, port + entry.Place))];
        return new ClusterSpec(addresses[1..], rank == 0 ? null : rank - 1, controller ?? addresses[0], source);
    }
}
