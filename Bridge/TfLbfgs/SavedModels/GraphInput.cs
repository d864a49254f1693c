using System.Globalization;

namespace TfLbfgs.SavedModels;

/// <summary>Where an input of a node comes from.</summary>
/// <param name="Node">The name of a node or argument.</param>
/// <param name="Output">The name of its output; empty where outputs are counted through.</param>
/// <param name="Index">The place in that output, or among all.</param>
/// <param name="IsControl">Whether it is an order without data.</param>
internal readonly record struct GraphInput(string Node, string Output, int Index, bool IsControl)
{
    /// <summary>Reads <c>node</c>, <c>node:1</c>, <c>node:output:1</c> or <c>^node</c>.</summary>
    /// <exception cref="TfLbfgsException">It is none of these.</exception>
    public static GraphInput Parse(string text)
    {
        if (text.StartsWith('^'))
            return new GraphInput(text[1..], "", 0, true);
        string[] parts = text.Split(':');
        int index = 0;
        if (parts.Length > 3 || parts[0].Length == 0
            || (parts.Length > 1 && !int.TryParse(parts[^1], NumberStyles.None, CultureInfo.InvariantCulture, out index)))
            throw new TfLbfgsException(
                $"A graph: expected an input such as node:0, received '{text}'. The file is damaged; save it again.");
        return new GraphInput(parts[0], parts.Length == 3 ? parts[1] : "", index, false);
    }
}
