using TfLbfgs.Formats.Protos;

namespace TfLbfgs.Formats.SavedModels;

/// <summary>
/// The folder of a SavedModel: <c>saved_model.pb</c>, the checkpoint <c>variables/variables</c>, and the files in <c>assets</c>. Reading
/// executes nothing.
/// </summary>
/// <param name="path">The folder; it need not exist.</param>
public sealed class SavedModelFolder(string path)
{
    /// <summary>The name of the file that holds graph, functions and signatures.</summary>
    public const string GraphName = "saved_model.pb";

    private const int MaxNameLength = 1024;
    private const string SaveAgain = "The SavedModel is incomplete or damaged; copy or save all of it again.";

    /// <summary>The folder.</summary>
    public string FolderPath { get; } = path ?? throw new ArgumentNullException(nameof(path));

    /// <summary>The file of the graph.</summary>
    public string GraphPath => Path.Combine(FolderPath, GraphName);

    /// <summary>The prefix of the checkpoint with the values of the variables.</summary>
    public string VariablesPrefix => Path.Combine(FolderPath, "variables", "variables");

    /// <summary>The folder of the files that the graph reads.</summary>
    public string AssetsPath => Path.Combine(FolderPath, "assets");

    /// <summary>Reads all graphs.</summary>
    /// <returns>The message.</returns>
    /// <exception cref="FileFormatException">The file is missing, damaged, or larger than the limits allow.</exception>
    public SavedModel Read()
    {
        if (!File.Exists(GraphPath))
        {
            string found = File.Exists(Path.Combine(FolderPath, "saved_model.pbtxt")) ? "a SavedModel as text (saved_model.pbtxt)"
                : File.Exists(Path.Combine(FolderPath, "saved_model.cpb")) ? "a SavedModel in chunks (saved_model.cpb)"
                : Directory.Exists(FolderPath) ? $"a folder without {GraphName}" : "no such folder";
            throw new FileFormatException(FolderPath, "/", found, $"the folder of a SavedModel with {GraphName}",
                "Save the model by tf.saved_model.save(model, folder) or model.export(folder).");
        }

        SavedModel model = ProtoFile.Read(GraphPath, SavedModel.Parser, "a SavedModel");
        return model.MetaGraphs.Count > 0
            ? model
            : throw new FileFormatException(GraphPath, "/", "no graph", "a SavedModel with at least one graph", SaveAgain);
    }

    /// <summary>Reads the graph for a use.</summary>
    /// <param name="tags">The tags of the graph, all of them, such as <c>serve</c>; null: the only graph, or that of <c>serve</c>.</param>
    /// <returns>The graph.</returns>
    /// <exception cref="FileFormatException">The file is missing or damaged, or has no graph of these tags.</exception>
    public MetaGraphDef ReadMetaGraph(IReadOnlyCollection<string>? tags = null)
    {
        SavedModel model = Read();
        if (tags is null && model.MetaGraphs.Count == 1)
            return model.MetaGraphs[0];
        HashSet<string> wanted = new(tags ?? ["serve"], StringComparer.Ordinal);
        return model.MetaGraphs.FirstOrDefault(graph => wanted.SetEquals(graph.MetaInfoDef?.Tags ?? [])) ?? throw new FileFormatException(
            GraphPath, "/", "graphs with the tags "
                + $"{string.Join("; ", model.MetaGraphs.Take(10).Select(graph => $"[{string.Join(", ", graph.MetaInfoDef?.Tags ?? [])}]"))}",
            $"one with the tags [{string.Join(", ", wanted)}]", "Name the tags of one that is there.");
    }

    /// <summary>The path of a file that the graph reads.</summary>
    /// <param name="fileName">Its name in the folder of assets.</param>
    /// <returns>The full path.</returns>
    /// <exception cref="FileFormatException">The name leads out of the folder, or there is no such file.</exception>
    public string AssetPath(string fileName)
    {
        ArgumentNullException.ThrowIfNull(fileName);
        string folder = Path.GetFullPath(AssetsPath) + Path.DirectorySeparatorChar;
        if (fileName.Length is 0 or > MaxNameLength || fileName.Contains('\0', StringComparison.Ordinal))
            throw new FileFormatException(GraphPath, "asset_file_def", $"a file name of {fileName.Length} characters",
                "the name of a file in the folder assets", SaveAgain);
        string full = Path.GetFullPath(fileName, folder);
        if (!full.StartsWith(folder, StringComparison.Ordinal))
            throw new FileFormatException(GraphPath, "asset_file_def", $"the file {fileName}, which lies outside the SavedModel",
                "a file in the folder assets", "Do not use this file.");
        return File.Exists(full)
            ? full
            : throw new FileFormatException(full, "/", "no such file", "a file that the graph reads", SaveAgain);
    }
}
