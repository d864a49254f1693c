using System.Text.Json;

namespace TfLbfgs.Distribution;

/// <summary>What a <see cref="Worker"/> says of itself.</summary>
/// <param name="Version">Its version of TfLbfgs.</param>
/// <param name="TensorFlow">Its version of TensorFlow.</param>
/// <param name="Host">The name of its host.</param>
/// <param name="ProcessId">Its process.</param>
/// <param name="Folder">The folder in which it was started: names of files that are not rooted count from there.</param>
/// <param name="Processors">The processors of its host.</param>
/// <param name="Functions">The functions that it runs by name.</param>
public sealed record WorkerDescription(
    string Version, string TensorFlow, string Host, int ProcessId, string Folder, int Processors, IReadOnlyList<string> Functions)
{
    /// <summary>As JSON.</summary>
    internal byte[] ToJson() => JsonBytes.OfObject(json =>
    {
        json.WriteString("version", Version);
        json.WriteString("tensorflow", TensorFlow);
        json.WriteString("host", Host);
        json.WriteNumber("process", ProcessId);
        json.WriteString("folder", Folder);
        json.WriteNumber("processors", Processors);
        json.WriteStartArray("functions");
        foreach (string function in Functions)
            json.WriteStringValue(function);
        json.WriteEndArray();
    });

    /// <summary>From JSON.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    /// <exception cref="KeyNotFoundException">A member is missing.</exception>
    internal static WorkerDescription Parse(ReadOnlyMemory<byte> text)
    {
        using JsonDocument document = JsonDocument.Parse(text);
        JsonElement root = document.RootElement;
        string Text(string name) => root.GetProperty(name).GetString() ?? "";
        return new WorkerDescription(
            Text("version"), Text("tensorflow"), Text("host"), root.GetProperty("process").GetInt32(), Text("folder"),
            root.GetProperty("processors").GetInt32(),
            [.. root.GetProperty("functions").EnumerateArray().Select(function => function.GetString() ?? "")]);
    }
}
