using System.Globalization;
using System.Net;
using System.Text;

namespace TfLbfgs.Cli.Reporting;

/// <summary>A page of HTML in one file: texts, tables and pictures, without scripts and without anything from elsewhere.</summary>
/// <param name="title">The title.</param>
internal sealed class HtmlPage(string title)
{
    private const string Style = """
        body { font: 15px/1.5 system-ui, sans-serif; color: #333; max-width: 1100px; margin: 2em auto; padding: 0 1em; }
        h1 { font-size: 1.6em; } h2 { font-size: 1.2em; margin-top: 2em; }
        table { border-collapse: collapse; margin: 1em 0; } th, td { padding: .25em .8em; text-align: right; border-bottom: 1px solid #e3e6ea; }
        th:first-child, td:first-child { text-align: left; } table.facts td { text-align: left; }
        img { max-width: 100%; } figure { margin: 1em 0; } figcaption { color: #666; }
        """;

    private readonly StringBuilder _body = new();

    public void Heading(string text) => _body.Append("<h2>").Append(Escape(text)).Append("</h2>\n");

    public void Paragraph(string text) => _body.Append("<p>").Append(Escape(text)).Append("</p>\n");

    /// <summary>A table of names and values.</summary>
    public void Facts(string id, IEnumerable<(string Name, string Value)> facts)
    {
        _body.Append(CultureInfo.InvariantCulture, $"<table class=\"facts\" id=\"{id}\">\n");
        foreach ((string name, string value) in facts)
            _body.Append(CultureInfo.InvariantCulture, $"<tr><td>{Escape(name)}</td><td>{Escape(value)}</td></tr>\n");
        _body.Append("</table>\n");
    }

    /// <summary>A table with a header.</summary>
    public void Table(string id, IReadOnlyList<string> header, IEnumerable<IReadOnlyList<string>> rows)
    {
        _body.Append(CultureInfo.InvariantCulture,
            $"<table id=\"{id}\">\n<tr>{string.Concat(header.Select(cell => $"<th>{Escape(cell)}</th>"))}</tr>\n");
        foreach (IReadOnlyList<string> row in rows)
            _body.Append(CultureInfo.InvariantCulture, $"<tr>{string.Concat(row.Select(cell => $"<td>{Escape(cell)}</td>"))}</tr>\n");
        _body.Append("</table>\n");
    }

    /// <summary>A picture.</summary>
    /// <param name="id">Names it in the page.</param>
    /// <param name="caption">What it shows.</param>
    /// <param name="png">The content.</param>
    public void Figure(string id, string caption, byte[] png) => _body.Append(CultureInfo.InvariantCulture,
        $"<figure id=\"{id}\"><img alt=\"{Escape(caption)}\" "
        + $"src=\"data:image/png;base64,{Convert.ToBase64String(png)}\"><figcaption>{Escape(caption)}</figcaption></figure>\n");

    /// <summary>Writes the page.</summary>
    public void Write(Stream stream) => stream.Write(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $$"""
        <!DOCTYPE html>
        <html lang="en">
        <head><meta charset="utf-8"><title>{{Escape(title)}}</title><style>{{Style}}</style></head>
        <body>
        <h1>{{Escape(title)}}</h1>
        {{_body}}</body>
        </html>

        """)));

    // Names of columns and files may hold anything.
    private static string Escape(string text) => WebUtility.HtmlEncode(Output.TerminalText.Clean(text));
}
