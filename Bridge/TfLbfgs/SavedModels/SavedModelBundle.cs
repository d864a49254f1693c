using System.Diagnostics.CodeAnalysis;
using TfLbfgs.Formats;
using TfLbfgs.Formats.Protos;
using TfLbfgs.Formats.SavedModels;
using TfLbfgs.Formats.TensorBundle;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.SavedModels;

/// <summary>
/// A SavedModel, whose functions are called on tensors of the device: what <c>tf.saved_model.save</c>, <c>model.export</c> of Keras 3,
/// <c>model.save</c> of Keras 2 and TensorFlow 1 write. It owns the variables, tables and functions. Python:
/// <c>tf.saved_model.load</c>.
/// </summary>
public sealed class SavedModelBundle : IDisposable
{
    private const string InitOp = "__saved_model_init_op", TrainOp = "__saved_model_train_op";

    private const int MaxAssetLength = 1 << 16;
    private const int MaxSignatures = 1000;

    private readonly GraphSession _session;
    private readonly SavedModelFolder _folder;
    private readonly Dictionary<string, Variable> _variableOfKey;
    private bool _disposed;

    private SavedModelBundle(SavedModelFolder folder, GraphSession session, Dictionary<string, Variable> variableOfKey)
    {
        _folder = folder;
        _session = session;
        _variableOfKey = variableOfKey;
    }

    /// <summary>The tags of the graph, such as <c>serve</c>.</summary>
    public IReadOnlyList<string> Tags { get; private init; } = [];

    /// <summary>The version of TensorFlow that wrote it, such as <c>2.21.0</c>; empty where the file does not say.</summary>
    public string TensorFlowVersion { get; private init; } = "";

    /// <summary>The signatures by name, such as <c>serving_default</c>. Python: <c>loaded.signatures</c>.</summary>
    public IReadOnlyDictionary<string, SavedFunction> Signatures { get; private set; } = new Dictionary<string, SavedFunction>();

    /// <summary>
    /// The functions of the saved object by their paths, such as <c>predict</c> or <c>encoder/call</c>, each with all its traces, which
    /// differ in their arguments; empty in SavedModels of TensorFlow 1. Python: <c>loaded.predict.concrete_functions</c>.
    /// </summary>
    public IReadOnlyDictionary<string, IReadOnlyList<SavedFunction>> Functions { get; private set; } =
        new Dictionary<string, IReadOnlyList<SavedFunction>>();

    /// <summary>
    /// The variables with their values, in the order of the saved object's list <c>variables</c> where it has one, as models of Keras do,
    /// else of their paths in it; borrowed. Assign to them as to any others.
    /// </summary>
    public IReadOnlyList<Variable> Variables { get; private set; } = [];

    /// <summary>Those of the variables that are trained; borrowed.</summary>
    public IReadOnlyList<Variable> TrainableVariables => [.. Variables.Where(variable => variable.Trainable)];

    /// <summary>Loads a SavedModel: reads the variables, and fills the tables that its functions look into.</summary>
    /// <param name="folder">The folder with <c>saved_model.pb</c>.</param>
    /// <param name="options">The options; null: the defaults.</param>
    /// <returns>The model, owned by the caller.</returns>
    /// <exception cref="FileFormatException">A file is missing, damaged, or larger than the limits allow.</exception>
    /// <exception cref="TfLbfgsException">The graph does not fit together, or what it does to start is refused.</exception>
    public static SavedModelBundle Load(string folder, SavedModelOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        SavedModelFolder location = new(folder);
        MetaGraphDef graph = location.ReadMetaGraph(options?.Tags);
        string? device = Device.Current;
        try
        {
            GraphSession session = new(graph.GraphDef ?? new GraphDef(), options ?? new SavedModelOptions());
            try
            {
                using (DispatchFrame.OpenEager())
                using (device is null ? null : Device.Use(device))
                using (new TensorScope())
                    return Load(location, graph, session);
            }
            catch
            {
                session.Dispose();
                throw;
            }
        }
        catch (TfLbfgsException e) when (e is not FileFormatException)
        {
            throw new TfLbfgsException($"{location.FolderPath}: {OneLine.Of(e.Message)}.", e);
        }
        catch (Exception e) when (e is not TfLbfgsException)
        {
            throw new FileFormatException(location.GraphPath, "/", $"the content cannot be used: {OneLine.Of(e.Message)}", "a sound file",
                "The file is damaged; save it again.", e);
        }
    }

