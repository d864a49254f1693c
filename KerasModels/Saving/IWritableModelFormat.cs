namespace TfLbfgs.Keras.Saving;

/// <summary>
/// A file format that <see cref="Model.Save"/> and <see cref="Model.SaveWeights"/> also write, chosen by the name of the file.
/// </summary>
public interface IWritableModelFormat : IModelFormat
{
    /// <summary>Whether it holds architectures, and not weights alone.</summary>
    bool HoldsModels { get; }

    /// <summary>Whether it holds weights without an architecture.</summary>
    bool HoldsWeightsAlone { get; }

    /// <summary>How the tree names weights: <see cref="Write"/> receives a tree of this kind.</summary>
    WeightNaming Naming { get; }

    /// <summary>
    /// Whether the model and its compile settings have the JSON of <c>.keras</c> files, where classes name their modules, and not that of
    /// legacy <c>.h5</c> files. Default false.
    /// </summary>
    bool NamesModules => false;

    /// <summary>Whether a path is meant for this format, by its name; the file need not exist.</summary>
    /// <param name="path">The path.</param>
    /// <returns>True when it is.</returns>
    bool Matches(string path);

    /// <summary>
    /// Writes architecture and weights, or only these where there is no configuration. A failure must leave the old file as it was:
    /// <c>AtomicFile.Write</c> does that.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="contents">What to write; borrowed.</param>
    /// <param name="options">The options.</param>
    /// <exception cref="TfLbfgsException">The place cannot be written, or the format cannot hold the contents.</exception>
    void Write(string path, ModelContents contents, SaveOptions options);
}
