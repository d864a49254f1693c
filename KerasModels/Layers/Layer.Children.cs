namespace TfLbfgs.Keras.Layers;

public abstract partial class Layer
{
    private readonly List<(string Place, Layer Layer)> _tracked = [];
    private string? _path;

    /// <summary>
    /// The place in the outermost model that holds the layer, such as <c>encoder/layers/0</c>: names of layers in sequential and functional
    /// models, names of fields elsewhere. Variables are identified by it. Of a layer
    /// alone its name; empty for a model alone.
    /// </summary>
    public string Path => _path ?? RootPath;

    /// <summary>The layers within this one, in the order of declaration.</summary>
    public IReadOnlyList<Layer> Sublayers
    {
        get
        {
            AdoptChildren();
            return [.. ChildrenOnce().Select(child => child.Layer)];
        }
    }

    /// <summary>The path of a layer that none holds.</summary>
    private protected virtual string RootPath => Name;

    /// <summary>Adds a layer that no field holds, so that its variables count among those of this layer.</summary>
    /// <typeparam name="T">The class of the layer.</typeparam>
    /// <param name="layer">The layer; owned by this one from now on.</param>
    /// <param name="place">Its place in the path; null: its name.</param>
    /// <returns>The layer.</returns>
    protected T Track<T>(T layer, string? place = null) where T : Layer
    {
        ArgumentNullException.ThrowIfNull(layer);
        _tracked.Add((place ?? layer.Name, layer));
        return layer;
    }

    /// <summary>The layers within this one with their places; one that stands twice is listed twice.</summary>
    private protected virtual IEnumerable<(string Place, Layer Layer)> Children() => ChildLayers.Of(this).Concat(_tracked);

    internal IEnumerable<(string Place, Layer Layer)> ChildrenOnce() =>
        Children().DistinctBy(child => child.Layer, ReferenceEqualityComparer.Instance);

    /// <summary>This layer and all within it, each once.</summary>
    internal IEnumerable<Layer> Tree()
    {
        HashSet<Layer> visited = [];
        Stack<Layer> open = new([this]);
        while (open.TryPop(out Layer? layer))
        {
            if (!visited.Add(layer))
                continue;
            yield return layer;
            foreach ((_, Layer child) in layer.ChildrenOnce().Reverse())
                open.Push(child);
        }
    }

    /// <summary>Gives the layers within this one their names, paths and dtypes.</summary>
    internal void AdoptChildren() => AdoptChildren([]);

    private void AdoptChildren(HashSet<Layer> visited)
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        if (!visited.Add(this))
            return;
        foreach (LayerVariable entry in _variables)
        {
            string name = Path.Length == 0 ? entry.Leaf : $"{Path}/{entry.Leaf}";
            if (entry.Variable.Name != name)
                entry.Variable.Name = name;
        }

        foreach ((string place, Layer child) in Children())
        {
            if (visited.Contains(child))
                continue;
            if (!child.HasName)
                child.AdoptName(place.Replace('/', '_'));
            if (HasDType && !child.HasDType)
                child.AdoptDType(DTypePolicy);
            child._path = Path.Length == 0 ? place : $"{Path}/{place}";
            child.AdoptChildren(visited);
        }
    }
}
