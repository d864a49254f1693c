using System.Globalization;
using TfLbfgs.Cli.Output;
using TfLbfgs.SavedModels;

namespace TfLbfgs.Cli.Commands;

/// <summary>Shows what graphs of TensorFlow hold: the functions of a SavedModel, the ends of a frozen graph.</summary>
internal static class GraphDisplay
{
    private const string Graph = "saved_model.pb";

    /// <summary>The SavedModel in a folder; null for another path, and, with a warning, where its functions cannot be loaded.</summary>
    public static SavedModelBundle? Open(string path, Report report)
    {
        if (!File.Exists(Path.Combine(path, Graph)))
            return null;
        try
        {
            return SavedModelBundle.Load(path);
        }
        catch (TfLbfgsException e)
        {
            report.Warn($"the functions cannot be loaded here: {e.Message}");
            return null;
        }
    }

    /// <summary>Signatures, and functions of the saved object, with what they take and return.</summary>
    public static void ShowFunctions(SavedModelBundle bundle, Report report)
    {
        report.Say("");
        foreach (SavedFunction signature in bundle.Signatures.Values)
            report.Say($"signature  {signature}");
        SavedFunction[] functions = [.. bundle.Functions.Values.SelectMany(traces => traces)];
        foreach (SavedFunction function in functions)
            report.Say($"function   {function}");
        report.Json.Add("tensorflow_version", bundle.TensorFlowVersion)
            .Add("signatures", bundle.Signatures.Values.Select(signature => signature.ToString())).Add(
            "functions", functions.Select(function => function.ToString()));
    }

    /// <summary>The inputs, outputs and ops of a graph in a file of its own.</summary>
    public static int ShowFrozenGraph(string path, Report report)
    {
        using FrozenGraph graph = FrozenGraph.Load(path);
        report.Say($"File          {Path.GetFullPath(path)}");
        report.Say("Format        graph of TensorFlow (GraphDef)");
        report.Say($"Inputs        {string.Join(", ", graph.Inputs)}");
        report.Say($"Outputs       {string.Join(", ", graph.Outputs)}");
        report.Say("");
        TextTable.Write(
            report, ["op", "nodes"],
            [.. graph.Nodes.CountBy(node => node.Op).OrderByDescending(op => op.Value).ThenBy(op => op.Key, StringComparer.Ordinal)
                .Select(op => new[] { op.Key, op.Value.ToString(CultureInfo.InvariantCulture) })]);
        report.Json.Add("file", Path.GetFullPath(path)).Add("format", "graph of TensorFlow (GraphDef)")
            .Add("inputs", graph.Inputs.Select(input => input.ToString())).Add(
            "outputs", graph.Outputs).Add("nodes", graph.Nodes.Count);
        return ExitCode.Success;
    }
}
