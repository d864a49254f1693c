using System.Text.Json;

namespace TfLbfgs.Distribution;

/// <summary>What a worker is asked for: one part of the data.</summary>
/// <param name="Function">The name of the function that makes it.</param>
/// <param name="Arguments">The arguments of the function.</param>
/// <param name="Shard">Which part, from 0.</param>
/// <param name="Shards">How many there are.</param>
/// <param name="Folder">The folder from which names of files that are not rooted count.</param>
public sealed record ShardRequest(string Function, IReadOnlyDictionary<string, string> Arguments, int Shard, int Shards, string Folder)
{
    /// <summary>An argument.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>Its value.</returns>
    /// <exception cref="TfLbfgsException">It was not given.</exception>
    public string Argument(string name) => Arguments.TryGetValue(name, out string? value)
        ? value
        : throw new TfLbfgsException($"The function '{Function}': expected the argument '{name}', received "
            + $"{(Arguments.Count == 0 ? "none" : string.Join(", ", Arguments.Keys))}.");

    /// <summary>As JSON; the folder is the worker's own affair.</summary>
    internal byte[] ToJson() => JsonBytes.OfObject(json =>
    {
        json.WriteString("function", Function);
        json.WriteNumber("shard", Shard);
        json.WriteNumber("shards", Shards);
        json.WriteStartObject("arguments");
        foreach ((string name, string value) in Arguments)
            json.WriteString(name, value);
        json.WriteEndObject();
    });

    /// <summary>From JSON.</summary>
    internal static ShardRequest Parse(ReadOnlyMemory<byte> text, string folder)
    {
        using JsonDocument document = JsonDocument.Parse(text);
        JsonElement root = document.RootElement;
        return new ShardRequest(
            root.GetProperty("function").GetString() ?? "",
            root.GetProperty("arguments").EnumerateObject().ToDictionary(member => member.Name, member => member.Value.GetString() ?? ""),
            root.GetProperty("shard").GetInt32(),
            root.GetProperty("shards").GetInt32(),
            folder);
    }
}
