using TfLbfgs.Keras.Saving.Formats.Checkpoint;
using TfLbfgs.Keras.Saving.Formats.KerasArchive;
using TfLbfgs.Keras.Saving.Formats.LegacyHdf5;
using TfLbfgs.Keras.Saving.Formats.NumPy;
using TfLbfgs.Keras.Saving.Formats.ObjectTree;

namespace TfLbfgs.Keras.Saving;

/// <summary>The formats that are written, chosen by the name of the file.</summary>
internal static class ModelFormats
{
    private static readonly IModelFormat[] All = [new WeightsHdf5Format(), new ShardedWeightsFormat(), new NpzFormat(), new KerasArchiveFormat(), new LegacyHdf5Format(), new CheckpointFormat()];

    /// <summary>Whether the format of a name holds whole models.</summary>
    public static bool Holds(string path) => Array.Find(All, format => format.Matches(path)) is { HoldsModels: true };

    /// <summary>The format for a whole model, or for weights alone.</summary>
    /// <exception cref="TfLbfgsException">No format has that extension, or it does not hold what is to be written.</exception>
    public static IModelFormat For(string path, bool wholeModel)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        IModelFormat format = Array.Find(All, format => format.Matches(path)) ?? throw new TfLbfgsException(
            $"{path}: expected a file name that ends in .keras, .h5 or .hdf5 for a whole model, or in .weights.h5, .weights.json, .npz, .h5, .hdf5 or .ckpt for weights alone, received another.");
        if (wholeModel && !format.HoldsModels)
            throw new TfLbfgsException($"{path}: expected the extension .keras or .h5 for a whole model, received one of weights alone. Save the weights by SaveWeights, or name the file model.keras.");
        if (!wholeModel && !format.HoldsWeightsAlone)
            throw new TfLbfgsException($"{path}: expected the extension .weights.h5 or .h5 for weights alone, received one of whole models. Save the model by Save, or name the file model.weights.h5.");
        return format;
    }
}
