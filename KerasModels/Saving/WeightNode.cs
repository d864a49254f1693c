namespace TfLbfgs.Keras.Saving;

/// <summary>A node in the tree of the weights of a file: a model, a layer, an optimizer, or a part of one.</summary>
/// <param name="name">The name in its parent; empty for the root.</param>
public sealed class WeightNode(string name)
{
    private readonly Dictionary<string, WeightNode> _byName = new(StringComparer.Ordinal);

    /// <summary>The name in its parent; empty for the root.</summary>
    public string Name { get; } = name;

    /// <summary>The name that the object itself has, where the file states it; null elsewhere.</summary>
    public string? Label { get; init; }

    /// <summary>
    /// Whether the object is a model, whose parts are its layers under their numbers; stated in trees that name weights by
    /// <see cref="WeightNaming.Names"/> for writing. Default false.
    /// </summary>
    public bool IsModel { get; init; }

    /// <summary>The weights of the object itself, in the order of the file.</summary>
    public List<WeightArray> Arrays { get; } = [];

    /// <summary>The parts, in the order of the file.</summary>
    public List<WeightNode> Children { get; } = [];

    /// <summary>The part of a name, which is added where it is missing.</summary>
    /// <param name="part">The name.</param>
    /// <returns>The part.</returns>
    public WeightNode Child(string part)
    {
        if (_byName.TryGetValue(part, out WeightNode? child))
            return child;
        child = new WeightNode(part);
        _byName[part] = child;
        Children.Add(child);
        return child;
    }

    /// <summary>The weights of the node and of all below it.</summary>
    /// <returns>The weights, in the order of the file.</returns>
    public IEnumerable<WeightArray> AllArrays()
    {
        Stack<WeightNode> open = new([this]);
        while (open.TryPop(out WeightNode? node))
        {
            foreach (WeightArray array in node.Arrays)
                yield return array;
            for (int i = node.Children.Count - 1; i >= 0; i--)
                open.Push(node.Children[i]);
        }
    }
}
