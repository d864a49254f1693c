using TfLbfgs.Keras.Layers;
using TfLbfgs.Variables;

namespace TfLbfgs.Keras.Saving;

/// <summary>
/// Finds for each variable of a model its weight in a file. Layers with weights are matched by name, or, when the names differ but their
/// number does not, by position, as Keras does. Weights of a layer are matched by
/// their paths within it; by position only where the order does not depend on which layers are trained at the moment.
/// </summary>
internal sealed class LayerMatching : IWeightMatching
{
    /// <summary>The name under which files list weights of the model itself, which no layer has.</summary>
    public const string TopLevel = "top_level_model_weights";

    private readonly List<VariableLoad> _entries = [];
    private readonly List<(Variable Variable, WeightArray Source)> _assignments = [];
    private readonly bool _isWholeModel;
    private readonly bool _isOrdered;

    private readonly LegacyWeights _legacy;

    private LayerMatching(bool isWholeModel, bool isOrdered, LegacyWeights legacy) =>
        (_isWholeModel, _isOrdered, _legacy) = (isWholeModel, isOrdered, legacy);

    public IReadOnlyList<VariableLoad> Entries => _entries;

    /// <summary>What to assign.</summary>
    public IReadOnlyList<(Variable Variable, WeightArray Source)> Assignments => _assignments;

    /// <summary>Matches all.</summary>
    /// <param name="model">The model.</param>
    /// <param name="contents">The file, whose weights are a node for each layer, and those of the model itself.</param>
    /// <param name="isWholeModel">Whether the model was made of the file's own configuration, so that the same layers are frozen.</param>
    public static LayerMatching Match(Model model, ModelContents contents, bool isWholeModel)
    {
        WeightNode saved = contents.Weights;
        // Names of variables come in any order, but in a file of the whole model.
        bool isOrdered = contents.Naming == WeightNaming.Layers || isWholeModel;
        LayerMatching matching = new(isWholeModel, isOrdered, new LegacyWeights(contents.KerasVersion, contents.Backend));
        List<Target> targets = Targets(model.Layers);
        if (model.OwnVariables.Any())
            targets.Add(new Target(TopLevel, model, [.. model.OwnVariables]));
        List<WeightNode> sources = [.. saved.Children.Where(layer => layer.Arrays.Count > 0)];
        if (saved.Arrays.Count > 0)
        {
            WeightNode own = new(TopLevel);
            own.Arrays.AddRange(saved.Arrays);
            sources.Add(own);
        }

        Dictionary<string, WeightNode> byName = sources.DistinctBy(layer => layer.Name).ToDictionary(layer => layer.Name);
        // Keras 1 lists the layers of models within a sequential one, and not these models.
        if (!targets.TrueForAll(target => byName.ContainsKey(target.Name)) && Flat(model.Layers).Distinct().ToList() is var flat
            && Targets(flat) is var flatTargets && flatTargets.Count == sources.Count && flatTargets.Count != targets.Count)
        {
            targets = flatTargets;
        }

        bool byPosition = isOrdered && targets.Count == sources.Count && !targets.TrueForAll(target => byName.ContainsKey(target.Name));
        HashSet<WeightNode> used = [];
        for (int i = 0; i < targets.Count; i++)
        {
            WeightNode? source = byPosition ? sources[i] : byName.GetValueOrDefault(targets[i].Name);
            matching.MatchLayer(targets[i], source);
            if (source is not null)
                used.Add(source);
        }

        // Last, so that the report follows the model.
        foreach (WeightNode extra in sources.Where(layer => !used.Contains(layer)))
        {
            matching._entries.AddRange(extra.Arrays.Select(array => VariableMatch.Extra(array, $"{extra.Name}/{array.Name}")));
        }

        return matching;
    }

    private static List<Target> Targets(IEnumerable<Layer> layers) =>
        [.. layers.Select(layer => new Target(layer.Name, layer, WeightsOf(layer))).Where(target => target.Weights.Count > 0)];

    private static IEnumerable<Layer> Flat(IEnumerable<Layer> layers) =>
        layers.SelectMany(layer => layer is Model { OwnVariables: var own } model && !own.Any() ? Flat(model.Layers) : [layer]);

    /// <summary>The weights of a layer in the order of files: those that are trained first.</summary>
    public static IReadOnlyList<Variable> WeightsOf(Layer layer)
    {
        IReadOnlyList<Variable> trained = layer.TrainableVariables;
        return [.. trained, .. layer.Variables.Except(trained)];
    }

    /// <summary>The parts of a name; in Keras 1 the layer stands before the weight: <c>highway_1_W_carry</c>.</summary>
    private static string[] PartsOf(WeightArray array, WeightNode layer)
    {
        string name = array.Name.EndsWith(":0", StringComparison.Ordinal) ? array.Name[..^2] : array.Name;
        if (name.StartsWith($"{layer.Name}_", StringComparison.Ordinal) && name.Length > layer.Name.Length + 1
            && !name.Contains('/', StringComparison.Ordinal))
            name = name[(layer.Name.Length + 1)..];
        return name.Split('/', StringSplitOptions.RemoveEmptyEntries);
    }

