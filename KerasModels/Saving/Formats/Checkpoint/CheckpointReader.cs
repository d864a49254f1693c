using System.Text.RegularExpressions;
using TfLbfgs.Formats;
using TfLbfgs.Formats.TensorBundle;
using TfLbfgs.IO;

namespace TfLbfgs.Keras.Saving.Formats.Checkpoint;

/// <summary>
/// Reads checkpoints of TensorFlow, <c>prefix.index</c> and <c>prefix.data-00000-of-00001</c>: what <c>model.save_weights</c> of Keras 2
/// and <c>tf.train.Checkpoint</c> write. A weight is found by its path among the objects: its key is the shortest one, which may lead
/// through an optimizer, so the graph of objects in the checkpoint is followed.
/// </summary>
internal static partial class CheckpointReader
{
    public const string FormatName = "TensorFlow checkpoint";

    private const string Value = "/.ATTRIBUTES/VARIABLE_VALUE";
    // How often tf.train.Checkpoint saved: no state of the model or its optimizer.
    private const string SaveCounter = "save_counter" + Value;
    private const string SaveAgain = "Save the checkpoint again.";
    private const int MaxParts = 100;

    private static readonly HashSet<string> OfOptimizers = new(StringComparer.Ordinal) { "beta1_power", "beta2_power", "global_step" };

    // Edges that lead to weights which have a name elsewhere, or to what is none of them.
    private static readonly HashSet<string> NoParts = new(StringComparer.Ordinal)
    {
        "optimizer", "_optimizer", "keras_api", "variables", "trainable_variables", "non_trainable_variables", "_trainable_variables",
            "_non_trainable_variables", "_all_variables",
        "regularization_losses", "_losses", "metrics", "_metrics", "layer_metrics", "loss_tracker", "_loss_tracker", "_compile_metrics",
            "save_counter", "signatures", "_seed_generators",
        "seed_generator", "_tracked", "_inbound_nodes", "_outbound_nodes",
    };

    /// <summary>
    /// The prefix of a checkpoint: given itself, by one of its files, by its folder, or by the list of the folder. Null where there is
    /// none.
    /// </summary>
    public static string? PrefixOf(ModelSource source)
    {
        const string Index = ".index";
        string path = source.Path;
        if (File.Exists(path + Index))
            return path;
        if (source.Kind == FileKind.CheckpointState)
            path = AtomicFile.FolderOf(path);
        if (!Directory.Exists(path))
        {
            string prefix = path.EndsWith(Index, StringComparison.Ordinal) ? path[..^Index.Length] : DataFile().Replace(path, "");
            return prefix != path && File.Exists(prefix + Index) ? prefix : null;
        }

        string state = Path.Combine(path, "checkpoint");
        if (File.Exists(state) && new FileInfo(state).Length < 1 << 20
            && LatestName().Match(File.ReadAllText(state)) is { Success: true } latest)
        {
            // Only a name in the folder itself is followed.
            string prefix = Path.Combine(path, Path.GetFileName(latest.Groups[1].Value));
            if (File.Exists(prefix + Index))
                return prefix;
        }

        string[] indexes = Directory.GetFiles(path, $"*{Index}");
        return indexes.Length == 1 ? indexes[0][..^Index.Length] : null;
    }

    /// <summary>Reads a checkpoint.</summary>
    /// <exception cref="FileFormatException">A file is missing or damaged.</exception>
    public static ModelContents Read(ModelSource source, string prefix)
    {
        TensorBundleReader bundle = source.Own(TensorBundleReader.Open(prefix));
        WeightNode root = new(""), state = new("training");
        byte[]? graph = bundle.ReadText(ObjectGraph.TensorName);
        if (graph is null && !bundle.Names.Any(name => name.EndsWith(Value, StringComparison.Ordinal)))
            return OfNames(bundle, root, state);
        HashSet<string> used = new(StringComparer.Ordinal);
        if (graph is not null)
            AddGraph(prefix, bundle, graph, root, used);
        foreach (string name in bundle.Names.Where(name => !used.Contains(name) && name.EndsWith(Value, StringComparison.Ordinal)
            && name != SaveCounter))
            AddByKey(prefix, bundle, name, root, state);
        return new ModelContents
        {
            FormatName = FormatName,
            Weights = root,
            TrainingNodes = state.AllArrays().Any() ? [state] : [],
            Naming = WeightNaming.Names
        };
    }

    /// <summary>
    /// Checkpoints of TensorFlow 1, which know variables by their names. What an optimizer has for a variable stands under the variable's
    /// name: <c>dense/kernel/Adam</c>.
    /// </summary>
    private static ModelContents OfNames(TensorBundleReader bundle, WeightNode root, WeightNode state)
    {
        HashSet<string> names = [.. bundle.Names];
        foreach (string name in bundle.Names)
        {
            if (bundle.Array(name) is not { } array)
                continue;
            bool isState = OfOptimizers.Contains(name[(name.LastIndexOf('/') + 1)..]);
            for (int at = name.LastIndexOf('/'); at > 0 && !isState; at = name.LastIndexOf('/', at - 1))
                isState = names.Contains(name[..at]);
            (isState ? state : root).Arrays.Add(new WeightArray(name, array));
        }

        return new ModelContents
        {
            FormatName = "TensorFlow checkpoint by names of variables",
            Weights = root,
            TrainingNodes = state.Arrays.Count > 0 ? [state] : [],
            Naming = WeightNaming.Variables,
        };
    }

    /// <summary>Follows the graph breadth first: each object stands at its shortest path that leads through parts alone.</summary>
    private static void AddGraph(string prefix, TensorBundleReader bundle, byte[] message, WeightNode root, HashSet<string> used)
    {
        ObjectGraph graph;
        try
        {
            graph = ObjectGraph.Parse(message);
        }
        catch (InvalidDataException e)
        {
            throw new FileFormatException(prefix, ObjectGraph.TensorName, e.Message, "the graph of the objects", SaveAgain, e);
        }

        bool[] visited = new bool[graph.Nodes.Count];
        Queue<(int Id, WeightNode Node)> open = new([(0, root)]);
        visited[0] = true;
        while (open.TryDequeue(out (int Id, WeightNode Node) next))
        {
            foreach ((string name, int id) in graph.Nodes[next.Id].Children)
            {
                if (visited[id] || NoParts.Contains(name))
                    continue;
                visited[id] = true;
                if (graph.Nodes[id].Key is { } key && bundle.Array(key) is { } array)
                {
                    used.Add(key);
                    next.Node.Arrays.Add(new WeightArray(name, array));
                }
                else
                {
                    open.Enqueue((id, next.Node.Child(name)));
                }
            }
        }
    }

    private static void AddByKey(string prefix, TensorBundleReader bundle, string name, WeightNode root, WeightNode state)
    {
        if (bundle.Array(name) is not { } array)
            return;
        string[] parts = name[..^Value.Length].Split('/');
        if (parts.Length > MaxParts)
            throw new FileFormatException(prefix, name, $"a path of {parts.Length} parts", $"at most {MaxParts}", SaveAgain);
        WeightNode node = parts.Any(NoParts.Contains) ? state : root;
        foreach (string part in parts.AsSpan(0, parts.Length - 1))
            node = node.Child(part);
        node.Arrays.Add(new WeightArray(parts[^1], array));
    }

    [GeneratedRegex("""^model_checkpoint_path:\s*"([^"]*)"\s*$""", RegexOptions.Multiline)]
    private static partial Regex LatestName();

    [GeneratedRegex(@"\.data-\d{5}-of-\d{5}\z")]
    private static partial Regex DataFile();
}
