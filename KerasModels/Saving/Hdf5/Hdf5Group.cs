namespace TfLbfgs.Keras.Saving.Hdf5;

/// <summary>A group with its members.</summary>
internal sealed class Hdf5Group(string path, List<Hdf5Attribute> attributes) : Hdf5Object(path, attributes)
{
    /// <summary>The members by name.</summary>
    public Dictionary<string, Hdf5Object> Members { get; } = new(StringComparer.Ordinal);

    /// <summary>The path that a member has.</summary>
    public string PathOf(string name) => Path == "/" ? name : $"{Path}/{name}";

    /// <summary>Finds a member by a path with slashes.</summary>
    /// <param name="relativePath">Such as <c>dense/kernel:0</c>. Empty parts are skipped, as in HDF5; "." and ".." mean nothing.</param>
    /// <returns>The member, or null.</returns>
    public Hdf5Object? Find(string relativePath)
    {
        Hdf5Object found = this;
        foreach (string part in relativePath.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (found is not Hdf5Group group || !group.Members.TryGetValue(part, out Hdf5Object? member))
                return null;
            found = member;
        }
        return found;
    }
}
