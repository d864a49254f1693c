using TfLbfgs.Keras.Layers;

namespace TfLbfgs.Keras.Saving;

/// <summary>
/// Gives arrays that have the names of variables, such as <c>encoder/dense/kernel</c>, to the layers of a model: the one whose name stands
/// first in the name of the variable, the longest of several. Python: the names of TensorFlow 1 and of TensorFlow.js.
/// </summary>
internal static class VariableNames
{
    /// <summary>The contents with a node for each layer of the model, as legacy files have them; what belongs to none stands at the
    /// root.</summary>
    public static ModelContents ByLayer(Model model, ModelContents contents)
    {
        Dictionary<string, string> layers = new(StringComparer.Ordinal);
        foreach (Layer layer in model.BuiltLayers)
        {
            foreach (Layer part in layer is Model ? layer.Tree() : [layer])
                layers.TryAdd(part.Name, layer.Name);
        }

        WeightNode root = new("");
        foreach (WeightArray array in contents.Weights.AllArrays())
            (OwnerOf(array.Name, layers) is { } owner ? root.Child(owner) : root).Arrays.Add(array);
        return contents with { Weights = root, Naming = WeightNaming.Variables };
    }

    private static string? OwnerOf(string name, Dictionary<string, string> layers)
    {
        string[] parts = name.Split('/');
        for (int start = 0; start < parts.Length; start++)
        {
            for (int end = parts.Length - 1; end > start; end--)
            {
                if (layers.TryGetValue(string.Join('/', parts[start..end]), out string? owner))
                    return owner;
            }
        }

        return null;
    }
}
