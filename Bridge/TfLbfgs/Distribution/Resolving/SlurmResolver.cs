using System.Globalization;
using System.Text.RegularExpressions;

namespace TfLbfgs.Distribution.Resolving;

/// <summary>SLURM: nodes as <c>node[01-03,7],gpu2</c>, tasks of each as <c>2(x3),1</c>.</summary>
internal static partial class SlurmResolver
{
    private const string Source = "SLURM";
    private const int MostNodes = 100_000;

    /// <inheritdoc cref="ClusterSpec.FromSlurm"/>
    public static ClusterSpec Resolve(EnvironmentVariables variables)
    {
        int size = variables.Number(Source, "SLURM_STEP_NUM_TASKS", "SLURM_NTASKS", "SLURM_NPROCS");
        string[] hosts = Hosts(variables);
        string? perNode = variables.Find("SLURM_STEP_TASKS_PER_NODE") ?? variables.Find("SLURM_TASKS_PER_NODE");
        int[] counts = perNode is { } text ? Counts(text) : Even(hosts.Length, size);
        if (counts.Length != hosts.Length)
            throw new TfLbfgsException(
                $"{Source}: expected as many entries in SLURM_TASKS_PER_NODE as nodes, {hosts.Length}, received {counts.Length}.");
        bool isCyclic = (variables.Find("SLURM_DISTRIBUTION") ?? "block").StartsWith("cyclic", StringComparison.OrdinalIgnoreCase);
        return RankedHosts.Spec(
            RankedHosts.Assign(hosts, counts, isCyclic), variables.Number(Source, "SLURM_PROCID"), size, variables, Source);
    }

    /// <summary>The nodes of the step, or of the job.</summary>
    /// <exception cref="TfLbfgsException">None are named.</exception>
    public static string[] Hosts(EnvironmentVariables variables) =>
        Expand(variables.Text(Source, "SLURM_STEP_NODELIST", "SLURM_JOB_NODELIST", "SLURM_NODELIST"));

    /// <summary>The names that a compressed list stands for, in its order.</summary>
    public static string[] Expand(string list)
    {
        List<string> names = [];
        int depth = 0, start = 0;
        for (int i = 0; i <= list.Length; i++)
        {
            char c = i < list.Length ? list[i] : ',';
            depth += c == '[' ? 1 : c == ']' ? -1 : 0;
            if (depth is < 0 or > 1)
                throw Malformed(list);
            if (c != ',' || depth > 0)
                continue;
            names.AddRange(ExpandOne(list[start..i].Trim(), list));
            start = i + 1;
        }

        return depth == 0 && names.Count > 0 ? [.. names] : throw Malformed(list);
    }

    private static List<string> ExpandOne(string item, string list)
    {
        int open = item.IndexOf('[', StringComparison.Ordinal);
        if (open < 0)
            return NodeName().IsMatch(item) ? [item] : throw Malformed(list);
        int close = item.IndexOf(']', open);
        List<string> names = [];
        // What follows the brackets may have brackets too: rack[1-2]node[1-3].
        List<string> rest = close == item.Length - 1 ? [""] : ExpandOne(item[(close + 1)..], list);
        foreach (string range in item[(open + 1)..close].Split(','))
        {
            Match bounds = Range().Match(range.Trim());
            if (!bounds.Success)
                throw Malformed(list);
            string from = bounds.Groups[1].Value;
            long first = long.Parse(from, CultureInfo.InvariantCulture);
            long last = bounds.Groups[2].Success ? long.Parse(bounds.Groups[2].Value, CultureInfo.InvariantCulture) : first;
            if (last < first || last - first >= MostNodes)
                throw Malformed(list);
            for (long number = first; number <= last; number++)
                names.AddRange(
                    rest.Select(end => item[..open] + number.ToString(CultureInfo.InvariantCulture).PadLeft(from.Length, '0') + end));
            if (names.Count > MostNodes)
                throw Malformed(list);
        }

        return names;
    }

    /// <summary>The numbers that <c>2(x3),1</c> stands for: 2, 2, 2, 1.</summary>
    public static int[] Counts(string text)
    {
        List<int> counts = [];
        foreach (string item in text.Split(',', StringSplitOptions.TrimEntries))
        {
            Match match = Repeated().Match(item);
            if (!match.Success)
                throw new TfLbfgsException($"{Source}: expected numbers of tasks such as 2(x3),1, received '{text}'.");
            int times = match.Groups[2].Success ? int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture) : 1;
            if (counts.Count + times > MostNodes)
                throw new TfLbfgsException($"{Source}: expected at most {MostNodes} nodes, received '{text}'.");
            counts.AddRange(Enumerable.Repeat(int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture), times));
        }

        return [.. counts];
    }

    /// <summary>As SLURM divides tasks where nothing is said: the first nodes have one more.</summary>
    private static int[] Even(int nodes, int tasks) =>
        [.. Enumerable.Range(0, nodes).Select(i => (tasks / nodes) + (i < tasks % nodes ? 1 : 0))];

    private static TfLbfgsException Malformed(string list) =>
        new($"{Source}: expected a list of nodes such as node[01-03,7],gpu2, received '{list}'.");

    [GeneratedRegex(@"^[A-Za-z0-9._-]+$")]
    private static partial Regex NodeName();

    [GeneratedRegex(@"^(\d{1,12})(?:-(\d{1,12}))?$")]
    private static partial Regex Range();

    [GeneratedRegex(@"^(\d{1,6})(?:\(x(\d{1,6})\))?$")]
    private static partial Regex Repeated();
}
