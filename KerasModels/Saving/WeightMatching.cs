using TfLbfgs.Keras.Layers;
using TfLbfgs.Keras.Saving.Hdf5;
using TfLbfgs.Runtime;
using TfLbfgs.Variables;

namespace TfLbfgs.Keras.Saving;

/// <summary>
/// Finds for each variable of a model its weight in a file. Layers with weights are matched by name, or, when the names differ but their
/// number does not, by position, as Keras does. Weights of a layer are matched by
/// their paths within it; by position only where the order does not depend on which layers are trained at the moment.
/// </summary>
internal sealed class WeightMatching
{
    /// <summary>The name under which files list weights of the model itself, which no layer has.</summary>
    public const string TopLevel = "top_level_model_weights";

    private readonly List<VariableLoad> _entries = [];
    private readonly List<(Variable Variable, NamedArray Source)> _assignments = [];
    private readonly bool _isWholeModel;

    private WeightMatching(bool isWholeModel) => _isWholeModel = isWholeModel;

    public IReadOnlyList<VariableLoad> Entries => _entries;

    /// <summary>What to assign.</summary>
    public IReadOnlyList<(Variable Variable, NamedArray Source)> Assignments => _assignments;

    /// <summary>Matches all.</summary>
    /// <param name="model">The model.</param>
    /// <param name="saved">The layers of the file.</param>
    /// <param name="isWholeModel">Whether the model was made of the file's own configuration, so that the same layers are frozen.</param>
    public static WeightMatching Match(Model model, IReadOnlyList<SavedLayer> saved, bool isWholeModel)
    {
        WeightMatching matching = new(isWholeModel);
        List<Target> targets = [.. model.Layers.Select(layer => new Target(layer.Name, layer, WeightsOf(layer))).Where(target => target.Weights.Count > 0)];
        if (model.OwnVariables.Any())
            targets.Add(new Target(TopLevel, model, [.. model.OwnVariables]));
        List<SavedLayer> sources = [.. saved.Where(layer => layer.Weights.Count > 0)];
        Dictionary<string, SavedLayer> byName = sources.DistinctBy(layer => layer.Name).ToDictionary(layer => layer.Name);
        bool byPosition = targets.Count == sources.Count && !targets.TrueForAll(target => byName.ContainsKey(target.Name));
        HashSet<SavedLayer> used = [];
        for (int i = 0; i < targets.Count; i++)
        {
            SavedLayer? source = byPosition ? sources[i] : byName.GetValueOrDefault(targets[i].Name);
            matching.MatchLayer(targets[i], source);
            if (source is not null)
                used.Add(source);
        }

        // Last, so that the report follows the model.
        foreach (SavedLayer extra in sources.Where(layer => !used.Contains(layer)))
        {
            foreach (NamedArray array in extra.Weights)
                matching.AddExtra(extra, array);
        }

        return matching;
    }

    /// <summary>The weights of a layer in the order of files: those that are trained first.</summary>
    public static IReadOnlyList<Variable> WeightsOf(Layer layer)
    {
        IReadOnlyList<Variable> trained = layer.TrainableVariables;
        return [.. trained, .. layer.Variables.Except(trained)];
    }

    private static string[] PartsOf(NamedArray array) => (array.Name.EndsWith(":0", StringComparison.Ordinal) ? array.Name[..^2] : array.Name).Split('/', StringSplitOptions.RemoveEmptyEntries);

    private static string Describe(NamedArray array) => $"{array.DType.PythonName}{array.ShapeText}";

    private static string Describe(Variable variable) => $"{variable.DType.PythonName}{variable.Shape}";

    private void MatchLayer(Target target, SavedLayer? source)
    {
        if (source is null)
        {
            foreach (Variable variable in target.Weights)
                _entries.Add(new VariableLoad(variable.Name, null, VariableLoadStatus.Missing, false, $"expected {Describe(variable)} of layer '{target.Name}'"));
            return;
        }

        bool isRenamed = source.Name != target.Name;
        NamedArray?[]? found = ByPath(target, source) ?? ByLeaf(target, source);
        if (found is null)
        {
            found = ByPosition(target, source);
            isRenamed = true;
        }

        for (int i = 0; i < found.Length; i++)
        {
            Variable variable = target.Weights[i];
            if (found[i] is { } array)
                MatchVariable(variable, array, source, isRenamed);
            else
                _entries.Add(new VariableLoad(variable.Name, null, VariableLoadStatus.Missing, false, $"expected {Describe(variable)} in layer '{source.Name}' of the file"));
        }

        foreach (NamedArray array in source.Weights.Except(found.OfType<NamedArray>()))
            AddExtra(source, array);
    }

