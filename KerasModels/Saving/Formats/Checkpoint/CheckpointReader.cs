using System.Text.RegularExpressions;
using TfLbfgs.Formats;
using TfLbfgs.Formats.TensorBundle;

namespace TfLbfgs.Keras.Saving.Formats.Checkpoint;

/// <summary>
/// Reads checkpoints of TensorFlow, <c>prefix.index</c> and <c>prefix.data-00000-of-00001</c>: what <c>model.save_weights</c> of Keras 2 and <c>tf.train.Checkpoint</c> write. The name of a weight is
/// its path among the objects: <c>layer_with_weights-0/kernel/.ATTRIBUTES/VARIABLE_VALUE</c>.
/// </summary>
internal static partial class CheckpointReader
{
    public const string FormatName = "TensorFlow checkpoint";

    private const string Value = "/.ATTRIBUTES/VARIABLE_VALUE";
    private const string Slot = "/.OPTIMIZER_SLOT/";
    private const int MaxParts = 100;

    /// <summary>The prefix of a checkpoint: given itself, by its index, or by its folder. Null where there is none.</summary>
    public static string? PrefixOf(string path)
    {
        const string Index = ".index";
        if (File.Exists(path + Index))
            return path;
        if (!Directory.Exists(path))
            return path.EndsWith(Index, StringComparison.Ordinal) && File.Exists(path) ? path[..^Index.Length] : null;
        string state = Path.Combine(path, "checkpoint");
        if (File.Exists(state) && new FileInfo(state).Length < 1 << 20 && LatestName().Match(File.ReadAllText(state)) is { Success: true } latest)
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
    public static ModelContents Read(string prefix)
    {
        var bundle = TensorBundleReader.Open(prefix);
        try
        {
            WeightNode root = new(""), state = new("training");
            foreach (string name in bundle.Names)
            {
                if (!name.EndsWith(Value, StringComparison.Ordinal) || bundle.Array(name) is not { } array)
                    continue;
                string[] parts = name[..^Value.Length].Split('/');
                if (parts.Length > MaxParts)
                    throw new FileFormatException(prefix, name, $"a path of {parts.Length} parts", $"at most {MaxParts}", "Save the checkpoint again.");
                bool isState = name.Contains(Slot, StringComparison.Ordinal) || parts.Any(part => part is "optimizer" or "_optimizer" or "save_counter" or "keras_api");
                WeightNode node = isState ? state : root;
                foreach (string part in parts.AsSpan(0, parts.Length - 1))
                    node = node.Child(part);
                node.Arrays.Add(new WeightArray(parts[^1], array));
            }

            return new ModelContents
            {
                FormatName = FormatName,
                Weights = root,
                OptimizerState = state.AllArrays().Any() ? state : null,
                Naming = WeightNaming.Names,
                Source = bundle,
            };
        }
        catch
        {
            bundle.Dispose();
            throw;
        }
    }

    [GeneratedRegex("""^model_checkpoint_path:\s*"([^"]*)"\s*$""", RegexOptions.Multiline)]
    private static partial Regex LatestName();
}
