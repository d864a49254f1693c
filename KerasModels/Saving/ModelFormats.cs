using TfLbfgs.Keras.Saving.Formats.Checkpoint;
using TfLbfgs.Keras.Saving.Formats.KerasArchive;
using TfLbfgs.Keras.Saving.Formats.LegacyHdf5;
using TfLbfgs.Keras.Saving.Formats.NumPy;
using TfLbfgs.Keras.Saving.Formats.ObjectTree;
using TfLbfgs.Keras.Saving.Formats.SavedModel;
using TfLbfgs.Keras.Saving.Formats.TensorFlowJs;

namespace TfLbfgs.Keras.Saving;

/// <summary>
/// The file formats of models and weights: those of this library, and those that you register. Thread-safe, one list for the process.
/// </summary>
public static class ModelFormats
{
    // Legacy files may have groups named vars, too.
    private static readonly IModelFormat[] BuiltIn =
    [
        new SavedModelFormat(), new CheckpointFormat(), new LegacyHdf5Format(), new WeightsHdf5Format(), new KerasArchiveFormat(),
            new NpzFormat(),
        new ShardedWeightsFormat(), new TensorFlowJsFormat(),
    ];

    private static readonly Lock Gate = new();
    private static IModelFormat[] _all = BuiltIn;

    /// <summary>All formats, in the order in which a file is tried: those registered last come first.</summary>
    public static IReadOnlyList<IModelFormat> All
    {
        get
        {
            lock (Gate)
                return _all;
        }
    }

    /// <summary>Adds a format, which is tried before all others, for reading and, by the name of the file, for writing.</summary>
    /// <param name="format">The format; nothing happens when it is registered.</param>
    public static void Register(IModelFormat format)
    {
        ArgumentNullException.ThrowIfNull(format);
        lock (Gate)
            _all = _all.Contains(format) ? _all : [format, .. _all];
    }

    /// <summary>Takes a format of your own out again. Nothing happens when it is not registered.</summary>
    /// <param name="format">The format.</param>
    public static void Unregister(IModelFormat format)
    {
        lock (Gate)
            _all = BuiltIn.Contains(format) ? _all : [.. _all.Where(other => other != format)];
    }

    /// <summary>Whether the format of a name holds whole models.</summary>
    internal static bool Holds(string path) => Find(path) is { HoldsModels: true };

    /// <summary>The format for a whole model, or for weights alone.</summary>
    /// <exception cref="TfLbfgsException">No format has that extension, or it does not hold what is to be written.</exception>
    internal static IWritableModelFormat For(string path, bool wholeModel)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        IWritableModelFormat format = Find(path) ?? throw new TfLbfgsException(
            $"{path}: expected a file name that ends in .keras, .h5 or .hdf5 for a whole model, or in .weights.h5, .weights.json, .npz, "
                + ".h5, .hdf5 or .ckpt for weights alone, received another.");
        if (wholeModel && !format.HoldsModels)
            throw new TfLbfgsException($"{path}: expected the extension .keras or .h5 for a whole model, received one of weights alone. "
                + "Save the weights by SaveWeights, or name the file model.keras.");
        if (!wholeModel && !format.HoldsWeightsAlone)
            throw new TfLbfgsException($"{path}: expected the extension .weights.h5 or .h5 for weights alone, received one of whole "
                + "models. Save the model by Save, or name the file model.weights.h5.");
        return format;
    }

    private static IWritableModelFormat? Find(string path) =>
        All.OfType<IWritableModelFormat>().FirstOrDefault(format => format.Matches(path));
}
