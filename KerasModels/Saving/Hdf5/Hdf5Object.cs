namespace TfLbfgs.Keras.Saving.Hdf5;

/// <summary>A group or dataset.</summary>
internal abstract class Hdf5Object
{
    private readonly Dictionary<string, Hdf5Attribute> _attributes = new(StringComparer.Ordinal);

    protected Hdf5Object(string path, List<Hdf5Attribute> attributes)
    {
        Path = path;
        foreach (Hdf5Attribute attribute in attributes)
            _attributes[attribute.Name] = attribute;
    }

    /// <summary>The path from the root, without a leading slash; "/" for the root.</summary>
    public string Path { get; }

    public IReadOnlyDictionary<string, Hdf5Attribute> Attributes => _attributes;
}
