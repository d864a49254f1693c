using Google.Protobuf;
using TfLbfgs.Formats.Protos;
using TfLbfgs.Formats.SavedModels;
using TfLbfgs.Formats.TensorBundle;
using TfLbfgs.IO;
using TfLbfgs.Tensors;

namespace TfLbfgs.SavedModels;

/// <summary>The files of a SavedModel that is written.</summary>
internal static class SavedModelFiles
{
    /// <summary>Writes a folder next to its place, and then puts it there.</summary>
    /// <param name="folder">The place.</param>
    /// <param name="write">Writes into the folder of the path that it receives.</param>
    public static void Replace(string folder, Action<string> write)
    {
        string target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        if (File.Exists(target)
            || (Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any()
            && !File.Exists(new SavedModelFolder(target).GraphPath)))
            throw new TfLbfgsException($"{folder}: expected a new folder or that of a SavedModel, received a file or a folder of "
                + "something else. Name another place.");
        string temporary = $"{target}.{Path.GetRandomFileName()}.tmp", former = $"{target}.{Path.GetRandomFileName()}.old";
        try
        {
            Directory.CreateDirectory(temporary);
            write(temporary);
            FlushFolders(temporary);
            bool exists = Directory.Exists(target);
            if (exists)
                Directory.Move(target, former);
            try
            {
                Directory.Move(temporary, target);
            }
            catch when (exists)
            {
                Directory.Move(former, target);
                throw;
            }

            Durability.FlushFolder(AtomicFile.FolderOf(target));
            if (exists)
                Directory.Delete(former, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TfLbfgsException($"{folder}: expected a place that can be written, received: {e.Message.TrimEnd('.')}. Free space, "
                + "change its permissions or name another place.", e);
        }
        finally
        {
            if (Directory.Exists(temporary))
                Directory.Delete(temporary, recursive: true);
        }
    }

    /// <summary>Writes the graph.</summary>
    public static void WriteGraph(string folder, SavedModel model) =>
        AtomicFile.Write(new SavedModelFolder(folder).GraphPath, model.WriteTo);

    /// <summary>Writes the checkpoint.</summary>
    /// <param name="folder">The folder of the SavedModel.</param>
    /// <param name="values">Keys and values.</param>
    /// <param name="objects">The graph of the objects, serialized; null: none.</param>
    public static void WriteVariables(string folder, IReadOnlyList<(string Key, Func<Tensor> Value)> values, byte[]? objects)
    {
        string prefix = new SavedModelFolder(folder).VariablesPrefix;
        Directory.CreateDirectory(Path.GetDirectoryName(prefix)!);
        using (DispatchFrame.OpenEager())
        using (new TensorScope())
        {
            List<string> keys = [.. values.Select(value => value.Key)];
            List<Tensor> tensors = [.. values.Select(value => value.Value())];
            if (objects is not null)
            {
                keys.Add(ObjectGraph.TensorName);
                tensors.Add(Tensor.FromTexts([objects], Shape.Scalar));
            }

            RawOps.SaveV2(Tensor.FromStrings([prefix], Shape.Scalar), Tensor.FromStrings(keys),
                Tensor.FromStrings([.. keys.Select(_ => "")]), tensors);
        }

        foreach (string file in Directory.GetFiles(Path.GetDirectoryName(prefix)!))
        {
            using FileStream stream = new(file, FileMode.Open, FileAccess.ReadWrite);
            Durability.Flush(stream.SafeFileHandle);
        }
    }

    // What is in a folder outlasts a power failure once the folder itself is flushed.
    private static void FlushFolders(string folder)
    {
        foreach (string part in Directory.EnumerateDirectories(folder))
            FlushFolders(part);
        Durability.FlushFolder(folder);
    }
}
