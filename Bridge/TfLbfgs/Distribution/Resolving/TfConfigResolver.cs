using System.Globalization;
using System.Text.Json;

namespace TfLbfgs.Distribution.Resolving;

/// <summary><c>TF_CONFIG</c>: <c>{"cluster": {"chief": [...], "worker": [...]}, "task": {"type": "worker", "index": 0}}</c>.</summary>
internal static class TfConfigResolver
{
    /// <summary>The variable.</summary>
    public const string Variable = "TF_CONFIG";

    private static readonly string[] Chiefs = ["chief", "master"];

    /// <inheritdoc cref="ClusterSpec.FromTfConfig"/>
    public static ClusterSpec Resolve(EnvironmentVariables variables)
    {
        string text = variables.Text(Variable, Variable);
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            return Resolve(document.RootElement);
        }
        catch (JsonException e)
        {
            throw new TfLbfgsException($"{Variable}: expected JSON, received: {e.Message}", e);
        }
    }

    private static ClusterSpec Resolve(JsonElement root)
    {
        JsonElement cluster = Member(root, "cluster", JsonValueKind.Object);
        string[] jobs = [.. cluster.EnumerateObject().Select(job => job.Name)];
        if (jobs.Except([.. Chiefs, "worker", "evaluator"]).FirstOrDefault() is { } unknown)
            throw new TfLbfgsException($"{Variable}: expected the jobs chief (or master), worker and evaluator, received '{unknown}'. "
                + "One controller and its workers need no others.");
        string[] chief = [.. jobs.Intersect(Chiefs).SelectMany(job => Addresses(cluster, job))];
        string[] workers = jobs.Contains("worker") ? Addresses(cluster, "worker") : [];
        if (chief.Length > 1)
            throw new TfLbfgsException($"{Variable}: expected one chief, received {chief.Length}.");
        bool isFirstWorker = chief.Length == 0;
        if (isFirstWorker && workers.Length == 0)
            throw new TfLbfgsException($"{Variable}: expected a cluster with workers, received none.");
        string controller = isFirstWorker ? workers[0] : chief[0];
        if (isFirstWorker)
            workers = workers[1..];

        // As TensorFlow has it, a process without a task is no member: it can only control.
        (string type, int index) = root.TryGetProperty("task", out JsonElement task) ? Task(task) : (isFirstWorker ? "worker" : "chief", 0);
        int? worker = type switch
        {
            "worker" => isFirstWorker ? (index == 0 ? null : index - 1) : index,
            _ when Chiefs.Contains(type) => isFirstWorker ? throw new TfLbfgsException($"{Variable}: expected a task of the cluster, "
                + $"received '{type}', which the cluster does not have.") : null,
            _ => throw new TfLbfgsException($"{Variable}: expected a task chief (or master) or worker, received '{type}'."),
        };
        return new ClusterSpec(workers, worker, controller, Variable);
    }

    private static (string Type, int Index) Task(JsonElement task)
    {
        if (task.ValueKind != JsonValueKind.Object)
            throw new TfLbfgsException($"{Variable}: expected a task of type and index, received {task.ValueKind}.");
        string type = Member(task, "type", JsonValueKind.String).GetString()!;
        if (!task.TryGetProperty("index", out JsonElement index))
            return (type, 0);
        string text = index.ValueKind == JsonValueKind.String ? index.GetString()! : index.GetRawText();
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? (type, number)
            : throw new TfLbfgsException($"{Variable}: expected a number as the index of the task, received {text}.");
    }

    /// <summary>A job is a list, or an object from index to address.</summary>
    private static string[] Addresses(JsonElement cluster, string job)
    {
        JsonElement entries = cluster.GetProperty(job);
        return entries.ValueKind switch
        {
            JsonValueKind.Array when entries.EnumerateArray().All(IsText) => [.. entries.EnumerateArray().Select(Text)],
            JsonValueKind.Object when entries.EnumerateObject().All(entry => IndexOf(entry) is not null && IsText(entry.Value)) =>
                [.. entries.EnumerateObject().OrderBy(IndexOf).Select(entry => Text(entry.Value))],
            _ => throw new TfLbfgsException($"{Variable}: expected a list of addresses for '{job}', received {entries.GetRawText()}."),
        };

        static bool IsText(JsonElement entry) => entry.ValueKind == JsonValueKind.String;
        static string Text(JsonElement entry) => entry.GetString()!;
        static int? IndexOf(JsonProperty entry) =>
            int.TryParse(entry.Name, NumberStyles.None, CultureInfo.InvariantCulture, out int index) ? index : null;
    }

    private static JsonElement Member(JsonElement parent, string name, JsonValueKind kind) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out JsonElement member) && member.ValueKind == kind
            ? member
            : throw new TfLbfgsException($"{Variable}: expected the member '{name}', received none of that kind.");
}