    private void MatchLayer(Target target, WeightNode? source)
    {
        if (source is null)
        {
            foreach (Variable variable in target.Weights)
                _entries.Add(VariableMatch.Missing(variable, $"of layer '{target.Name}'"));
            return;
        }

        WeightNode converted = new(source.Name);
        converted.Arrays.AddRange(_legacy.Convert(target.Layer, source.Arrays));
        source = converted;
        bool isRenamed = source.Name != target.Name;
        WeightArray?[]? found = ByPath(target, source) ?? ByLeaf(target, source);
        if (found is null)
        {
            found = _isOrdered ? ByPosition(target, source) : ByWords(target, source);
            isRenamed = true;
        }

        for (int i = 0; i < found.Length; i++)
        {
            Variable variable = target.Weights[i];
            if (found[i] is { } array)
                MatchVariable(variable, array, source, isRenamed);
            else
                _entries.Add(VariableMatch.Missing(variable, $"in layer '{source.Name}' of the file"));
        }

        foreach (WeightArray array in source.Arrays.Except(found.OfType<WeightArray>()))
            _entries.Add(VariableMatch.Extra(array, $"{source.Name}/{array.Name}"));
    }

    /// <summary>
    /// By paths: those of a file may begin further out or further in, so the shorter of two must be the end of the longer one. Null where
    /// that is not one to one.
    /// </summary>
    private static WeightArray?[]? ByPath(Target target, WeightNode source)
    {
        if (source.Arrays.Count != target.Weights.Count)
            return null;
        List<(WeightArray Array, string[] Parts)> left = [.. source.Arrays.Select(array => (array, PartsOf(array, source)))];
        WeightArray?[] found = new WeightArray?[target.Weights.Count];
        // Equal paths first: the path of one weight may be the end of another one's.
        foreach (Func<string[], string[], bool> fits in new Func<string[], string[], bool>[] { (l, r) => l.SequenceEqual(r), IsEnd })
        {
            for (int i = 0; i < found.Length; i++)
            {
                if (found[i] is not null)
                    continue;
                string[] parts = target.PartsOf(target.Weights[i]);
                List<(WeightArray Array, string[] Parts)> fitting = [.. left.Where(s => fits(parts, s.Parts))];
                if (fitting.Count > 1)
                    return null;
                if (fitting.Count == 1)
                {
                    found[i] = fitting[0].Array;
                    left.Remove(fitting[0]);
                }
            }
        }

        return Array.TrueForAll(found, array => array is not null) ? found : null;
    }

    /// <summary>By the last parts of the names, where these differ. Null where they do not.</summary>
    private static WeightArray?[]? ByLeaf(Target target, WeightNode source)
    {
        string[] wanted = [.. target.Weights.Select(variable => target.PartsOf(variable)[^1])],
            given = [.. source.Arrays.Select(array => PartsOf(array, source)[^1])];
        bool isNamed = wanted.Distinct().Count() == wanted.Length && given.Distinct().Count() == given.Length
            && (given.Length != wanted.Length || given.All(wanted.Contains));
        return isNamed
            ? [.. wanted.Select(leaf => Array.IndexOf(given, leaf)).Select(index => index < 0 ? null : source.Arrays[index])] : null;
    }

    /// <summary>
    /// By position. In a model within the model the order depends on which layers are frozen: where the file does not say which were, and
    /// some are now, nothing is matched.
    /// </summary>
    private WeightArray?[] ByPosition(Target target, WeightNode source)
    {
        bool isAmbiguous = !_isWholeModel && target.Layer is Model
            && target.Layer.Tree().Any(layer => !layer.Trainable && layer.OwnVariables.Any());
        return [.. target.Weights.Select((_, i) => isAmbiguous || i >= source.Arrays.Count ? null : source.Arrays[i])];
    }

    /// <summary>
    /// By the words of the paths: of the weights with the same last part and shape the one that has most of them, such as <c>forward</c>.
    /// </summary>
    private static WeightArray?[] ByWords(Target target, WeightNode source)
    {
        return [.. target.Weights.Select(Best)];

        WeightArray? Best(Variable variable)
        {
            string[] parts = target.PartsOf(variable), words = WordsOf(parts);
            (WeightArray Array, int Score)[] fitting =
            [
                .. source.Arrays.Where(array => PartsOf(array, source)[^1] == parts[^1] && array.Shape.SequenceEqual(variable.Shape))
                    .Select(array => (array, WordsOf(PartsOf(array, source)).Intersect(words).Count()))
                        .OrderByDescending(pair => pair.Item2),
            ];
            return fitting.Length == 1 || (fitting.Length > 1 && fitting[0].Score > fitting[1].Score) ? fitting[0].Array : null;
        }

        static string[] WordsOf(string[] parts) => [.. parts.SelectMany(part => part.Split('_'))];
    }

    private static bool IsEnd(string[] left, string[] right)
    {
        int length = Math.Min(left.Length, right.Length);
        return left.AsSpan(left.Length - length).SequenceEqual(right.AsSpan(right.Length - length));
    }

    private void MatchVariable(Variable variable, WeightArray array, WeightNode layer, bool renamed)
    {
        _entries.Add(VariableMatch.Compare(variable, array, $"{layer.Name}/{array.Name}", renamed));
        if (_entries[^1].IsLoaded)
            _assignments.Add((variable, array));
    }

    /// <summary>A layer of the model with its weights in the order of files.</summary>
    private sealed record Target(string Name, Layer Layer, IReadOnlyList<Variable> Weights)
    {
        /// <summary>The path of a variable within the layer.</summary>
        public string[] PartsOf(Variable variable)
        {
            string path = variable.Name;
            bool isInside = Layer.Path.Length > 0 && path.StartsWith(Layer.Path + "/", StringComparison.Ordinal);
            return (isInside ? path[(Layer.Path.Length + 1)..] : path).Split('/');
        }
    }
}
