using System.Text;

namespace TfLbfgs.RawOpsGenerator.Writing;

/// <summary>Collects indented lines that end in a line feed on every system.</summary>
internal sealed class SourceBuilder
{
    private readonly StringBuilder _text = new();

    /// <summary>How many lines there are.</summary>
    public int LineCount { get; private set; }

    /// <summary>Adds a line.</summary>
    public void Line(int indent, string text)
    {
        if (text.Length > 0)
            _text.Append(' ', 4 * indent).Append(text);
        _text.Append('\n');
        LineCount++;
    }

    /// <summary>Adds an empty line.</summary>
    public void Line() => Line(0, "");

    /// <summary>Adds what another builder holds.</summary>
    public void Append(SourceBuilder other)
    {
        _text.Append(other._text);
        LineCount += other.LineCount;
    }

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();
}
