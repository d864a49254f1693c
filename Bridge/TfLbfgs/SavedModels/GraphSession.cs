using TfLbfgs.Formats.Protos;
using TfLbfgs.Variables;

namespace TfLbfgs.SavedModels;

/// <summary>What runs of one loaded graph share: its nodes, functions and resources.</summary>
internal sealed class GraphSession : IDisposable
{
    /// <summary>Takes a graph.</summary>
    public GraphSession(GraphDef graph, SavedModelOptions options)
    {
        Graph = GraphBody.Of(graph);
        Library = new GraphLibrary(graph);
        Options = options;
    }

    /// <summary>The nodes of the graph itself.</summary>
    public GraphBody Graph { get; }

    /// <summary>Its functions.</summary>
    public GraphLibrary Library { get; }

    /// <summary>Its variables and tables.</summary>
    public GraphResources Resources { get; } = new();

    /// <summary>How it was loaded.</summary>
    public SavedModelOptions Options { get; }

    /// <summary>The paths of the files that the graph reads, by the names of the nodes that hold them.</summary>
    public Dictionary<string, string> Assets { get; } = new(StringComparer.Ordinal);

    /// <summary>What receives restored values while variables are restored; null at all other times.</summary>
    public VariableRestore? Restore { get; set; }

    /// <summary>The variables in their order in the model.</summary>
    public List<Variable> Variables { get; } = [];

    /// <summary>Some of the variables in their order in the model.</summary>
    public IReadOnlyList<Variable> InOrder(IReadOnlyCollection<Variable> some)
    {
        HashSet<Variable> wanted = [.. some];
        return [.. Variables.Where(wanted.Contains)];
    }

    /// <summary>Whether a path is one of a file that belongs to the SavedModel.</summary>
    public bool IsAsset(string path) => Assets.ContainsValue(path);

    /// <summary>Frees functions, variables and tables.</summary>
    public void Dispose()
    {
        Library.Dispose();
        Resources.Dispose();
    }
}