    /// <summary>
    /// By paths: those of a file may begin further out or further in, so the shorter of two must be the end of the longer one. Null where
    /// that is not one to one.
    /// </summary>
    private static NamedArray?[]? ByPath(Target target, SavedLayer source)
    {
        if (source.Weights.Count != target.Weights.Count)
            return null;
        List<(NamedArray Array, string[] Parts)> left = [.. source.Weights.Select(array => (array, PartsOf(array)))];
        NamedArray?[] found = new NamedArray?[target.Weights.Count];
        // Equal paths first: the path of one weight may be the end of another one's.
        foreach (Func<string[], string[], bool> fits in new Func<string[], string[], bool>[] { (l, r) => l.SequenceEqual(r), IsEnd })
        {
            for (int i = 0; i < found.Length; i++)
            {
                if (found[i] is not null)
                    continue;
                string[] parts = target.PartsOf(target.Weights[i]);
                List<(NamedArray Array, string[] Parts)> fitting = [.. left.Where(s => fits(parts, s.Parts))];
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
    private static NamedArray?[]? ByLeaf(Target target, SavedLayer source)
    {
        string[] wanted = [.. target.Weights.Select(variable => target.PartsOf(variable)[^1])], given = [.. source.Weights.Select(array => PartsOf(array)[^1])];
        bool isNamed = wanted.Distinct().Count() == wanted.Length && given.Distinct().Count() == given.Length && (given.Length != wanted.Length || given.All(wanted.Contains));
        return isNamed ? [.. wanted.Select(leaf => Array.IndexOf(given, leaf)).Select(index => index < 0 ? null : source.Weights[index])] : null;
    }

    /// <summary>
    /// By position. In a model within the model the order depends on which layers are frozen: where the file does not say which were, and
    /// some are now, nothing is matched.
    /// </summary>
    private NamedArray?[] ByPosition(Target target, SavedLayer source)
    {
        bool isAmbiguous = !_isWholeModel && target.Layer is Model && target.Layer.Tree().Any(layer => !layer.Trainable && layer.OwnVariables.Any());
        return [.. target.Weights.Select((_, i) => isAmbiguous || i >= source.Weights.Count ? null : source.Weights[i])];
    }

    private static bool IsEnd(string[] left, string[] right)
    {
        int length = Math.Min(left.Length, right.Length);
        return left.AsSpan(left.Length - length).SequenceEqual(right.AsSpan(right.Length - length));
    }

    private void MatchVariable(Variable variable, NamedArray array, SavedLayer layer, bool renamed)
    {
        string source = $"{layer.Name}/{array.Name}";
        VariableLoadStatus status = !array.Shape.SequenceEqual(variable.Shape) ? VariableLoadStatus.ShapeDiffers
            : !IsNumberOfKind(array.DType, variable.DType) ? VariableLoadStatus.DTypeDiffers
            : array.DType != variable.DType ? VariableLoadStatus.Converted : VariableLoadStatus.Loaded;
        string detail = status switch
        {
            VariableLoadStatus.Loaded => Describe(variable),
            VariableLoadStatus.Converted => $"{Describe(array)} to {variable.DType.PythonName}",
            _ => $"expected {Describe(variable)}, received {Describe(array)}",
        };
        _entries.Add(new VariableLoad(variable.Name, source, status, renamed, detail));
        if (_entries[^1].IsLoaded)
            _assignments.Add((variable, array));
    }

    // Counts are integers in files, too; weights are never read from integers, nor counts from fractions.
    private static bool IsNumberOfKind(DType stored, DType wanted) => wanted.IsInteger ? stored.IsInteger : stored.IsFloating && stored.Size > 1;

    private void AddExtra(SavedLayer layer, NamedArray array) =>
        _entries.Add(new VariableLoad(null, $"{layer.Name}/{array.Name}", VariableLoadStatus.NotInModel, false, $"received {Describe(array)}, which the model does not have"));

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
