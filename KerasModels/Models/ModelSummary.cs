using System.Globalization;
using System.Text;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Keras;

/// <summary>Writes a model as a table in the form of Keras 2. Columns grow with their texts.</summary>
internal sealed class ModelSummary
{
    private const int LineLength = 65;
    private const int LineLengthOfGraphs = 98;

    private readonly List<Row> _rows = [];
    private readonly bool _expandNested;
    private readonly bool _hasConnections;

    private ModelSummary(Model model, bool expandNested)
    {
        _expandNested = expandNested;
        _hasConnections = model.Graph is { } graph
            && graph.Layers.Any(layer => graph.NodesOf(layer) is var nodes
            && (nodes.Count > 1 || nodes.Any(node => node.Sources.Count() > 1)));
        Add(model, 0);
    }

    public static string Write(Model model, bool expandNested)
    {
        ModelSummary summary = new(model, expandNested);
        string[] header = summary._hasConnections
            ? ["Layer (type)", "Output Shape", "Param #", "Connected to"] : ["Layer (type)", "Output Shape", "Param #"];
        int[] ends = summary.ColumnEnds(header);
        StringBuilder text = new();
        text.AppendLine(CultureInfo.InvariantCulture, $"Model: \"{model.Name}\"");
        text.AppendLine(new string('_', ends[^1]));
        text.AppendLine(Line(header, ends));
        text.AppendLine(new string('=', ends[^1]));
        foreach (Row row in summary._rows)
        {
            foreach (string[] line in row.Lines)
                text.AppendLine(Line(line, ends));
            text.AppendLine();
        }

        text.AppendLine(new string('=', ends[^1]));
        IReadOnlyList<Variable> all = model.Variables, trained = model.TrainableVariables;
        text.AppendLine(CultureInfo.InvariantCulture, $"Total params: {Count(all)}");
        text.AppendLine(CultureInfo.InvariantCulture, $"Trainable params: {Count(trained)}");
        text.AppendLine(CultureInfo.InvariantCulture, $"Non-trainable params: {Count([.. all.Except(trained)])}");
        text.Append(new string('_', ends[^1]));
        return text.ToString();
    }

    private void Add(Model model, int depth)
    {
        foreach (Layer layer in model.BuiltLayers)
        {
            string parameters = layer.Variables.Sum(variable => variable.Shape.ElementCount).ToString(CultureInfo.InvariantCulture);
            string[] connections = _hasConnections ? [.. ConnectionsOf(model, layer)] : [];
            string[] first =
                [new string('|', depth) + (depth > 0 ? " " : "") + $"{layer.Name} ({layer.ClassName})", Shapes(layer.OutputShapes),
                parameters, connections.FirstOrDefault() ?? ""];
            _rows.Add(new Row([first, .. connections.Skip(1).Select(connection => new[] { "", "", "", connection })]));
            if (_expandNested && layer is Model nested)
                Add(nested, depth + 1);
        }
    }

    private static IEnumerable<string> ConnectionsOf(Model model, Layer layer) =>
        model.Graph is not { } graph ? [] : graph.NodesOf(layer).SelectMany(node => node.Sources)
        .Select(source => $"{source.Node.Layer.Name}[{graph.NodesOf(source.Node.Layer).ToList().IndexOf(source.Node)}][{source.Index}]");

    private static string Shapes(IReadOnlyList<Shape> shapes) => shapes.Count switch
    {
        0 => "?",
        1 => shapes[0].ToString(),
        _ => $"[{string.Join(", ", shapes)}]",
    };

    // Where each column ends: as in Keras, or further right where a text needs it.
    private int[] ColumnEnds(string[] header)
    {
        int length = header.Length == 3 ? LineLength : LineLengthOfGraphs;
        double[] parts = header.Length == 3 ? [0.45, 0.85, 1] : [0.33, 0.55, 0.67, 1];
        int[] ends = new int[parts.Length];
        for (int i = 0; i < ends.Length; i++)
        {
            int width = Math.Max((int)(length * parts[i]) - (i == 0 ? 0 : (int)(length * parts[i - 1])),
                _rows.SelectMany(row => row.Lines).Append(header).Max(line => line.Length > i ? line[i].Length + 2 : 0));
            ends[i] = width + (i == 0 ? 0 : ends[i - 1]);
        }

        return ends;
    }

    private static string Line(string[] fields, int[] ends)
    {
        StringBuilder line = new(" ");
        for (int i = 0; i < Math.Min(fields.Length, ends.Length); i++)
            line.Append(fields[i]).Append(' ', Math.Max(0, ends[i] - line.Length));
        return line.ToString().TrimEnd();
    }

    private static string Count(IReadOnlyList<Variable> variables)
    {
        long bytes = variables.Sum(variable => variable.Shape.ElementCount * variable.DType.Size);
        string size = bytes switch
        {
            < 1024 => FormattableString.Invariant($"{bytes:F2} Byte"),
            < 1024 * 1024 => FormattableString.Invariant($"{bytes / 1024.0:F2} KB"),
            < 1024L * 1024 * 1024 => FormattableString.Invariant($"{bytes / (1024.0 * 1024):F2} MB"),
            _ => FormattableString.Invariant($"{bytes / (1024.0 * 1024 * 1024):F2} GB"),
        };
        return $"{variables.Sum(variable => variable.Shape.ElementCount).ToString(CultureInfo.InvariantCulture)} ({size})";
    }

    private sealed record Row(IReadOnlyList<string[]> Lines);
}
