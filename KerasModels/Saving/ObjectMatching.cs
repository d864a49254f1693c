using TfLbfgs.Keras.Layers;
using TfLbfgs.Variables;

namespace TfLbfgs.Keras.Saving;

/// <summary>
/// Finds for each variable of a model its weight in a file that follows the objects of the model. A layer is looked for at its place;
/// where it is not there, at the places that other versions of Keras use, and among the layers of its class by their order. The weights of
/// a layer have numbers.
/// </summary>
internal sealed class ObjectMatching : IWeightMatching
{
    // Where versions 2.12 to 2.15 and subclassed models list their layers.
    private static readonly string[] Lists =
        [ObjectPaths.Layers, "_layer_checkpoint_dependencies", "_self_tracked_trackables", "_flatten_layers"];

    // State that is none of the weights.
    private static readonly HashSet<string> NoWeights = ["seed_generator", "_seed_generator", "random_generator", "_random_generator"];

    private readonly List<VariableLoad> _entries = [];
    private readonly List<(Variable Variable, WeightArray Source)> _assignments = [];
    private readonly HashSet<WeightNode> _used = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<string, WeightNode?> _byLabel = new(StringComparer.Ordinal);
    private readonly HashSet<Layer> _visited = new(ReferenceEqualityComparer.Instance);

    private ObjectMatching()
    {
    }

    public IReadOnlyList<VariableLoad> Entries => _entries;

    public IReadOnlyList<(Variable Variable, WeightArray Source)> Assignments => _assignments;

    /// <summary>Matches all.</summary>
    /// <param name="model">The model.</param>
    /// <param name="root">The weights of the file.</param>
    public static ObjectMatching Match(Model model, WeightNode root)
    {
        ObjectMatching matching = new();
        matching.NoteLabels(root);
        matching.MatchLayer(model, root, "", isRenamed: false);
        matching.AddExtras(root, "");
        return matching;
    }

    private void MatchLayer(Layer layer, WeightNode? node, string path, bool isRenamed)
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        if (!_visited.Add(layer))
            return;
        MatchVariables(layer, node, path, isRenamed);
        (string Place, Layer Layer)[] children = [.. ObjectPaths.Of(layer).Where(child => child.Layer.Variables.Count > 0)];
        Dictionary<Layer, (WeightNode? Node, string Path, bool IsRenamed)> found = new(ReferenceEqualityComparer.Instance);
        foreach ((string place, Layer child) in children)
        {
            WeightNode? exact = node is null ? null : Find(node, place);
            found[child] = (exact, Join(path, place), false);
        }

        if (node is not null && (Array.Exists(children, child => found[child.Layer].Node is not { } n || !HasArrays(n))))
            Search(layer, node, path, children, found);
        foreach ((string place, Layer child) in children)
        {
            // A model that stands in two others is saved in the one that is met first.
            if (child is Model && !(found[child].Node is { } n && HasArrays(n)) && _byLabel.GetValueOrDefault(child.Name) is { } shared)
                found[child] = (shared, $"{Join(path, place)} ('{child.Name}')", true);
        }

        foreach ((_, Layer child) in children)
            MatchLayer(child, found[child].Node, found[child].Path, isRenamed || found[child].IsRenamed);
    }

    // Names that several objects have say nothing.
    private void NoteLabels(WeightNode node)
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        if (node.Label is { } label && HasArrays(node))
            _byLabel[label] = _byLabel.ContainsKey(label) ? null : node;
        node.Children.ForEach(NoteLabels);
    }

    /// <summary>Looks for the layers that are not at their places.</summary>
    private static void Search(
        Layer layer, WeightNode node, string path, (string Place, Layer Layer)[] children,
            Dictionary<Layer, (WeightNode? Node, string Path, bool IsRenamed)> found)
    {
        // Attributes with an underscore, as Keras 2 has them; and subclassed models, whose list of layers holds those that stand behind it
        // in the order of attributes.
        foreach ((string place, Layer child) in children.Concat(ObjectPaths.Listed(layer)
            .Where(listed => Array.Exists(children, c => c.Layer == listed.Layer))))
        {
            if (found[child].Node is { } there && HasArrays(there))
                continue;
            foreach (string other in (string[])[place, "_" + place])
            {
                if (Find(node, other) is { } n && HasArrays(n) && !found.Values.Any(f => f.Node == n))
                    found[child] = (n, Join(path, other), false);
            }
        }

        foreach (string list in Lists)
        {
            if (node.Children.Find(child => child.Name == list) is not { } container)
                continue;
            foreach (IGrouping<string, Layer> sameClass in children.Select(child => child.Layer).Where(child => !IsFound(child))
                .GroupBy(ObjectPaths.ClassKey))
            {
                // Those that have no other place, in their order.
                WeightNode[] candidates =
                    [.. container.Children.Where(child => HasArrays(child) && ObjectPaths.Split(child.Name).Class == sameClass.Key
                    && !found.Values.Any(f => f.Node == child)).OrderBy(child => ObjectPaths.Split(child.Name).Number)];
                Layer[] layers = [.. sameClass];
                for (int i = 0; candidates.Length == layers.Length && i < layers.Length; i++)
                    found[layers[i]] = (candidates[i], Join(path, $"{list}/{candidates[i].Name}"), list == ObjectPaths.Layers);
            }
        }

        bool IsFound(Layer child) => found[child].Node is { } node && HasArrays(node);
    }

    private void MatchVariables(Layer layer, WeightNode? node, string path, bool isRenamed)
    {
        Variable[] variables = [.. layer.StoredVariables];
        HashSet<Variable> own = [.. layer.OwnVariables];
        if (node is not null)
            _used.Add(node);
        for (int i = 0; i < variables.Length; i++)
        {
            // What the file has a second time at the place of the layer within.
            if (!own.Contains(variables[i]))
                continue;
            if (node is not null && i < node.Arrays.Count)
            {
                VariableLoad entry =
                    VariableMatch.Compare(variables[i], node.Arrays[i], $"{Join(path, "vars")}/{node.Arrays[i].Name}", isRenamed);
                _entries.Add(entry);
                if (entry.IsLoaded)
                    _assignments.Add((variables[i], node.Arrays[i]));
            }
            else
            {
                _entries.Add(VariableMatch.Missing(variables[i], $"at {Join(path, "vars")}/{i}"));
            }
        }

        if (node is not null)
            _entries.AddRange(node.Arrays.Skip(variables.Length)
                .Select(array => VariableMatch.Extra(array, $"{Join(path, "vars")}/{array.Name}")));
    }

    private void AddExtras(WeightNode node, string path)
    {
        foreach (WeightNode child in node.Children.Where(child => !NoWeights.Contains(child.Name)))
        {
            string at = Join(path, child.Name);
            if (!_used.Contains(child))
                _entries.AddRange(child.Arrays.Select(array => VariableMatch.Extra(array, $"{at}/vars/{array.Name}")));
            AddExtras(child, at);
        }
    }

    private static bool HasArrays(WeightNode node) => node.AllArrays().Any();

    private static WeightNode? Find(WeightNode node, string path)
    {
        WeightNode? found = node;
        foreach (string part in path.Split('/'))
            found = found?.Children.Find(child => child.Name == part);
        return found;
    }

    private static string Join(string path, string part) => path.Length == 0 ? part : $"{path}/{part}";
}
