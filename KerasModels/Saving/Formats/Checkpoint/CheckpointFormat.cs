using System.Text;
using TfLbfgs.Formats;
using TfLbfgs.Formats.TensorBundle;
using TfLbfgs.IO;
using TfLbfgs.Runtime;

namespace TfLbfgs.Keras.Saving.Formats.Checkpoint;

/// <summary>
/// Weights alone, as a checkpoint of TensorFlow: <c>prefix.index</c>, <c>prefix.data-00000-of-00001</c>, and the file <c>checkpoint</c>
/// that names the latest one of the folder. Its graph of objects has the names of Keras 2 and of Keras 3, so that
/// <c>model.load_weights(prefix)</c> of Keras 2 and <c>tf.train.Checkpoint(model=model).restore(prefix)</c> of both find each weight.
/// </summary>
internal sealed class CheckpointFormat : IWritableModelFormat
{
    private const string Value = "/.ATTRIBUTES/VARIABLE_VALUE", Counter = "save_counter";

    public string Name => CheckpointReader.FormatName;

    public bool HoldsModels => false;

    public bool HoldsWeightsAlone => true;

    public WeightNaming Naming => WeightNaming.Names;

    public bool Matches(string path) => Path.GetExtension(path) is ".ckpt" or "" && path.Length > 0 && !path.EndsWith('/');

    public ModelContents? TryRead(ModelSource source) =>
        CheckpointReader.PrefixOf(source) is { } prefix ? CheckpointReader.Read(source, prefix) : null;

    public void Write(string path, ModelContents contents, SaveOptions options)
    {
        TensorBundleWriter bundle = new();
        // tf.train.Checkpoint(model=model) has the model as a part of its own, and a counter; a model that is loaded by itself is the root.
        List<ObjectGraphNode> graph = [new([], null)];
        int model = Add(bundle, graph, contents.Weights, ""), counter = graph.Count;
        bundle.Add(Counter + Value, StoredArray.FromBytes(DType.Int64, [], BitConverter.GetBytes(1L)));
        graph.Add(new ObjectGraphNode([], Counter + Value));
        graph[0] = new ObjectGraphNode([.. graph[model].Children, ("model", model), (Counter, counter)], null);
        bundle.AddText(ObjectGraph.TensorName, ObjectGraph.Serialize(graph));
        bundle.Write(path, options.FlushToDisk);
        string name = Path.GetFileName(path).Replace("\\", "\\\\", StringComparison.Ordinal).Replace(
            "\"", "\\\"", StringComparison.Ordinal);
        AtomicFile.Write(Path.Combine(AtomicFile.FolderOf(path), "checkpoint"), stream =>
            stream.Write(Encoding.UTF8.GetBytes($"model_checkpoint_path: \"{name}\"\nall_model_checkpoint_paths: \"{name}\"\n")),
            options.FlushToDisk);
    }

    private static int Add(TensorBundleWriter bundle, List<ObjectGraphNode> graph, WeightNode node, string path)
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        int id = graph.Count;
        graph.Add(new ObjectGraphNode([], null));
        List<(string Name, int Node)> edges = [];
        foreach (WeightArray array in node.Arrays)
        {
            string key = path + array.Name + Value;
            bundle.Add(key, array.Data);
            // Keras 3 keeps some weights in private attributes.
            edges.Add((array.Name, graph.Count));
            edges.Add(($"_{array.Name}", graph.Count));
            graph.Add(new ObjectGraphNode([], key));
        }

        if (!node.IsModel)
        {
            foreach (WeightNode child in node.Children)
            {
                int part = Add(bundle, graph, child, $"{path}{child.Name}/");
                edges.Add((child.Name, part));
                edges.Add(($"_{child.Name}", part));
            }
        }
        else if (node.Children.Count > 0)
        {
            // A model: Keras 2 numbers its layers with weights, Keras 3 lists all.
            int list = graph.Count;
            graph.Add(new ObjectGraphNode([], null));
            List<(string Name, int Node)> listed = [];
            foreach ((int number, WeightNode child) in node.Children.Index())
            {
                string name = $"layer_with_weights-{number}";
                int part = Add(bundle, graph, child, $"{path}{name}/");
                edges.Add((name, part));
                edges.Add(($"layer-{child.Name}", part));
                listed.Add((child.Name, part));
            }

            graph[list] = new ObjectGraphNode(listed, null);
            int functional = graph.Count;
            graph.Add(new ObjectGraphNode([("_operations", list)], null));
            edges.AddRange([("_operations", list), ("_functional", functional)]);
        }

        graph[id] = new ObjectGraphNode(edges, null);
        return id;
    }
}
