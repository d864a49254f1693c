namespace TfLbfgs.Formats.Hdf5;

/// <summary>A group with its members. Python: <c>h5py.Group</c>.</summary>
public sealed class Hdf5Group : Hdf5Object
{
    private readonly Dictionary<string, Hdf5Object> _members = new(StringComparer.Ordinal);

    internal Hdf5Group(string path, List<Hdf5Attribute> attributes) : base(path, attributes)
    {
    }

    /// <summary>The members by name, in the order of the file.</summary>
    public IReadOnlyDictionary<string, Hdf5Object> Members => _members;

    /// <summary>The path that a member has.</summary>
    /// <param name="name">Its name in this group.</param>
    /// <returns>The path from the root.</returns>
    public string PathOf(string name) => Path == "/" ? name : $"{Path}/{name}";

    /// <summary>Finds a member by a path with slashes.</summary>
    /// <param name="relativePath">Such as <c>dense/kernel:0</c>. Empty parts are skipped, as in HDF5; "." and ".." mean nothing.</param>
    /// <returns>The member, or null.</returns>
    public Hdf5Object? Find(string relativePath)
    {
        ArgumentNullException.ThrowIfNull(relativePath);
        Hdf5Object found = this;
        foreach (string part in relativePath.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (found is not Hdf5Group group || !group.Members.TryGetValue(part, out Hdf5Object? member))
                return null;
            found = member;
        }
        return found;
    }

    internal void Add(string name, Hdf5Object member) => _members.Add(name, member);
}
