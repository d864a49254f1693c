using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using TfLbfgs.Formats;
using TfLbfgs.Keras.Saving.Formats.KerasArchive;
using TfLbfgs.Keras.Saving.Formats.SavedModel;

namespace TfLbfgs.Keras.Saving;

/// <summary>
/// Reads files of models and weights, chosen by their content and never by their names. What is no model is named as what it is.
/// </summary>
internal static class ModelFiles
{
    private const string Expected = "a Keras model or weights: .keras, .h5, .weights.h5, a SavedModel or a checkpoint";
    private const string LoadInto = "Build the model and load these weights into it by LoadWeights, or save the whole model.";

    // Where users keep the weights that belong to an architecture in JSON.
    private static readonly string[] WeightsBeside = [".weights.h5", ".h5", ".hdf5", "_weights.h5", "_weights.hdf5", "-weights.h5"];

    /// <summary>Reads a whole model.</summary>
    /// <exception cref="FileFormatException">The file is damaged or is no whole model.</exception>
    public static ModelContents ReadModel(string path)
    {
        ModelContents contents = Read(path, weightsBeside: true);
        if (contents.ConfigJson is not null)
            return contents;
        contents.Dispose();
        (string missing, string advice) = contents.FormatName switch
        {
            KerasArchiveFormat.FormatName => ("no member config.json: the archive has weights only", LoadInto),
            SavedModelFormat.FormatName => (
                "a SavedModel without the description of a Keras 2 model: of Keras 3, of tf.Module or of TensorFlow 1",
                "Call its functions by SavedModelBundle.Load, or build the model and load these weights into it by LoadWeights."),
            _ when contents.Naming != WeightNaming.Layers => ($"the file has weights only: {contents.FormatName}", LoadInto),
            _ => ("no attribute model_config: the file has weights only", LoadInto),
        };
        throw new FileFormatException(path, "/", missing, "a whole model, as model.save writes it", advice);
    }

    /// <summary>Reads weights; the architecture, if there is one, is not looked at.</summary>
    /// <exception cref="FileFormatException">The file is damaged or has no weights.</exception>
    public static ModelContents ReadWeights(string path) => Read(path, weightsBeside: false);

    /// <summary>Reads what there is: a whole model, weights, or an architecture alone.</summary>
    /// <exception cref="FileFormatException">The file is damaged or none of these.</exception>
    public static ModelContents ReadAny(string path) => Read(path, weightsBeside: true, architectureAlone: true);

    [SuppressMessage("Reliability", "CA2000", Justification = "The contents take the source over.")]
    private static ModelContents Read(string path, bool weightsBeside, bool architectureAlone = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ModelSource source = new(path);
        try
        {
            foreach (IModelFormat format in ModelFormats.All)
            {
                if (format.TryRead(source) is { } contents)
                    return contents with { Source = source };
            }

            return source.Kind == FileKind.Json
                ? ReadArchitecture(source, weightsBeside, architectureAlone)
                : throw NoModel.Refuse(source, Expected);
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    private static ModelContents ReadArchitecture(ModelSource source, bool weightsBeside, bool architectureAlone)
    {
        string path = source.Path;
        JsonElement root = source.Json!.Value;
        if (!root.TryGetProperty("class_name", out _) || !root.TryGetProperty("config", out _))
        {
            throw new FileFormatException(
                path, "/", "JSON that is no architecture: no class_name and config", "the architecture of a model, as model.to_json() "
                    + "gives it",
                "Check that this is the right file.");
        }

        string stem = path.EndsWith(".json", StringComparison.OrdinalIgnoreCase) ? path[..^5] : path;
        string? beside = weightsBeside ? WeightsBeside.Select(end => stem + end).FirstOrDefault(File.Exists) : null;
        if (beside is not null)
            return Read(beside, weightsBeside: false) with { ConfigJson = root.GetRawText() };
        if (architectureAlone)
            return new ModelContents { FormatName = "architecture in JSON, without weights", ConfigJson = root.GetRawText() };
        throw new FileFormatException(
            path, "/", "an architecture in JSON, without weights",
            $"weights next to it: {string.Join(", ", WeightsBeside.Take(3).Select(end => Path.GetFileName(stem) + end))}",
            "Put the weights there, or make the model by Model.FromJson and load them by LoadWeights.");
    }
}
