using TfLbfgs.Keras.Saving.Formats.LegacyHdf5;

namespace TfLbfgs.Keras.Saving;

/// <summary>The file formats, chosen by the name of the file.</summary>
internal static class ModelFormats
{
    private static readonly IModelFormat[] All = [new LegacyHdf5Format()];

    /// <exception cref="TfLbfgsException">No format has that extension.</exception>
    public static IModelFormat For(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return All.FirstOrDefault(format => format.Matches(path)) ?? throw new TfLbfgsException(
            $"{path}: expected a file name that ends in .h5 or .hdf5 (legacy Keras HDF5), received another. Save the model with Keras as model.save(\"model.h5\"); .keras, .weights.h5, SavedModel and checkpoints are not read yet.");
    }
}
