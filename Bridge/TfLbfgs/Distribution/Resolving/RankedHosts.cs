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
        IEnumerable<int> places = Enumerable.Range(0, counts.Max());
        return [.. places.SelectMany(place => hosts.Where((_, i) => place < counts[i]).Select(host => (host, place)))];
    }

    /// <summary>The cluster of ranks.</summary>
    /// <param name="ranks">The host of each, and its place there.</param>
    /// <param name="rank">Which one this process is.</param>
    /// <param name="size">How many there must be.</param>
    /// <param name="variables">Name the first port of a host, and the controller's address where that is another one.</param>
    /// <param name="source">What named the ranks, for messages.</param>
    public static ClusterSpec Spec(
        IReadOnlyList<(string Host, int Place)> ranks, int rank, int size, EnvironmentVariables variables, string source)
    {
        int port = variables.Port(source);
        if (ranks.Count != size)
            throw Unexpected(source, $"hosts for {size} tasks", $"hosts for {ranks.Count}");
        if (size < 2)
            throw Unexpected(
                source, $"a controller and at least one worker, 2 tasks", $"{size}. Without workers use DistributionStrategy.Local()");
        if (rank >= size)
            throw Unexpected(source, $"a rank between 0 and {size - 1}", $"{rank}");
        string[] addresses = [.. ranks.Select(entry => WorkerAddress.Of(entry.Host, port + entry.Place))];
        string controller = variables.Find(ListResolver.Controller) ?? addresses[0];
        return new ClusterSpec(addresses[1..], rank == 0 ? null : rank - 1, controller, source);
    }

    private static TfLbfgsException Unexpected(string source, FormattableString expected, FormattableString received) => new(
        FormattableString.Invariant($"{source}: expected {FormattableString.Invariant(expected)}, ")
        + $"received {FormattableString.Invariant(received)}.");
}