    /// <summary>
    /// Saves the SavedModel with the values that the variables have now; graph, functions and files are those it was loaded from. Python:
    /// <c>tf.saved_model.save</c> of the loaded object.
    /// </summary>
    /// <param name="folder">The folder, which is replaced where it exists and is a SavedModel; also the one it was loaded from.</param>
    /// <exception cref="TfLbfgsException">The place cannot be written, or the files that it was loaded from are gone.</exception>
    public void Save(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ObjectDisposedException.ThrowIf(_disposed, this);
        SavedModelFiles.Replace(folder, temporary =>
        {
            foreach (string file in (string[])[SavedModelFolder.GraphName, "keras_metadata.pb"])
            {
                if (File.Exists(Path.Combine(_folder.FolderPath, file)))
                    File.Copy(Path.Combine(_folder.FolderPath, file), Path.Combine(temporary, file));
            }

            foreach (string asset in _session.Assets.Values.Distinct())
            {
                string copy = Path.Combine(temporary, "assets", Path.GetRelativePath(_folder.AssetsPath, asset));
                Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                File.Copy(asset, copy);
            }

            if (!File.Exists(_folder.VariablesPrefix + ".index"))
                return;
            using var checkpoint = TensorBundleReader.Open(_folder.VariablesPrefix);
            VariableRestore former = new(checkpoint, _folder.VariablesPrefix);
            SavedModelFiles.WriteVariables(
                temporary, [.. checkpoint.Names.Select(key =>
                    (key, (Func<Tensor>)(() => _variableOfKey.TryGetValue(key, out Variable? variable)
                    ? variable.Value : former.Read(key))))], objects: null);
        });
    }

    /// <summary>Frees variables, tables and functions.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        foreach (SavedFunction function in Signatures.Values.Concat(Functions.Values.SelectMany(traces => traces)))
            function.Close();
        _session.Dispose();
    }

    [SuppressMessage("Reliability", "CA2000", Justification = "The bundle takes the session over.")]
    private static SavedModelBundle Load(SavedModelFolder folder, MetaGraphDef graph, GraphSession session)
    {
        foreach (AssetFileDef asset in graph.AssetFileDef.Concat(OldAssets(graph)))
            session.Assets[GraphInput.Parse(asset.TensorInfo?.Name ?? "").Node] = folder.AssetPath(asset.Filename);
        VariableLoader loader = new(folder, graph, session);
        loader.Load();
        Initialize(graph, session);
        SavedModelBundle bundle = new(folder, session, loader.VariableOfKey)
        {
            Tags = [.. graph.MetaInfoDef?.Tags ?? []],
            TensorFlowVersion = graph.MetaInfoDef?.TensorflowVersion ?? "",
        };
        if (graph.SignatureDef.Count > MaxSignatures)
            throw new TfLbfgsException(
                $"expected at most {MaxSignatures} signatures, received {graph.SignatureDef.Count}. The file is damaged or hostile");
        bundle.Signatures = graph.SignatureDef.Where(signature => signature.Key is not (InitOp or TrainOp))
            .OrderBy(signature => signature.Key, StringComparer.Ordinal)
            .ToDictionary(signature => signature.Key, signature => GraphFunctions.Signature(session, signature.Key, signature.Value),
                StringComparer.Ordinal);
        bundle.Functions = new ObjectFunctions(session, loader.Objects, graph, loader.VariableOfKey).All();
        bundle.Variables =
            WithoutCopies(session.Variables,
            [.. bundle.Signatures.Values.Concat(bundle.Functions.Values.SelectMany(traces => traces))
            .SelectMany(function => function.Variables)]);
        return bundle;
    }

    /// <summary>Keras 3 saves each variable twice: what no function uses and equals a used one in name and shape is the copy.</summary>
    private static List<Variable> WithoutCopies(List<Variable> all, HashSet<Variable> used) =>
        [.. all.Where(variable => used.Contains(variable)
            || !used.Any(other => other.Name == variable.Name && other.Shape == variable.Shape))];

    /// <summary>The files that the graph reads, as TensorFlow 1 lists them.</summary>
    private static IEnumerable<AssetFileDef> OldAssets(MetaGraphDef graph)
    {
        if (!graph.CollectionDef.TryGetValue("saved_model_assets", out CollectionDef? collection) || collection.AnyList is null)
            yield break;
        foreach (Google.Protobuf.WellKnownTypes.Any any in collection.AnyList.Value)
        {
            if (any.Value.Length > MaxAssetLength || !any.TryUnpack(out AssetFileDef asset))
                throw new InvalidDataException("an asset that is none");
            yield return asset;
        }
    }

    /// <summary>Runs what the graph does to start: filling tables.</summary>
    private static void Initialize(MetaGraphDef graph, GraphSession session)
    {
        string? node = graph.SignatureDef.TryGetValue(InitOp, out SignatureDef? init) ? init.Outputs.Values.FirstOrDefault()?.Name : null;
        foreach (string collection in (string[])["saved_model_main_op", "legacy_init_op"])
            node ??= graph.CollectionDef.TryGetValue(collection, out CollectionDef? found) ? found.NodeList?.Value.FirstOrDefault() : null;
        if (!string.IsNullOrEmpty(node))
            GraphRun.Graph(session, [GraphInput.Parse(node) with { IsControl = true }], new Dictionary<(int, int), Tensor>());
    }
}
