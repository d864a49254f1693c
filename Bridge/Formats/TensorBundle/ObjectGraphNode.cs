namespace TfLbfgs.Formats.TensorBundle;

/// <summary>An object of a checkpoint.</summary>
/// <param name="Children">The names of its edges, and the numbers of the nodes that they lead to.</param>
/// <param name="Key">The key of its value, where it is a variable; null elsewhere.</param>
public sealed record ObjectGraphNode(IReadOnlyList<(string Name, int Node)> Children, string? Key);
