using PureHDF;
using TfLbfgs.Keras.Saving.Hdf5;
using TfLbfgs.Runtime;
using static TfLbfgs.Keras.Saving.LegacyHdf5.LegacyHdf5Names;

namespace TfLbfgs.Keras.Saving.LegacyHdf5;

/// <summary>
/// Writes the HDF5 files of Keras 2, which Keras 2 and 3 both read. Configurations are written as given. Python: <c>keras.src.legacy.saving.legacy_h5_format</c>.
/// </summary>
internal static class LegacyHdf5Writer
{
    private const string CannotSave = "The model cannot be saved in this format; change the name or type.";

    /// <summary>Writes a file: atomically, so that a failure leaves what was there before.</summary>
    /// <param name="path">The file.</param>
    /// <param name="model">The content; a whole model needs its configuration. The file is written by the shape that each array states, in the order of the lists.</param>
    /// <exception cref="Hdf5FileException">The place cannot be written, or the content has no form in such a file.</exception>
    public static void Write(string path, LegacyHdf5Model model)
    {
        H5File file = Build(path, model);
        AtomicFile.Write(path, stream => WriteTo(path, file, stream));
    }

    private static H5File Build(string path, LegacyHdf5Model model)
    {
        var file = new H5File();
        if (model.Kind == LegacyHdf5Kind.WeightsOnly)
        {
            AddWeights(path, "", file, model);
            return file;
        }

        SetText(file, ModelConfig, model.ModelConfigJson
            ?? throw new Hdf5FileException(path, "/", "a whole model without its configuration", "the architecture as JSON", "Write a file of weights only."));
        SetText(file, TrainingConfig, model.TrainingConfigJson);
        SetText(file, KerasVersion, model.KerasVersion);
        SetText(file, Backend, model.Backend);
        var weights = new H5Group();
        file[ModelWeights] = weights;
        AddWeights(path, $"{ModelWeights}/", weights, model);
        if (model.OptimizerWeights.Count > 0)
            AddArrays(path, file, "", OptimizerWeights, model.OptimizerWeights);
        return file;
    }

    private static void AddWeights(string path, string prefix, H5Group group, LegacyHdf5Model model)
    {
        SetText(group, KerasVersion, model.KerasVersion);
        SetText(group, Backend, model.Backend);
        Hdf5Writing.SetNames(group, LayerNames, [.. model.Layers.Select(layer => layer.Name)]);
        foreach (LegacyHdf5Layer layer in model.Layers)
            AddArrays(path, group, prefix, layer.Name, layer.Weights);
        AddArrays(path, group, prefix, TopLevelWeights, model.TopLevelWeights);
    }

    private static void AddArrays(string path, H5Group parent, string prefix, string name, IReadOnlyList<NamedArray> arrays)
    {
        var group = new H5Group();
        if (!Hdf5Writing.TryAdd(parent, name, group))
            throw new Hdf5FileException(path, prefix + name, "a name that is taken or has an empty part", "names that differ and have no empty part between slashes", CannotSave);
        Hdf5Writing.SetNames(group, WeightNames, [.. arrays.Select(array => array.Name)]);
        foreach (NamedArray array in arrays)
        {
            string where = $"{prefix}{name}/{array.Name}";
            CheckLength(path, where, array);
            object dataset = Hdf5Writing.Dataset(array)
                ?? throw new Hdf5FileException(path, where, $"elements of type {array.DType.PythonName}", "floating-point numbers, integers or booleans", CannotSave);
            if (!Hdf5Writing.TryAdd(group, array.Name, dataset))
                throw new Hdf5FileException(path, where, "a name that is taken or has an empty part", "names that differ and have no empty part between slashes", CannotSave);
        }
    }

    private static void CheckLength(string path, string where, NamedArray array)
    {
        Int128 length = array.DType.Size;
        foreach (long axis in array.Shape)
            length *= axis;
        if (length != array.Bytes.Length)
            throw new Hdf5FileException(path, where, $"{array.Bytes.Length} bytes", $"{length} bytes for shape {array.ShapeText} of {array.DType.PythonName}", CannotSave);
    }

    private static void SetText(H5Group group, string attribute, string? text)
    {
        if (text is not null)
            group.Attributes[attribute] = text;
    }

    private static void WriteTo(string path, H5File file, Stream stream)
    {
        try
        {
            file.Write(stream);
        }
        catch (Exception e) when (e is not (IOException or UnauthorizedAccessException))
        {
            // PureHDF throws plain exceptions.
            throw new Hdf5FileException(path, "/", $"the content cannot be written: {e.Message.TrimEnd('.')}", "a model that the format can hold", CannotSave, e);
        }
    }
}
