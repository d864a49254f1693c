namespace TfLbfgs.Distribution.Resolving;

/// <summary>Ranks of Open MPI and PMI, whose variables name no hosts.</summary>
internal static class MpiResolver
{
    private const string HostList = "TFLBFGS_HOSTS";
    private const string Source = "MPI";

    /// <inheritdoc cref="ClusterSpec.FromMpi"/>
    public static ClusterSpec Resolve(EnvironmentVariables variables)
    {
        int rank = variables.Number(Source, "OMPI_COMM_WORLD_RANK", "PMI_RANK", "PMIX_RANK");
        int size = variables.Number(Source, "OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "SLURM_NTASKS");
        string[] perHost = ["OMPI_COMM_WORLD_LOCAL_SIZE", "MPI_LOCALNRANKS"];
        int local = perHost.Any(variables.Has) ? variables.Number(Source, perHost) : size;
        string[] hosts = variables.Find(HostList) is { } list ? ListResolver.Split(list)
            : local == size ? ["localhost"]
            : variables.Has("SLURM_JOB_NODELIST") ? SlurmResolver.Hosts(variables)
            : throw new TfLbfgsException($"{Source}: expected the hosts of {size} ranks, of which {local} are here, in {HostList} or "
                + $"SLURM_JOB_NODELIST, received none. Pass them on, such as by mpirun -x {HostList}.");
        if (hosts.Length == 0 || size % hosts.Length != 0)
            throw new TfLbfgsException($"{Source}: expected as many ranks on each of the hosts, received {size} ranks on {hosts.Length} "
                + "hosts. Name a host that has more of them several times.");
        // A host that is named k times has k times as many ranks, in one row.
        string[] distinct = [.. hosts.Distinct()];
        int[] counts = [.. distinct.Select(host => hosts.Count(other => other == host) * (size / hosts.Length))];
        return RankedHosts.Spec(RankedHosts.Assign(distinct, counts, isCyclic: false), rank, size, variables, Source);
    }
}
