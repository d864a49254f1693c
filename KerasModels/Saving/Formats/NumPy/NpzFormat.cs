using TfLbfgs.Formats.Npy;

namespace TfLbfgs.Keras.Saving.Formats.NumPy;

/// <summary>
/// Weights alone, as arrays of NumPy in the order of all weights: <c>.npz</c>. Python: <c>numpy.savez(path, *model.get_weights())</c>.
/// </summary>
internal sealed class NpzFormat : IModelFormat
{
    public const string FormatName = "NumPy archive (.npz)";

    public string Name => FormatName;

    public bool HoldsModels => false;

    public bool HoldsWeightsAlone => true;

    public WeightNaming Naming => WeightNaming.Positions;

    public bool Matches(string path) => path.EndsWith(".npz", StringComparison.OrdinalIgnoreCase);

    public WeightNode TreeOf(Model model) => WeightTree.OfPositions(model);

    public void Write(string path, ModelContents contents, SaveOptions options) =>
        NpzFile.Write(path, [.. contents.Weights.Arrays.Select(array => (array.Name, array.Data))]);

    /// <summary>Reads an open archive, which the contents then own.</summary>
    public static ModelContents Read(NpzFile archive)
    {
        WeightNode root = new("");
        root.Arrays.AddRange(archive.Arrays.Select(array => new WeightArray(array.Name, array.Array)));
        return new ModelContents { FormatName = FormatName, Weights = root, Naming = WeightNaming.Positions, Source = archive };
    }
}
