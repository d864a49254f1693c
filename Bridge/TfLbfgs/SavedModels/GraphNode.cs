namespace TfLbfgs.SavedModels;

/// <summary>A node of a graph.</summary>
/// <param name="Name">The name, unique in the graph.</param>
/// <param name="Op">The op.</param>
/// <param name="Inputs">The tensors that it takes, such as <c>x:0</c>, and the nodes that run before it, such as <c>^init</c>.</param>
public sealed record GraphNode(string Name, string Op, IReadOnlyList<string> Inputs);
