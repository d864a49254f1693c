namespace TfLbfgs.Keras.Saving.Formats.LegacyHdf5;

/// <summary>Legacy Keras HDF5, <c>.h5</c>: whole models and weights only.</summary>
internal sealed class LegacyHdf5Format : IWritableModelFormat
{
    public const string FormatName = "legacy Keras HDF5";

    public string Name => FormatName;

    public bool HoldsModels => true;

    public bool HoldsWeightsAlone => true;

    public WeightNaming Naming => WeightNaming.Layers;

    public bool Matches(string path) =>
        (path.EndsWith(".h5", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".hdf5", StringComparison.OrdinalIgnoreCase))
        && !path.EndsWith(".weights.h5", StringComparison.OrdinalIgnoreCase);

    public ModelContents? TryRead(ModelSource source) =>
        source.Hdf5 is { } file && LegacyHdf5Reader.IsLegacy(file.Root) ? LegacyHdf5Reader.Read(file) : null;

    public void Write(string path, ModelContents contents, SaveOptions options) =>
        LegacyHdf5Writer.Write(path, contents, options.FlushToDisk);
}
