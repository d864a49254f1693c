using TfLbfgs.Formats;
using TfLbfgs.Formats.Hdf5;
using TfLbfgs.IO;
using TfLbfgs.Runtime;
using static TfLbfgs.Keras.Saving.Formats.LegacyHdf5.LegacyHdf5Names;

namespace TfLbfgs.Keras.Saving.Formats.LegacyHdf5;

/// <summary>
/// Writes the HDF5 files of Keras 2, which Keras 2 and 3 both read. Configurations are written as given. Python:
/// <c>keras.src.legacy.saving.legacy_h5_format</c>.
/// </summary>
internal static class LegacyHdf5Writer
{
    /// <summary>Writes a file: atomically, so that a failure leaves what was there before.</summary>
    /// <param name="path">The file.</param>
    /// <param name="contents">The content, a whole model where it has a configuration. Weights are written in the order of the
    /// tree.</param>
    /// <param name="flushToDisk">Whether to wait until the disk has the file, so that it outlasts a failure of the machine.</param>
    /// <exception cref="TfLbfgsException">The place cannot be written, or the content has no form in such a file.</exception>
    public static void Write(string path, ModelContents contents, bool flushToDisk = true)
    {
        Hdf5GroupBuilder file = Build(path, contents);
        AtomicFile.Write(path, file.WriteTo, flushToDisk);
    }

    private static Hdf5GroupBuilder Build(string path, ModelContents contents)
    {
        Hdf5GroupBuilder file = new();
        if (contents.ConfigJson is null)
        {
            AddWeights(path, "", file, contents);
            return file;
        }

        SetText(file, ModelConfig, contents.ConfigJson);
        SetText(file, TrainingConfig, contents.TrainingConfigJson);
        SetText(file, KerasVersion, contents.KerasVersion);
        SetText(file, Backend, contents.Backend);
        SetText(file, MetadataText.Name, MetadataText.Write(contents.Metadata));
        AddWeights(path, $"{ModelWeights}/", file.TryAddGroup(ModelWeights)!, contents);
        if (contents.TrainingNodes.FirstOrDefault(node => node.Name == ObjectNames.Optimizer) is { Arrays.Count: > 0 } optimizer)
            AddArrays(path, file, "", OptimizerWeights, optimizer.Arrays);
        return file;
    }

    private static void AddWeights(string path, string prefix, Hdf5GroupBuilder group, ModelContents contents)
    {
        SetText(group, KerasVersion, contents.KerasVersion);
        SetText(group, Backend, contents.Backend);
        SetNames(group, LayerNames, [.. contents.Weights.Children.Select(layer => layer.Name)]);
        HashSet<string> names = [TopLevelWeights];
        foreach (WeightNode layer in contents.Weights.Children)
        {
            if (!names.Add(layer.Name))
                throw Taken(path, prefix + layer.Name);
            AddArrays(path, group, prefix, layer.Name, layer.Arrays);
        }

        AddArrays(path, group, prefix, TopLevelWeights, contents.Weights.Arrays);
    }

    private static void AddArrays(string path, Hdf5GroupBuilder parent, string prefix, string name, IReadOnlyList<WeightArray> arrays)
    {
        Hdf5GroupBuilder group = parent.TryAddGroup(name) ?? throw Taken(path, prefix + name);
        SetNames(group, WeightNames, [.. arrays.Select(array => array.Name)]);
        foreach (WeightArray array in arrays)
        {
            string where = $"{prefix}{name}/{array.Name}";
            if (!Hdf5GroupBuilder.CanHold(array.DType))
                throw new FileFormatException(path, where, $"elements of type {array.DType.PythonName}",
                    "floating-point numbers, integers or booleans", "Change the type of the weight.");
            if (!group.TryAddArray(array.Name, array.Data))
                throw Taken(path, where);
        }
    }

    /// <summary>Writes a list of names, split into attributes that end in 0, 1, 2, ... when it is long, as Keras reads it.</summary>
    private static void SetNames(Hdf5GroupBuilder owner, string attribute, IReadOnlyList<string> names)
    {
        if (names.Count <= Hdf5GroupBuilder.MaxTextsPerAttribute)
        {
            owner.SetTexts(attribute, names);
            return;
        }

        foreach ((int part, string[] some) in names.Chunk(Hdf5GroupBuilder.MaxTextsPerAttribute).Index())
            owner.SetTexts($"{attribute}{part}", some);
    }

    private static void SetText(Hdf5GroupBuilder group, string attribute, string? text)
    {
        if (text is not null)
            group.SetText(attribute, text);
    }

    private static FileFormatException Taken(string path, string where) =>
        new(path, where, "a name that is taken or has an empty part", "names that differ and have no empty part between slashes",
            "Rename the layer or weight.");
}
