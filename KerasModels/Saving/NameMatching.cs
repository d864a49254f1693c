using TfLbfgs.Keras.Layers;
using TfLbfgs.Variables;

namespace TfLbfgs.Keras.Saving;

/// <summary>
/// Finds for each variable of a model its weight in a checkpoint, which follows the objects of the model by the names of attributes:
/// layers of a model have numbers in their order, the weights of a layer their names.
/// </summary>
internal sealed class NameMatching : IWeightMatching
{
    // Where models hold their layers, before the number: Keras 2, and Keras 3.
    private const string WithWeights = "layer_with_weights-";
    private const string AnyLayer = "layer-";
    private static readonly string[] Lists = ["_operations", "_layers", "layers", "_self_tracked_trackables"];

    private readonly List<VariableLoad> _entries = [];
    private readonly List<(Variable Variable, WeightArray Source)> _assignments = [];
    private readonly HashSet<WeightArray> _used = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<Layer> _visited = new(ReferenceEqualityComparer.Instance);

    public NameMatching(Model model, WeightNode root)
    {
        // tf.train.Checkpoint(model=model), under any name.
        WeightNode start = root;
        string path = "";
        if (root.Children is [var only] && root.Arrays.Count == 0 && !IsLayerName(only.Name) && !int.TryParse(only.Name, out _)
            && !Lists.Contains(only.Name) && model.ChildrenOnce().All(child => child.Place != only.Name))
            (start, path) = (only, only.Name);
        else if (root.Children.Find(child => child.Name == "model" && child.AllArrays().Any()) is { } named
            && model.ChildrenOnce().All(child => child.Place != "model"))
            (start, path) = (named, "model");
        MatchLayer(model, start, path);
        AddExtras(root, "");
    }

    public IReadOnlyList<VariableLoad> Entries => _entries;

    public IReadOnlyList<(Variable Variable, WeightArray Source)> Assignments => _assignments;

    private static bool IsLayerName(string name) =>
        name.StartsWith(WithWeights, StringComparison.Ordinal) || name.StartsWith(AnyLayer, StringComparison.Ordinal);

    private void MatchLayer(Layer layer, WeightNode? node, string path)
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        if (!_visited.Add(layer))
            return;
        foreach (Variable variable in layer.OwnVariables)
        {
            string leaf = LeafOf(variable);
            WeightArray? array = node is null ? null : Find(layer, node, leaf);
            if (array is null)
            {
                _entries.Add(VariableMatch.Missing(variable, $"at {Join(path, leaf)}"));
                continue;
            }

            _used.Add(array);
            _entries.Add(VariableMatch.Compare(variable, array, Join(path, array.Name), isRenamed: false));
            if (_entries[^1].IsLoaded)
                _assignments.Add((variable, array));
        }

        foreach ((Layer child, WeightNode? part, string place) in layer is Model model
            ? LayersOf(model, node, path) : PartsOf(layer, node, path))
            MatchLayer(child, part, place);
    }

    /// <summary>
    /// The weight of a name. An attribute may be private, or have a word in front: <c>_kernel</c>, <c>adapt_mean</c>.
    /// </summary>
    private static WeightArray? Find(Layer layer, WeightNode node, string leaf)
    {
        if ((node.Arrays.Find(a => a.Name == leaf) ?? node.Arrays.Find(a => a.Name == $"_{leaf}")) is { } named)
            return named;
        HashSet<string> others = [.. layer.OwnVariables.Select(LeafOf).SelectMany(other => (string[])[other, $"_{other}"])];
        WeightArray[] ending =
            [.. node.Arrays.Where(a => a.Name.EndsWith($"_{leaf}", StringComparison.Ordinal) && !others.Contains(a.Name))];
        return ending is [var only] ? only : null;
    }

    private static string LeafOf(Variable variable) => variable.Name[(variable.Name.LastIndexOf('/') + 1)..];

    private static IEnumerable<(Layer Layer, WeightNode? Node, string Path)> LayersOf(Model model, WeightNode? node, string path)
    {
        Layer[] layers = [.. model.Layers.Where(layer => layer.Variables.Count > 0)];
        // A sequential model of Keras 3 holds a functional one.
        WeightNode? functional = node?.Children.Find(child => child.Name == "_functional");
        foreach ((WeightNode Node, string Path)[] numbered in Numbered(node, path).Concat(Numbered(functional, Join(path, "_functional"))))
        {
            if (numbered.Length == layers.Length)
                return layers.Select((layer, i) => (layer, (WeightNode?)numbered[i].Node, numbered[i].Path));
        }

        return PartsOf(model, node, path);
    }

    /// <summary>The layers with weights in the order of their numbers, in each way in which a node may list them.</summary>
    private static IEnumerable<(WeightNode Node, string Path)[]> Numbered(WeightNode? node, string path)
    {
        if (node is null)
            yield break;
        foreach (string prefix in (string[])[WithWeights, AnyLayer, ""])
        {
            yield return [
                .. node.Children.Where(child => child.Name.StartsWith(prefix, StringComparison.Ordinal)
                && int.TryParse(child.Name[prefix.Length..], out _) && child.AllArrays().Any())
                .OrderBy(child => NumberOf(child.Name[prefix.Length..])).Select(child => (child, Join(path, child.Name)))];
        }

        foreach (WeightNode list in node.Children.Where(child => Lists.Contains(child.Name)))
            yield return [.. list.Children.Where(child => child.AllArrays().Any()).OrderBy(child => NumberOf(child.Name))
                .Select(child => (child, Join(path, $"{list.Name}/{child.Name}")))];
    }

    private static IEnumerable<(Layer Layer, WeightNode? Node, string Path)> PartsOf(Layer layer, WeightNode? node, string path)
    {
        foreach ((string place, Layer child) in layer.ChildrenOnce().Where(child => child.Layer.Variables.Count > 0))
        {
            WeightNode? part = Find(node, place) ?? Find(node, "_" + place);
            yield return (child, part, Join(path, place));
        }
    }

    private static WeightNode? Find(WeightNode? node, string path)
    {
        foreach (string part in path.Split('/'))
            node = node?.Children.Find(child => child.Name == part);
        return node;
    }

    private static int NumberOf(string text) => int.TryParse(text, out int number) ? number : int.MaxValue;

    private void AddExtras(WeightNode node, string path)
    {
        _entries.AddRange(node.Arrays.Where(array => !_used.Contains(array))
            .Select(array => VariableMatch.Extra(array, Join(path, array.Name))));
        foreach (WeightNode child in node.Children)
            AddExtras(child, Join(path, child.Name));
    }

    private static string Join(string path, string part) => path.Length == 0 ? part : $"{path}/{part}";
}
