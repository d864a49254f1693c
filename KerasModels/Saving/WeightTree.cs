using System.Globalization;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Variables;

namespace TfLbfgs.Keras.Saving;

/// <summary>The weights of a model as a tree to be written.</summary>
internal static class WeightTree
{
    /// <summary>The tree that a format writes.</summary>
    public static WeightNode Of(Model model, WeightNaming naming) => naming switch
    {
        WeightNaming.Objects => OfObjects(model),
        WeightNaming.Names => OfNames(model),
        WeightNaming.Positions => OfPositions(model),
        WeightNaming.Variables => OfVariables(model),
        _ => OfLayers(model),
    };

    /// <summary>
    /// A node for each layer with all its weights, as legacy files have them: a model that is used as a layer is one node.
    /// </summary>
    private static WeightNode OfLayers(Model model)
    {
        WeightNode root = new("");
        foreach (Layer layer in model.BuiltLayers)
        {
            WeightNode node = new(layer.Name);
            node.Arrays.AddRange(LayerMatching.WeightsOf(layer)
                .Select(variable => new WeightArray($"{NameOf(variable, layer)}:0", new VariableArray(variable))));
            root.Children.Add(node);
        }

        root.Arrays.AddRange(
            model.OwnVariables.Select(variable => new WeightArray($"{NameOf(variable, model)}:0", new VariableArray(variable))));
        return root;
    }

    /// <summary>All weights in their order, under the names that NumPy gives to arrays.</summary>
    private static WeightNode OfPositions(Model model)
    {
        _ = model.BuiltLayers;
        WeightNode root = new("");
        root.Arrays.AddRange(
            model.Variables.Select((variable, i) =>
            new WeightArray(string.Create(CultureInfo.InvariantCulture, $"arr_{i}"), new VariableArray(variable))));
        return root;
    }

    /// <summary>A node for each layer at its place among the objects of the model.</summary>
    private static WeightNode OfObjects(Model model)
    {
        _ = model.BuiltLayers;
        return OfObject(model, "", model.Generation, []);
    }

    /// <summary>All weights in their order, under the names of their variables.</summary>
    private static WeightNode OfVariables(Model model)
    {
        _ = model.BuiltLayers;
        WeightNode root = new("");
        root.Arrays.AddRange(model.Variables.Select(variable => new WeightArray(variable.Name, new VariableArray(variable))));
        return root;
    }

    /// <summary>A node for each layer with weights, by the names of attributes; of a model by its number.</summary>
    private static WeightNode OfNames(Model model)
    {
        _ = model.BuiltLayers;
        return OfName(model, "", []);
    }

    private static WeightNode OfName(Layer layer, string name, HashSet<Layer> visited)
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        visited.Add(layer);
        WeightNode node = new(name) { IsModel = layer is Sequential or Model { Graph: not null } };
        node.Arrays.AddRange(layer.OwnVariables.Select(variable => new WeightArray(LeafOf(variable), new VariableArray(variable))));
        if (node.IsModel)
        {
            Model model = (Model)layer;
            int input = model is Sequential ? 1 : 0;
            IEnumerable<Layer> layers = model.Graph?.Layers ?? model.Layers;
            foreach ((int index, Layer child) in layers.Index()
                .Where(entry => entry.Item.Variables.Count > 0 && !visited.Contains(entry.Item)))
                node.Children.Add(OfName(child, (index + input).ToString(CultureInfo.InvariantCulture), visited));
            return node;
        }

        foreach ((string place, Layer child) in layer.ChildrenOnce().Where(child => child.Layer.Variables.Count > 0
            && !visited.Contains(child.Layer)))
        {
            string[] parts = place.Split('/');
            WeightNode parent = node;
            foreach (string part in parts.AsSpan(0, parts.Length - 1))
                parent = parent.Child(part);
            parent.Children.Add(OfName(child, parts[^1], visited));
        }

        return node;
    }

    private static WeightNode OfObject(Layer layer, string name, KerasGeneration generation, HashSet<Layer> visited)
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        visited.Add(layer);
        WeightNode node = new(name) { Label = layer.Name };
        if (layer is IVocabularyLayer { StoredWeights: { } weights })
            node.Arrays.Add(VocabularyState.ToArray(weights));
        else
            node.Arrays.AddRange(
                layer.StoredVariables.Select((variable, i) =>
                new WeightArray(i.ToString(CultureInfo.InvariantCulture), new VariableArray(variable))));
        foreach ((string place, Layer child) in ObjectPaths.Of(layer, generation))
        {
            if (visited.Contains(child))
                continue;
            string[] parts = place.Split('/');
            WeightNode parent = node;
            foreach (string part in parts.AsSpan(0, parts.Length - 1))
                parent = parent.Child(part);

            parent.Children.Add(OfObject(child, parts[^1], generation, visited));
        }

        return node;
    }

    private static string LeafOf(Variable variable) => variable.Name[(variable.Name.LastIndexOf('/') + 1)..];

    // Within a model that is used as a layer the names are paths from there, so they differ.
    private static string NameOf(Variable variable, Layer layer) =>
        layer is Model && layer.Path.Length > 0 ? variable.Name[(layer.Path.Length + 1)..] : variable.Name;
}
