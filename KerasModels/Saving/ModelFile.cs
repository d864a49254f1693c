using TfLbfgs.Formats;

namespace TfLbfgs.Keras.Saving;

/// <summary>
/// What a file of a model or of weights holds, without building the model: its format, who wrote it, the arrays with their shapes and
/// dtypes, the architecture and the compile settings as JSON. Arrays are not read.
/// </summary>
public sealed class ModelFile : IDisposable
{
    private readonly ModelContents _contents;

    private ModelFile(string path, ModelContents contents)
    {
        Path = path;
        _contents = contents;
        Weights = [.. Flatten(contents.Weights, "")];
        TrainingVariables = [.. contents.TrainingNodes.SelectMany(node => Flatten(node, node.Name))];
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The format, in words.</summary>
    public string Format => _contents.FormatName;

    /// <summary>The version of Keras that the file states, such as <c>2.15.0</c>; null where it states none.</summary>
    public string? KerasVersion => _contents.KerasVersion;

    /// <summary>The backend of Keras that wrote the file, such as <c>tensorflow</c>; null where the file does not say.</summary>
    public string? Backend => _contents.Backend;

    /// <summary>The architecture as JSON; null where only weights are.</summary>
    public string? ConfigJson => _contents.ConfigJson;

    /// <summary>Loss, metrics and optimizer as JSON; null where the model was not compiled, or the file does not hold it.</summary>
    public string? TrainingConfigJson => _contents.TrainingConfigJson;

    /// <summary>The weights, in the order of the file.</summary>
    public IReadOnlyList<StoredWeight> Weights { get; }

    /// <summary>The variables of the optimizer and of metrics, in the order of the file.</summary>
    public IReadOnlyList<StoredWeight> TrainingVariables { get; }

    /// <summary>The places of layers whose vocabularies the file holds.</summary>
    public IReadOnlyList<string> Vocabularies => [.. _contents.Vocabularies.Keys];

    /// <summary>The texts that were kept with the model, by name; see <see cref="Model.Metadata"/>.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _contents.Metadata;

    internal ModelContents Contents => _contents;

    /// <summary>Opens a file; the format is chosen by its content, not by its name.</summary>
    /// <param name="path">A file, the folder of a SavedModel, or a checkpoint by prefix, index or folder.</param>
    /// <returns>The file, owned by the caller.</returns>
    /// <exception cref="FileFormatException">The file is damaged, hostile or no model; the message names it as what it is.</exception>
    public static ModelFile Open(string path) => new(path, ModelFiles.ReadAny(path));

    /// <summary>Closes the file.</summary>
    public void Dispose() => _contents.Dispose();

    private static IEnumerable<StoredWeight> Flatten(WeightNode node, string path)
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        string prefix = path.Length == 0 ? "" : path + "/";
        foreach (WeightArray array in node.Arrays)
            yield return new StoredWeight(prefix + array.Name, array.DType, array.Shape);
        foreach (StoredWeight weight in node.Children.SelectMany(child => Flatten(child, prefix + child.Name)))
            yield return weight;
    }
}
