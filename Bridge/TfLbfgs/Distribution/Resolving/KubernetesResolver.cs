using System.Globalization;

namespace TfLbfgs.Distribution.Resolving;

/// <summary>The pods of a StatefulSet by their names in DNS.</summary>
internal static class KubernetesResolver
{
    /// <summary>How many pods there are, the controller included.</summary>
    public const string Replicas = "TFLBFGS_REPLICAS";

    private const string Source = "Kubernetes";

    /// <inheritdoc cref="ClusterSpec.FromKubernetes"/>
    public static ClusterSpec Resolve(EnvironmentVariables variables)
    {
        string pod = variables.Text(Source, "POD_NAME", "HOSTNAME").Split('.')[0];
        string service = variables.Text(Source, "TFLBFGS_SERVICE");
        string cluster = variables.Find("TFLBFGS_CLUSTER_DOMAIN") ?? "cluster.local";
        string domain = $"{service}.{variables.Find("POD_NAMESPACE") ?? "default"}.svc.{cluster}";
        int dash = pod.LastIndexOf('-');
        if (dash <= 0 || !int.TryParse(pod.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int ordinal))
            throw new TfLbfgsException(
                $"{Source}: expected the name of a pod of a StatefulSet, such as trainer-2, in POD_NAME or HOSTNAME, received '{pod}'.");
        int replicas = variables.Number(Source, Replicas);
        IEnumerable<int> ordinals = Enumerable.Range(0, Math.Min(replicas, 100_000));
        return RankedHosts.Spec(
            [.. ordinals.Select(i => (string.Create(CultureInfo.InvariantCulture, $"{pod[..dash]}-{i}.{domain}"), 0))],
            ordinal, replicas, variables, Source);
    }
}
