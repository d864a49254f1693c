using TfLbfgs.Formats.Protos;

namespace TfLbfgs.Formats.SavedModels;

/// <summary>
/// Reads graphs that stand in a file of their own, such as frozen ones (<c>frozen_graph.pb</c>). Reading executes nothing.
/// </summary>
public static class GraphFile
{
    /// <summary>Reads a graph.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The graph, with at least one node.</returns>
    /// <exception cref="FileFormatException">The file is missing, holds something else, or is larger than the limits allow.</exception>
    public static GraphDef Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (Directory.Exists(path))
            throw new FileFormatException(
                path, "/", "a folder", "the file of a graph (GraphDef)", "Read the folder of a SavedModel by SavedModelBundle.Load.");
        GraphDef graph = ProtoFile.Read(path, GraphDef.Parser, "a graph (GraphDef)");
        return graph.Node.Count > 0 && graph.Node.All(node => node.Name.Length > 0 && node.Op.Length > 0)
            ? graph
            : throw new FileFormatException(path, "/", "no graph: a message without named nodes", "a graph (GraphDef)",
                "A file saved_model.pb belongs to a SavedModel, which is loaded by its folder.");
    }
}
