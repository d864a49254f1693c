using System.Collections;
using TfLbfgs.Keras.Serialization;
using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// Finds the layers in the fields of a layer: alone, in lists, arrays and dictionaries, in the order of declaration, those of base classes
/// first.
/// </summary>
internal static class ChildLayers
{
    internal const DynamicallyAccessedMemberTypes Members = DynamicallyAccessedMemberTypes.AllFields;

    private static readonly ConcurrentDictionary<Type, IReadOnlyList<(string Name, FieldInfo Field)>> Fields = new();

    private static readonly ConcurrentDictionary<Type, bool> Stochastic = new();

    /// <summary>Whether a field of the class can hold a generator of random numbers.</summary>
    public static bool HasSeedGenerator(Layer owner) =>
        Stochastic.GetOrAdd(owner.GetType(),
            static (_, layer) => FieldsOf(layer.GetType()).Any(field => field.FieldType == typeof(SeedGenerator)), owner);

    /// <summary>The layers with their places: <c>encoder</c>, <c>layers/0</c>, <c>heads/left</c>.</summary>
    public static IEnumerable<(string Place, Layer Layer)> Of(Layer owner)
    {
        foreach ((string name, FieldInfo field) in Fields.GetOrAdd(owner.GetType(), static (_, layer) => Find(layer.GetType()), owner))
        {
            switch (field.GetValue(owner))
            {
                case Layer layer:
                    yield return (name, layer);
                    break;
                case IDictionary map:
                    foreach (DictionaryEntry entry in map)
                    {
                        if (entry.Value is Layer layer)
                            yield return ($"{name}/{entry.Key}", layer);
                    }

                    break;
                case ICollection list:
                    int index = 0;
                    foreach (object? item in list)
                    {
                        if (item is Layer layer)
                            yield return ($"{name}/{index}", layer);
                        index++;
                    }

                    break;
            }
        }
    }

    private static IReadOnlyList<(string Name, FieldInfo Field)> Find([DynamicallyAccessedMembers(Members)] Type type) =>
        [.. FieldsOf(type).Where(field => CanHold(field.FieldType)).Select(field => (PlaceOf(field.Name), field))];

    private static List<FieldInfo> FieldsOf([DynamicallyAccessedMembers(Members)] Type type)
    {
        List<FieldInfo> fields = [];
        for (Type? part = type; part is not null && part != typeof(Layer); part = part.BaseType)
            fields.InsertRange(0,
                part.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly));
        return fields;
    }

    private static bool CanHold(Type type) =>
        typeof(Layer).IsAssignableFrom(type) || type.IsAssignableFrom(typeof(Layer)) || typeof(IEnumerable).IsAssignableFrom(type);

    // _first, First and the field of a property First are all "first"; a parameter that a primary constructor captured is <first>P.
    private static string PlaceOf(string field)
    {
        int close = field.IndexOf('>', StringComparison.Ordinal);
        string name = field.StartsWith('<') && close > 0 ? field[1..close] : field.TrimStart('_');
        return SnakeCase.Of(name);
    }
}
