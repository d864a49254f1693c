using TfLbfgs.Keras.Layers;
using TfLbfgs.Keras.Saving.Hdf5;
using TfLbfgs.Runtime;
using TfLbfgs.Variables;

namespace TfLbfgs.Keras.Saving;

/// <summary>
/// Finds for each variable of a model its weight in a file. Layers with weights are matched by name, or, when the names differ but their number does not, by position, as Keras does;
/// weights of a layer by the last part of their names, or else by position.
/// </summary>
internal sealed class WeightMatching
{
    private readonly List<VariableLoad> _entries = [];
    private readonly List<(Variable Variable, NamedArray Source)> _assignments = [];

    private WeightMatching()
    {
    }

    public IReadOnlyList<VariableLoad> Entries => _entries;

    /// <summary>What to assign.</summary>
    public IReadOnlyList<(Variable Variable, NamedArray Source)> Assignments => _assignments;


    public static WeightMatching Match(Model model, IReadOnlyList<SavedLayer> saved)
    {
        WeightMatching matching = new();
        List<(Layer Layer, IReadOnlyList<Variable> Weights)> layers = [.. model.Layers.Select(layer => (layer, WeightsOf(layer))).Where(pair => pair.Item2.Count > 0)];
        List<SavedLayer> sources = [.. saved.Where(layer => layer.Weights.Count > 0)];
        Dictionary<string, SavedLayer> byName = sources.DistinctBy(layer => layer.Name).ToDictionary(layer => layer.Name);
        bool byPosition = layers.Count == sources.Count && !layers.TrueForAll(pair => byName.ContainsKey(pair.Layer.Name));
        HashSet<SavedLayer> used = [];
        for (int i = 0; i < layers.Count; i++)
        {
            SavedLayer? source = byPosition ? sources[i] : byName.GetValueOrDefault(layers[i].Layer.Name);
            matching.MatchLayer(layers[i].Layer, layers[i].Weights, source);
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
    public static IReadOnlyList<Variable> WeightsOf(Layer layer) => [.. layer.TrainableVariables, .. layer.NonTrainableVariables];

    private static string LastPart(string name)
    {
        string last = name[(name.LastIndexOf('/') + 1)..];
        return last.EndsWith(":0", StringComparison.Ordinal) ? last[..^2] : last;
    }

    private static string Describe(NamedArray array) => $"{array.DType.PythonName}{array.ShapeText}";

    private static string Describe(Variable variable) => $"{variable.DType.PythonName}{variable.Shape}";

    private void MatchLayer(Layer layer, IReadOnlyList<Variable> variables, SavedLayer? source)
    {
        if (source is null)
        {
            foreach (Variable variable in variables)
                _entries.Add(new VariableLoad(variable.Name, null, VariableLoadStatus.Missing, false, $"expected {Describe(variable)} of layer '{layer.Name}'"));
            return;
        }

        List<NamedArray> left = [.. source.Weights];
        string[] names = [.. variables.Select(variable => LastPart(variable.Name))];
        bool named = names.Distinct().Count() == names.Length && left.Select(array => LastPart(array.Name)).Distinct().Count() == left.Count
            && (left.Count != names.Length || left.All(array => names.Contains(LastPart(array.Name))));
        for (int i = 0; i < variables.Count; i++)
        {
            NamedArray? array = named ? source.Weights.FirstOrDefault(a => LastPart(a.Name) == names[i]) : i < source.Weights.Count ? source.Weights[i] : null;
            if (array is null)
            {
                _entries.Add(new VariableLoad(variables[i].Name, null, VariableLoadStatus.Missing, false, $"expected {Describe(variables[i])} in layer '{source.Name}' of the file"));
                continue;
            }

            left.Remove(array);
            MatchVariable(variables[i], array, source, renamed: source.Name != layer.Name || (!named && layer is not Model && LastPart(array.Name) != names[i]));
        }

        foreach (NamedArray array in left)
            AddExtra(source, array);
    }

    private void MatchVariable(Variable variable, NamedArray array, SavedLayer layer, bool renamed)
    {
        string source = $"{layer.Name}/{array.Name}";
        VariableLoadStatus status = !array.Shape.SequenceEqual(variable.Shape) ? VariableLoadStatus.ShapeDiffers
            : !array.DType.IsFloating || array.DType.Size == 1 ? VariableLoadStatus.DTypeDiffers
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

    private void AddExtra(SavedLayer layer, NamedArray array) =>
        _entries.Add(new VariableLoad(null, $"{layer.Name}/{array.Name}", VariableLoadStatus.NotInModel, false, $"received {Describe(array)}, which the model does not have"));
}
