namespace TfLbfgs.Keras.Serialization;

/// <summary>Classes by kind, name and generation of Keras, and by type. Not thread-safe.</summary>
internal sealed class ComponentTable
{
    private readonly Dictionary<(Type Kind, string Name), List<RegisteredClass>> _byName = [];
    private readonly Dictionary<Type, RegisteredClass> _byType = [];

    public IEnumerable<RegisteredClass> Classes => _byType.Values;

    /// <summary>Adds a class of this library; called by generated code.</summary>
    public void Add(Type kind, Type type, Func<KerasComponent> factory, KerasGeneration? generation, string name,
        params string[] aliases) =>
        Add(new RegisteredClass(kind, type, factory, generation, null, name, aliases));

    /// <summary>Adds a class; it takes the place of one with the same name and generation.</summary>
    public void Add(RegisteredClass entry)
    {
        Remove(entry.Type);
        _byType[entry.Type] = entry;
        foreach (string name in entry.Names.SelectMany(name => new[] { name, Fold(entry.Kind, name) }).Distinct())
        {
            if (!_byName.TryGetValue((entry.Kind, name), out List<RegisteredClass>? entries))
                _byName[(entry.Kind, name)] = entries = [];
            entries.RemoveAll(other => other.Generation == entry.Generation && other.Names.Contains(name));
            entries.Add(entry);
        }
    }

    public void Remove(Type type)
    {
        if (!_byType.Remove(type, out RegisteredClass? former))
            return;
        foreach (List<RegisteredClass> entries in _byName.Values)
            entries.Remove(former);
    }

    public RegisteredClass? Find(Type type) => _byType.GetValueOrDefault(type);

    /// <summary>The class of a name in a generation; a name that only the other generation has is unambiguous.</summary>
    public RegisteredClass? Find(Type kind, string name, KerasGeneration generation)
    {
        foreach (string candidate in new[] { name, Fold(kind, name) })
        {
            if (_byName.TryGetValue((kind, candidate), out List<RegisteredClass>? entries) && entries.Count > 0)
                return entries.Find(e => e.Generation == generation) ?? entries.Find(e => e.Generation is null) ?? entries[0];
        }

        return null;
    }

    // glorot_uniform and GlorotUniform are one name in all kinds but layers, whose names are class names only.
    private static string Fold(Type kind, string name) =>
        kind.Name == "Layer" ? name : $"~{name.Replace("_", "", StringComparison.Ordinal).ToLowerInvariant()}";
}
