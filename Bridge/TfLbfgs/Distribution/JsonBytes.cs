using System.Text.Json;

namespace TfLbfgs.Distribution;

/// <summary>JSON as processes of a cluster exchange it.</summary>
internal static class JsonBytes
{
    /// <summary>One object.</summary>
    /// <param name="members">Writes its members.</param>
    public static byte[] OfObject(Action<Utf8JsonWriter> members)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        return stream.ToArray();
    }
}
