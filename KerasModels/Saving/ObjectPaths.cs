using TfLbfgs.Keras.Layers;
using TfLbfgs.Keras.Serialization;

namespace TfLbfgs.Keras.Saving;

/// <summary>
/// The places of layers in files that follow the objects of a model: <c>layers/dense_1</c>,
/// <c>layers/bidirectional/forward_layer/cell</c>. In sequential and functional models, and in lists, a layer stands under its class name
/// with a number; elsewhere under the name of the attribute that holds it. Python: <c>_walk_saveable</c> of Keras 3.
/// </summary>
internal static class ObjectPaths
{
    /// <summary>Where models hold their layers.</summary>
    public const string Layers = "layers";

    /// <summary>The layers within a layer, each with its place.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="generation">The generation of Keras: in Keras 2 attributes of attention are private, and everywhere those of text
    /// layers.</param>
    public static IEnumerable<(string Place, Layer Layer)> Of(Layer layer, KerasGeneration generation = KerasGeneration.Keras3)
    {
        Dictionary<string, int> used = new(StringComparer.Ordinal);
        bool isContainer = layer is Sequential or Model { Graph: not null };
        // Operations on tensors are layers here; in Keras 3 they are none.
        foreach ((string place, Layer child) in isContainer ? ((Model)layer).Layers.Where(child => child is not NamedOperation)
            .Select(child => (Layers, child)) : layer.ChildrenOnce())
        {
            // The entry of a list is named after its class; so are the layers of a model.
            int slash = place.LastIndexOf('/');
            bool isListed = isContainer || (slash > 0 && int.TryParse(place.AsSpan(slash + 1), out _));
            string list = isContainer ? Layers : isListed ? place[..slash] : "";
            string attribute = AttributeOf(layer, place, generation);
            yield return (isListed ? $"{list}/{Number(used, list, ClassKey(child))}" : attribute, child);
        }
    }

    /// <summary>The layers of a model under its list of layers, whether attributes hold them or not.</summary>
    public static IEnumerable<(string Place, Layer Layer)> Listed(Layer model)
    {
        Dictionary<string, int> used = new(StringComparer.Ordinal);
        foreach ((_, Layer child) in model.ChildrenOnce())
            yield return ($"{Layers}/{Number(used, Layers, ClassKey(child))}", child);
    }

    /// <summary>The name of the attribute that holds a layer within another one.</summary>
    public static string AttributeOf(Layer layer, string place, KerasGeneration generation)
    {
        bool isPrivate = layer is TextVectorization || (generation == KerasGeneration.Keras2 && layer.ClassName == "MultiHeadAttention");
        return isPrivate ? $"_{place}" : place;
    }

    /// <summary>The class name as part of a path.</summary>
    public static string ClassKey(Layer layer) => SnakeCase.Of(layer.ClassName);

    /// <summary>Splits a part of a path into class and number: <c>dense_1</c> into <c>dense</c> and 1.</summary>
    public static (string Class, int Number) Split(string part)
    {
        int at = part.LastIndexOf('_');
        return at > 0 && int.TryParse(part.AsSpan(at + 1), out int number) ? (part[..at], number) : (part, 0);
    }

    private static string Number(Dictionary<string, int> used, string list, string key)
    {
        string all = $"{list}/{key}";
        int number = used.TryGetValue(all, out int last) ? last + 1 : 0;
        used[all] = number;
        return number == 0 ? key : $"{key}_{number}";
    }
}
