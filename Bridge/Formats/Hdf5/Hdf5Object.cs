namespace TfLbfgs.Formats.Hdf5;

/// <summary>A group or dataset.</summary>
public abstract class Hdf5Object
{
    private readonly Dictionary<string, Hdf5Attribute> _attributes = new(StringComparer.Ordinal);

    private protected Hdf5Object(string path, List<Hdf5Attribute> attributes)
    {
        Path = path;
        foreach (Hdf5Attribute attribute in attributes)
            _attributes[attribute.Name] = attribute;
    }

    /// <summary>The path from the root, without a leading slash; "/" for the root.</summary>
    public string Path { get; }

    /// <summary>The names of the attributes.</summary>
    public IEnumerable<string> AttributeNames => _attributes.Keys;

    internal IReadOnlyDictionary<string, Hdf5Attribute> Attributes => _attributes;

    /// <summary>Whether there is an attribute of that name.</summary>
    /// <param name="name">The name.</param>
    /// <returns>True when there is.</returns>
    public bool HasAttribute(string name) => _attributes.ContainsKey(name);
}
