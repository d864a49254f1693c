using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using TfLbfgs.Formats;
using TfLbfgs.Formats.Hdf5;
using TfLbfgs.IO;
using TfLbfgs.Runtime;

namespace TfLbfgs.Keras.Saving.Formats.ObjectTree;

/// <summary>
/// Weights alone, divided into several files that an index names: <c>model.weights.json</c>, <c>model_00000.weights.h5</c> and so on.
/// Python: <c>model.save_weights(path, max_shard_size=...)</c> of Keras 3.
/// </summary>
internal sealed class ShardedWeightsFormat : IWritableModelFormat
{
    public const string FormatName = "Keras weights in several files (.weights.json)";

    private const string Extension = ".weights.json";
    private const string Map = "weight_map";
    private const int MaxShards = 10_000;
    private const string SaveAgain = "Copy or save all files of the weights again.";

    public string Name => FormatName;

    public bool HoldsModels => false;

    public bool HoldsWeightsAlone => true;

    public WeightNaming Naming => WeightNaming.Objects;

    public bool Matches(string path) => path.EndsWith(Extension, StringComparison.OrdinalIgnoreCase);

    public ModelContents? TryRead(ModelSource source)
    {
        if (source.Json is not { } index || !index.TryGetProperty(Map, out JsonElement map) || map.ValueKind != JsonValueKind.Object)
            return null;
        WeightNode root = new("");
        foreach (string name in NamesOf(source.Path, map))
        {
            string file = Path.Combine(AtomicFile.FolderOf(source.Path), name);
            if (!File.Exists(file))
                throw new FileFormatException(
                    file, "/", "no such file", $"a part of the weights that {Path.GetFileName(source.Path)} names", SaveAgain);
            Hdf5File part = source.Own(Hdf5File.Open(file));
            Merge(root, ObjectTreeReader.Read(part, part.Root, ""));
        }

        return new ModelContents
        {
            FormatName = FormatName,
            TrainingNodes = ObjectTreeReader.TakeTrainingState(root),
            Weights = root,
            Naming = WeightNaming.Objects,
        };
    }

    public void Write(string path, ModelContents contents, SaveOptions options)
    {
        string stem = Path.GetFileName(path)[..^Extension.Length];
        List<Hdf5GroupBuilder> shards = [new()];
        JsonObject map = [];
        long size = 0, total = 0;
        Add(contents.Weights, "");
        List<AtomicFile> files = [];
        try
        {
            foreach ((int number, Hdf5GroupBuilder shard) in shards.Index())
                files.Add(AtomicFile.Prepare(Path.Combine(AtomicFile.FolderOf(path), NameOf(number)), shard.WriteTo, options.FlushToDisk));
            JsonObject index = new() { ["metadata"] = new JsonObject { ["total_size"] = total }, [Map] = map };
            files.Add(AtomicFile.Prepare(path,
                stream => stream.Write(Encoding.UTF8.GetBytes(index.ToJsonString(new JsonSerializerOptions { WriteIndented = true }))),
                options.FlushToDisk));
            files.ForEach(file => file.Commit());
        }
        finally
        {
            files.ForEach(file => file.Dispose());
        }

        string NameOf(int shard) => string.Create(CultureInfo.InvariantCulture, $"{stem}_{shard:D5}.weights.h5");

        void Add(WeightNode node, string place)
        {
            System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
            string vars = place.Length == 0 ? ObjectTreeReader.Vars : $"{place}/{ObjectTreeReader.Vars}";
            JsonArray where = [];
            foreach (WeightArray array in node.Arrays)
            {
                if (!Hdf5GroupBuilder.CanHold(array.DType))
                {
                    throw new FileFormatException(
                        path, $"{vars}/{array.Name}", $"elements of type {array.DType.PythonName}",
                            "floating-point numbers, integers or booleans",
                        "Change the type of the weight.");
                }

                if (array.Data.ByteCount > options.MaxShardBytes)
                {
                    throw new TfLbfgsException(
                        $"{path}: expected weights of at most {options.MaxShardBytes} bytes, received {place}/{array.Name} of "
                            + $"{array.Data.ByteCount}. Raise SaveOptions.MaxShardBytes.");
                }

                if (size + array.Data.ByteCount > options.MaxShardBytes)
                {
                    shards.Add(new Hdf5GroupBuilder());
                    size = 0;
                }

                size += array.Data.ByteCount;
                total += array.Data.ByteCount;
                Hdf5GroupBuilder group = GroupOf(vars, node);
                if (!group.TryAddArray(array.Name, array.Data))
                    throw new FileFormatException(
                        path, $"{vars}/{array.Name}", "a name that is taken", "names that differ", "Rename the layer.");
                if (!where.Any(name => name!.GetValue<string>() == NameOf(shards.Count - 1)))
                    where.Add(NameOf(shards.Count - 1));
            }

            if (where.Count > 0)
                map[$"/{vars}"] = where;
            else if (node.Label is not null)
                _ = GroupOf(vars, node);
            foreach (WeightNode child in node.Children)
                Add(child, place.Length == 0 ? child.Name : $"{place}/{child.Name}");
        }

        Hdf5GroupBuilder GroupOf(string vars, WeightNode node)
        {
            Hdf5GroupBuilder group = shards[^1].TryAddGroup(vars)
                ?? throw new FileFormatException(
                    path, vars, "a name with an empty part", "names of attributes and classes", "Rename the layer.");
            if (node.Label is not null)
                group.SetText("name", node.Label);
            return group;
        }
    }

    // Only files next to the index are opened.
    private static IEnumerable<string> NamesOf(string path, JsonElement map)
    {
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach (JsonProperty entry in map.EnumerateObject())
        {
            foreach (JsonElement name in entry.Value.ValueKind == JsonValueKind.Array ? [.. entry.Value.EnumerateArray()]
                : (JsonElement[])[entry.Value])
            {
                string? file = name.ValueKind == JsonValueKind.String ? name.GetString() : null;
                if (string.IsNullOrEmpty(file) || file != Path.GetFileName(file) || file is "." or ".."
                    || file.Contains('\\', StringComparison.Ordinal))
                    throw new FileFormatException(
                        path, entry.Name, $"the name {Serialization.ConfigObject.Excerpt(name)}", "a file next to the index", SaveAgain);
                names.Add(file);
            }
        }

        return names.Count is > 0 and <= MaxShards
            ? names.Order(StringComparer.Ordinal)
            : throw new FileFormatException(path, Map, $"{names.Count} files", $"from 1 to {MaxShards}", SaveAgain);
    }

    private static void Merge(WeightNode node, WeightNode part)
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        node.Arrays.AddRange(part.Arrays);
        node.Arrays.Sort((a, b) => int.TryParse(a.Name, out int x) && int.TryParse(b.Name, out int y) ? x.CompareTo(y)
            : string.CompareOrdinal(a.Name, b.Name));
        foreach (WeightNode child in part.Children)
        {
            if (node.Children.Find(other => other.Name == child.Name) is { } there)
                Merge(there, child);
            else
                node.Children.Add(child);
        }
    }
}
