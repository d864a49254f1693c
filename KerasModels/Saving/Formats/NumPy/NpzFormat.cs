using TfLbfgs.Formats.Npy;

namespace TfLbfgs.Keras.Saving.Formats.NumPy;

/// <summary>
/// Weights alone, as arrays of NumPy in the order of all weights: <c>.npz</c>. Python: <c>numpy.savez(path, *model.get_weights())</c>.
/// </summary>
internal sealed class NpzFormat : IWritableModelFormat
{
    public const string FormatName = "NumPy archive (.npz)";

    public string Name => FormatName;

    public bool HoldsModels => false;

    public bool HoldsWeightsAlone => true;

    public WeightNaming Naming => WeightNaming.Positions;

    public bool Matches(string path) => path.EndsWith(".npz", StringComparison.OrdinalIgnoreCase);

    public void Write(string path, ModelContents contents, SaveOptions options) =>
        NpzFile.Write(path, [.. contents.Weights.Arrays.Select(array => (array.Name, array.Data))], options.FlushToDisk);

    public ModelContents? TryRead(ModelSource source)
    {
        if (source.Zip is not { Members.Count: > 0 } zip
            || !zip.Members.All(member => member.Name.EndsWith(".npy", StringComparison.Ordinal)))
            return null;
        NpzFile archive = source.Own(NpzFile.Open(zip, source.Path));
        WeightNode root = new("");
        root.Arrays.AddRange(archive.Arrays.Select(array => new WeightArray(array.Name, array.Array)));
        return new ModelContents { FormatName = FormatName, Weights = root, Naming = WeightNaming.Positions };
    }
}
