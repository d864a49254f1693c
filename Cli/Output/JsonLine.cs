using System.Text;
using System.Text.Json;

namespace TfLbfgs.Cli.Output;

/// <summary>
/// The JSON object of <c>--json</c>: one line, fields in the order in which they were added. JSON knows no NaN and no infinity: they become
/// null.
/// </summary>
internal sealed class JsonLine : IDisposable
{
    private readonly MemoryStream _stream = new();
    private readonly Utf8JsonWriter _writer;

    public JsonLine()
    {
        _writer = new Utf8JsonWriter(_stream, new JsonWriterOptions { Encoder = JsonText.Encoder });
        _writer.WriteStartObject();
    }

    public JsonLine Add(string name, string? value)
    {
        _writer.WriteString(name, value);
        return this;
    }

    public JsonLine Add(string name, bool value)
    {
        _writer.WriteBoolean(name, value);
        return this;
    }

    public JsonLine Add(string name, long value)
    {
        _writer.WriteNumber(name, value);
        return this;
    }

    public JsonLine Add(string name, double value)
    {
        if (double.IsFinite(value))
            _writer.WriteNumber(name, value);
        else
            _writer.WriteNull(name);
        return this;
    }

    public JsonLine Add(string name, IEnumerable<string> values)
    {
        _writer.WriteStartArray(name);
        foreach (string value in values)
            _writer.WriteStringValue(value);
        _writer.WriteEndArray();
        return this;
    }

    public JsonLine Add(string name, IEnumerable<long> values)
    {
        _writer.WriteStartArray(name);
        foreach (long value in values)
            _writer.WriteNumberValue(value);
        _writer.WriteEndArray();
        return this;
    }

    /// <summary>A list of objects.</summary>
    public JsonLine Add<T>(string name, IEnumerable<T> items, Action<JsonLine, T> write)
    {
        _writer.WriteStartArray(name);
        foreach (T item in items)
        {
            _writer.WriteStartObject();
            write(this, item);
            _writer.WriteEndObject();
        }

        _writer.WriteEndArray();
        return this;
    }

    /// <summary>The object; nothing can be added after it.</summary>
    public override string ToString()
    {
        if (_writer.CurrentDepth > 0)
            _writer.WriteEndObject();
        _writer.Flush();
        return Encoding.UTF8.GetString(_stream.ToArray());
    }

    public void Dispose()
    {
        _writer.Dispose();
        _stream.Dispose();
    }
}
