using TfLbfgs.Formats;
using TfLbfgs.Keras.Saving.Formats.SavedModel;
using TfLbfgs.Keras.Serialization;

namespace TfLbfgs.Keras.Saving;

/// <summary>Files of models and weights in other formats.</summary>
public static class ModelConversion
{
    /// <summary>
    /// Reads a file and writes what it holds in the format that the name of the other file asks for, as far as that format can hold it.
    /// </summary>
    /// <param name="input">A whole model, or weights.</param>
    /// <param name="output">The file to write; the same names as for <see cref="Model.Save"/> and <see cref="Model.SaveWeights"/>, or a
    /// folder, whose name ends in a slash: a SavedModel, as <see cref="Model.Export"/> writes it.</param>
    /// <param name="model">A whole model with the architecture for weights alone; null where <paramref name="input"/> has one, or where
    /// both files hold weights in one form.</param>
    /// <param name="weightsOnly">Whether only the weights are written where the format holds whole models, too.</param>
    /// <param name="load">How the model is loaded; null: as saved.</param>
    /// <param name="save">How it is saved; null: as <see cref="SaveOptions"/> begins.</param>
    /// <returns>What was written; its warnings list what is lost.</returns>
    /// <exception cref="FileFormatException">The input is damaged, or no model.</exception>
    /// <exception cref="ModelConfigException">The architecture cannot be built.</exception>
    /// <exception cref="TfLbfgsException">The output cannot hold the input, or weights alone need an architecture.</exception>
    public static SaveReport Convert(
        string input, string output, string? model = null, bool weightsOnly = false, LoadOptions? load = null, SaveOptions? save = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(input);
        ArgumentException.ThrowIfNullOrEmpty(output);
        using ModelFile file = ModelFile.Open(input);
        bool isFolder = Path.EndsInDirectorySeparator(output);
        if (file.ConfigJson is null && model is null)
        {
            return !isFolder
                ? ConvertTree(file, output, save ?? new SaveOptions())
                : throw new TfLbfgsException($"{input}: expected a whole model to make a SavedModel of, received weights alone. Give a whole model with their architecture.");
        }

        using Model loaded = Model.Load(model ?? input, load);
        List<string> lost = [.. loaded.LoadReport!.Warnings];
        if (model is not null)
            lost = [.. loaded.LoadWeights(input, load).Warnings];
        bool isWhole = !weightsOnly && ModelFormats.Holds(output);
        SaveReport report = isFolder ? Export(loaded, output) : isWhole ? loaded.Save(output, save) : loaded.SaveWeights(output, save);
        if (!isWhole)
        {
            string holds = isFolder ? "a SavedModel is written without" : "the output holds weights alone";
            if (file.ConfigJson is not null && !isFolder)
                lost.Add("the architecture: the output holds weights alone.");
            if (loaded.TrainingState is { ConfigJson: not null })
                lost.Add($"the compile settings: {holds}.");
            if (loaded.TrainingState is { Nodes.Count: > 0 })
                lost.Add($"the state of the optimizer: {holds}.");
        }

        // Legacy files and NumPy have no place for files of tokens; configurations have, where the tokens were given to the layer, and
        // functions of a SavedModel hold them.
        if (file.Vocabularies.Count > 0 && !isFolder)
            lost.Add($"the learned vocabularies of {string.Join(", ", file.Vocabularies)}, except for those that stand in the "
                + "configuration.");
        return report with { Warnings = [.. lost, .. report.Warnings] };
    }

    private static SaveReport Export(Model model, string folder)
    {
        model.Export(folder);
        return new SaveReport(folder, SavedModelFormat.FormatName, model.Variables.Count,
            File.Exists(Path.Combine(folder, KerasMetadata.FileName))
                ? [] : ["the architecture: it has no form in Keras 2. The functions compute the model."]);
    }

    // Without an architecture a tree of weights can be written where both formats name weights in the same way.
    private static SaveReport ConvertTree(ModelFile file, string output, SaveOptions options)
    {
        IWritableModelFormat format = ModelFormats.For(output, wholeModel: false);
        ModelContents contents = file.Contents;
        if (contents.Naming != format.Naming)
        {
            throw new TfLbfgsException(
                $"{output}: expected a format that names weights as {file.Path} does ({contents.FormatName}), received {format.Name}. "
                    + "Give a whole model with the architecture of the weights.");
        }

        format.Write(output, contents with { Source = null, TrainingNodes = [], TrainingConfigJson = null }, options);
        List<string> lost = [];
        if (contents.TrainingNodes.Count > 0)
            lost.Add("the state of the optimizer: the output holds weights alone.");
        return new SaveReport(output, format.Name, contents.Weights.AllArrays().Count(), lost);
    }
}
