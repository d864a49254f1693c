using TfLbfgs.Formats;

namespace TfLbfgs.Keras.Saving;

/// <summary>
/// A file format of models or weights, which <see cref="Model.Load"/>, <see cref="Model.LoadWeights"/> and <see cref="ModelFile.Open"/>
/// read once it is registered by <see cref="ModelFormats.Register"/>; those of this library are such formats. Files are chosen by their
/// content, never by their names.
/// </summary>
public interface IModelFormat
{
    /// <summary>The name in reports and messages.</summary>
    string Name { get; }

    /// <summary>
    /// Reads a file into the tree of named nodes, if it has this format. Arrays are best read when they are asked for; what they are read
    /// from is given to <see cref="ModelSource.Own{T}"/>.
    /// </summary>
    /// <param name="source">The file.</param>
    /// <returns>What it holds; null when it has another format.</returns>
    /// <exception cref="FileFormatException">It has this format and is damaged, incomplete or hostile.</exception>
    ModelContents? TryRead(ModelSource source);
}
