using System.Collections;
using System.Globalization;
using TfLbfgs.Distribution.Resolving;

namespace TfLbfgs.Distribution;

/// <summary>
/// The processes of a cluster and which of them this one is, as the environment says: one controls, the others serve. Resolvers are
/// functions of environment variables alone. Immutable. Python: <c>tf.distribute.cluster_resolver</c>.
/// </summary>
public sealed record ClusterSpec
{
    /// <summary>The port of the first process on a host where nothing names one.</summary>
    public const int DefaultPort = 7001;

    /// <summary>Names the processes.</summary>
    /// <param name="workers">The workers as <c>host:port</c>, at least one, each once.</param>
    /// <param name="workerIndex">Which of them this process is; null: the controller.</param>
    /// <param name="controller">The address of the controller that workers reach, as <c>host:port</c>; null: found when it
    /// connects.</param>
    /// <param name="source">What said so, for messages.</param>
    /// <exception cref="TfLbfgsException">There is no worker, an address is none or stands twice, or the index is out of range.</exception>
    public ClusterSpec(IReadOnlyList<string> workers, int? workerIndex = null, string? controller = null, string source = "a list")
    {
        ArgumentNullException.ThrowIfNull(workers);
        Source = source;
        if (workers.Count == 0)
            throw new TfLbfgsException($"{source}: expected at least one worker besides the controller, received none.");
        Workers = [.. workers.Select(worker => WorkerAddress.Normalize(worker, source))];
        if (Workers.GroupBy(worker => worker).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new TfLbfgsException(
                $"{source}: expected workers with addresses that differ, received {twice.Key} {twice.Count()} times.");
        if (workerIndex is { } index && (index < 0 || index >= workers.Count))
            throw new TfLbfgsException(
                string.Create(CultureInfo.InvariantCulture,
                $"{source}: expected the index of a worker between 0 and {workers.Count - 1}, received {index}."));
        WorkerIndex = workerIndex;
        Controller = controller is null ? null : WorkerAddress.Normalize(controller, source);
    }

    /// <summary>The workers as <c>host:port</c>, in the order of their indices.</summary>
    public IReadOnlyList<string> Workers { get; }

    /// <summary>Which worker this process is; null: it is the controller.</summary>
    public int? WorkerIndex { get; }

    /// <summary>The address of the controller that workers reach, as <c>host:port</c>; null: found when it connects.</summary>
    public string? Controller { get; }

    /// <summary>What named the processes, such as <c>SLURM</c>.</summary>
    public string Source { get; }

    /// <summary>
    /// Whether this process controls: it calls <see cref="Cluster.Connect(ClusterSpec, ClusterOptions)"/>, and the others
    /// <see cref="Worker.Run(ClusterSpec, WorkerOptions, CancellationToken)"/>.
    /// </summary>
    public bool IsController => WorkerIndex is null;

    /// <summary>The port on which this worker listens.</summary>
    /// <exception cref="TfLbfgsException">The process is the controller.</exception>
    public int Port => WorkerIndex is { } index
        ? WorkerAddress.PortOf(Workers[index])
        : throw new TfLbfgsException(
            $"ClusterSpec.Port: expected a worker, received the controller of {Workers.Count} workers ({Source}).");

    /// <summary>Asks the environment of this process.</summary>
    /// <returns>The processes.</returns>
    /// <exception cref="TfLbfgsException">Nothing there names a cluster, or it is incomplete.</exception>
    public static ClusterSpec FromEnvironment() => FromEnvironment(OfThisProcess());

    /// <summary>
    /// The first of these that is there: a list in <c>TFLBFGS_WORKERS</c>, <c>TF_CONFIG</c>, a Kubernetes StatefulSet, Open MPI, SLURM,
    /// PMI.
    /// </summary>
    /// <param name="environment">Environment variables.</param>
    /// <returns>The processes.</returns>
    /// <exception cref="TfLbfgsException">Nothing there names a cluster, or it is incomplete; the message names the variables.</exception>
    public static ClusterSpec FromEnvironment(IReadOnlyDictionary<string, string> environment)
    {
        return FindInEnvironment(environment) ?? throw new TfLbfgsException(
            $"Expected a cluster in the environment: {ListResolver.Workers}, TF_CONFIG, {KubernetesResolver.Replicas} (Kubernetes), "
            + "OMPI_COMM_WORLD_RANK (Open MPI), SLURM_PROCID or PMI_RANK; received none of these. "
            + "Set one, or name the workers: Cluster.Connect([\"host:7001\"]).");
    }

    /// <summary>Asks the environment of this process, for a program that runs without a cluster too.</summary>
    /// <returns>The processes; null: nothing there names a cluster.</returns>
    /// <exception cref="TfLbfgsException">What names the cluster is incomplete.</exception>
    public static ClusterSpec? FindInEnvironment() => FindInEnvironment(OfThisProcess());

    /// <inheritdoc cref="FindInEnvironment()"/>
    /// <param name="environment">Environment variables.</param>
    public static ClusterSpec? FindInEnvironment(IReadOnlyDictionary<string, string> environment)
    {
        ArgumentNullException.ThrowIfNull(environment);
        EnvironmentVariables variables = new(environment);
        if (variables.Has(ListResolver.Workers))
            return FromList(environment);
        if (variables.Has(TfConfigResolver.Variable))
            return FromTfConfig(environment);
        if (variables.Has(KubernetesResolver.Replicas))
            return FromKubernetes(environment);
        if (variables.Has("OMPI_COMM_WORLD_RANK"))
            return FromMpi(environment);
        if (variables.Has("SLURM_PROCID"))
            return FromSlurm(environment);
        return variables.Has("PMI_RANK") || variables.Has("PMIX_RANK") ? FromMpi(environment) : null;
    }

    /// <summary>
    /// A list: <c>TFLBFGS_WORKERS=host1:7001,host2:7001</c>, of the controller; with <c>TFLBFGS_WORKER_INDEX</c> of that worker, with
    /// <c>TFLBFGS_CONTROLLER</c> the controller's own address.
    /// </summary>
    /// <param name="environment">Environment variables.</param>
    /// <returns>The processes.</returns>
    /// <exception cref="TfLbfgsException">The list is missing, or no list of addresses.</exception>
    public static ClusterSpec FromList(IReadOnlyDictionary<string, string> environment) =>
        ListResolver.Resolve(new EnvironmentVariables(environment));

    /// <summary>
    /// <c>TF_CONFIG</c> as TensorFlow defines it: the controller is the task <c>chief</c> or <c>master</c>, or, where there is none, worker
    /// 0, which then does not serve. Tasks <c>ps</c> are refused, an <c>evaluator</c> is
    /// none of the cluster. Python: <c>tf.distribute.cluster_resolver.TFConfigClusterResolver</c>.
    /// </summary>
    /// <param name="environment">Environment variables.</param>
    /// <returns>The processes.</returns>
    /// <exception cref="TfLbfgsException">The variable is missing or is no such JSON.</exception>
    public static ClusterSpec FromTfConfig(IReadOnlyDictionary<string, string> environment) =>
        TfConfigResolver.Resolve(new EnvironmentVariables(environment));

    /// <summary>
    /// SLURM, by <c>SLURM_PROCID</c>, <c>SLURM_NTASKS</c>, <c>SLURM_JOB_NODELIST</c> (or <c>SLURM_STEP_NODELIST</c>) and the tasks of each
    /// node: task 0 controls, task r is worker r - 1. The port is
    /// <c>TFLBFGS_PORT</c> (7001) plus the place of the task on its node. Python:
    /// <c>tf.distribute.cluster_resolver.SlurmClusterResolver</c>.
    /// </summary>
    /// <param name="environment">Environment variables.</param>
    /// <returns>The processes.</returns>
    /// <exception cref="TfLbfgsException">A variable is missing or contradicts another one.</exception>
    public static ClusterSpec FromSlurm(IReadOnlyDictionary<string, string> environment) =>
        SlurmResolver.Resolve(new EnvironmentVariables(environment));

    /// <summary>
    /// Open MPI (<c>OMPI_COMM_WORLD_RANK</c>, <c>..._SIZE</c>, <c>..._LOCAL_SIZE</c>) and PMI (<c>PMI_RANK</c>, <c>PMI_SIZE</c>,
    /// <c>MPI_LOCALNRANKS</c>): rank 0 controls, rank r is worker r - 1. They do not name the hosts:
    /// those are <c>TFLBFGS_HOSTS=host1,host2</c>, or the nodes of SLURM, or this host where all ranks are on it.
    /// </summary>
    /// <param name="environment">Environment variables.</param>
    /// <returns>The processes.</returns>
    /// <exception cref="TfLbfgsException">A variable is missing or contradicts another one.</exception>
    public static ClusterSpec FromMpi(IReadOnlyDictionary<string, string> environment) =>
        MpiResolver.Resolve(new EnvironmentVariables(environment));

    /// <summary>
    /// A Kubernetes StatefulSet behind a headless service: <c>HOSTNAME</c> ends in the ordinal, <c>TFLBFGS_REPLICAS</c> and
    /// <c>TFLBFGS_SERVICE</c> say the rest, <c>POD_NAMESPACE</c> the namespace. Pod 0 controls, pod i is
    /// worker i - 1, found by its name in DNS.
    /// </summary>
    /// <param name="environment">Environment variables.</param>
    /// <returns>The processes.</returns>
    /// <exception cref="TfLbfgsException">A variable is missing, or the name of the host has no ordinal.</exception>
    public static ClusterSpec FromKubernetes(IReadOnlyDictionary<string, string> environment) =>
        KubernetesResolver.Resolve(new EnvironmentVariables(environment));

    /// <summary>Such as <c>worker 1 of 3 (SLURM)</c>.</summary>
    /// <returns>The text.</returns>
    public override string ToString() =>
        WorkerIndex is { } index
        ? $"worker {index} of {Workers.Count} ({Source})" : $"the controller of {Workers.Count} workers ({Source})";

    private static Dictionary<string, string> OfThisProcess() => Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
        .ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? "", StringComparer.Ordinal);
}
