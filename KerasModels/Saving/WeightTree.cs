using TfLbfgs.Keras.Layers;
using TfLbfgs.Variables;

namespace TfLbfgs.Keras.Saving;

/// <summary>The weights of a model as a tree to be written.</summary>
internal static class WeightTree
{
    /// <summary>A node for each layer with all its weights, as legacy files have them: a model that is used as a layer is one node.</summary>
    public static WeightNode OfLayers(Model model)
    {
        WeightNode root = new("");
        foreach (Layer layer in model.BuiltLayers)
        {
            WeightNode node = new(layer.Name);
            node.Arrays.AddRange(WeightMatching.WeightsOf(layer).Select(variable => new WeightArray($"{NameOf(variable, layer)}:0", new VariableArray(variable))));
            root.Children.Add(node);
        }

        root.Arrays.AddRange(model.OwnVariables.Select(variable => new WeightArray($"{NameOf(variable, model)}:0", new VariableArray(variable))));
        return root;
    }

    // Within a model that is used as a layer the names are paths from there, so they differ.
    private static string NameOf(Variable variable, Layer layer) => layer is Model && layer.Path.Length > 0 ? variable.Name[(layer.Path.Length + 1)..] : variable.Name;
}
