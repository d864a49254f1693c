using TfLbfgs.Formats;
using TfLbfgs.Formats.Hdf5;
using static TfLbfgs.Keras.Saving.Formats.LegacyHdf5.LegacyHdf5Names;

namespace TfLbfgs.Keras.Saving.Formats.LegacyHdf5;

/// <summary>
/// Reads the HDF5 files of Keras 2, and of Keras 3 where it is asked for an <c>.h5</c> file: whole models and weights only. Every name
/// that the file lists must be there; order is that of the lists, never that of the groups. Python:
/// <c>keras.src.legacy.saving.legacy_h5_format</c>.
/// </summary>
internal static class LegacyHdf5Reader
{
    private const string SaveAgain = "The file is incomplete; save it again with Keras.";

    /// <summary>Whether a file has this layout.</summary>
    public static bool IsLegacy(Hdf5Group root) => HasList(root, LayerNames) || root.HasAttribute(ModelConfig)
        || root.Members.ContainsKey(ModelWeights) || root.HasAttribute("nb_layers");

    /// <summary>
    /// Reads an open file of either kind, which must stay open. The configuration is not looked at, so weights can be had from a file whose
    /// configuration is damaged.
    /// </summary>
    /// <exception cref="FileFormatException">The file is damaged, hostile or incomplete.</exception>
    public static ModelContents Read(Hdf5File file)
    {
        Hdf5Group root = file.Root;
        bool isWhole = root.HasAttribute(ModelConfig) || (!HasList(root, LayerNames) && root.Members.ContainsKey(ModelWeights));
        Hdf5Group weights = isWhole ? RequireGroup(file, root, ModelWeights, "the weights of a whole model") : root;
        WeightNode tree = new("");
        if (ReadList(file, weights, LayerNames) is { } layerNames)
        {
            RequireDistinct(file, weights, LayerNames, layerNames);
            foreach (string name in layerNames)
                tree.Children.Add(ReadWeights(file, name, RequireGroup(file, weights, name, $"the layer that {LayerNames} lists")));
        }
        else
        {
            tree.Children.AddRange(ReadNumbered(file, weights));
            if (tree.Children.Count == 0)
                throw NoLayerNames(file, weights);
        }

        if (weights.Members.ContainsKey(TopLevelWeights))
            tree.Arrays.AddRange(ReadWeights(file, TopLevelWeights,
                RequireGroup(file, weights, TopLevelWeights, "weights of the model itself")).Arrays);
        return new ModelContents
        {
            FormatName = LegacyHdf5Format.FormatName,
            ConfigJson = ReadText(file, root, ModelConfig),
            TrainingConfigJson = ReadText(file, root, TrainingConfig),
            KerasVersion = ReadText(file, weights, KerasVersion) ?? ReadText(file, root, KerasVersion),
            Backend = ReadText(file, weights, Backend) ?? ReadText(file, root, Backend),
            Metadata = ReadMetadata(file, root),
            Weights = tree,
            TrainingNodes = isWhole && root.Members.ContainsKey(OptimizerWeights)
                ? [ReadWeights(file, OptimizerWeights, RequireGroup(file, root, OptimizerWeights, "the optimizer's state"),
                    ObjectNames.Optimizer)]
                : [],
        };
    }

    /// <summary>The files of versions before 1.0, where layers and weights have numbers: <c>layer_0/param_0</c>.</summary>
    private static IEnumerable<WeightNode> ReadNumbered(Hdf5File file, Hdf5Group weights)
    {
        for (int i = 0; weights.Find($"layer_{i}") is Hdf5Group layer; i++)
        {
            WeightNode node = new($"layer_{i}");
            for (int k = 0; layer.Find($"param_{k}") is Hdf5Dataset dataset; k++)
                node.Arrays.Add(new WeightArray($"param_{k}", file.Array(dataset)));
            yield return node;
        }
    }

    private static WeightNode ReadWeights(Hdf5File file, string name, Hdf5Group group, string? node = null)
    {
        string[] names = ReadList(file, group, WeightNames)
            ?? throw file.Fail(group.Path, $"no attribute {WeightNames}", "the list of the weights, empty where there are none", SaveAgain);
        RequireDistinct(file, group, WeightNames, names);
        WeightNode read = new(node ?? name);
        foreach (string weight in names)
        {
            // As HDF5 takes a name that begins with a slash, and Keras 2.0 named the counter of an optimizer.
            bool isFromRoot = weight[0] == '/';
            read.Arrays.Add((isFromRoot ? file.Root : group).Find(weight) switch
            {
                Hdf5Dataset dataset => new WeightArray(weight.TrimStart('/'), file.Array(dataset)),
                null => throw file.Fail(group.PathOf(weight), "no such dataset", $"the array that {WeightNames} lists", SaveAgain),
                _ => throw file.Fail(group.PathOf(weight), "a group", $"the array that {WeightNames} lists", SaveAgain),
            });
        }

        return read;
    }

    private static Hdf5Group RequireGroup(Hdf5File file, Hdf5Group parent, string name, string role) => parent.Find(name) switch
    {
        Hdf5Group group => group,
        null => throw file.Fail(parent.PathOf(name), "no such group", role, SaveAgain),
        _ => throw file.Fail(parent.PathOf(name), "a dataset", role, SaveAgain),
    };

    private static bool HasList(Hdf5Group group, string attribute) => group.HasAttribute(attribute) || group.HasAttribute($"{attribute}0");

    /// <summary>Reads a list of names; long ones are split into attributes that end in 0, 1, 2, ...</summary>
    private static string[]? ReadList(Hdf5File file, Hdf5Group group, string attribute)
    {
        if (file.ReadStrings(group, attribute) is { } whole)
            return whole;
        if (!HasList(group, attribute))
            return null;
        var names = new List<string>();
        for (int i = 0; file.ReadStrings(group, $"{attribute}{i}") is { } part; i++)
            names.AddRange(part);
        return [.. names];
    }

    private static string? ReadText(Hdf5File file, Hdf5Group group, string attribute) => file.ReadStrings(group, attribute) switch
    {
        null => null,
        [string text] => text,
        string[] many => throw file.Fail(group.Path, $"attribute {attribute} with {many.Length} texts", "one text", SaveAgain),
    };

    private static IReadOnlyDictionary<string, string> ReadMetadata(Hdf5File file, Hdf5Group root)
    {
        if (ReadText(file, root, MetadataText.Name) is not { } json)
            return new Dictionary<string, string>();
        return MetadataText.Read(json) ?? throw file.Fail(root.Path, $"attribute {MetadataText.Name} that is no JSON object of texts",
            "one", "The file is damaged; save the model again.");
    }

    private static void RequireDistinct(Hdf5File file, Hdf5Group group, string attribute, string[] names)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (string name in names)
        {
            if (name.Length == 0 || !seen.Add(name))
                throw file.Fail(group.Path, $"attribute {attribute} lists \"{name}\"{(name.Length == 0 ? "" : " twice")}",
                    "names that differ and are not empty", SaveAgain);
        }
    }

    private static FileFormatException NoLayerNames(Hdf5File file, Hdf5Group weights)
    {
        if (file.Root.Members.ContainsKey("layers") || file.Root.Members.ContainsKey("_layer_checkpoint_dependencies"))
        {
            return file.Fail("/", "a Keras v3 weights file: groups layers/.../vars and no attribute layer_names", "a legacy weights file",
                "Give it the extension .weights.h5, which is that of its layout.");
        }
        return file.Fail(weights.Path, $"no attribute {LayerNames}: this is not a Keras weights file", "the list of the layers",
            "Check that this is the file that Keras saved.");
    }
}
