namespace TfLbfgs.Keras.Saving.LegacyHdf5;

/// <summary>Legacy Keras HDF5, <c>.h5</c>: whole models and weights only.</summary>
internal sealed class LegacyHdf5Format : IModelFormat
{
    public string Name => "legacy Keras HDF5";

    public bool Matches(string path) =>
        (path.EndsWith(".h5", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".hdf5", StringComparison.OrdinalIgnoreCase))
        && !path.EndsWith(".weights.h5", StringComparison.OrdinalIgnoreCase);

    public SavedModel ReadModel(string path) => ToSaved(LegacyHdf5Reader.ReadModel(path, withOptimizer: false));

    public SavedModel ReadWeights(string path) => ToSaved(LegacyHdf5Reader.Read(path, withOptimizer: false));

    public void Write(string path, SavedModel model) => LegacyHdf5Writer.Write(path, new LegacyHdf5Model
    {
        Kind = model.ConfigJson is null ? LegacyHdf5Kind.WeightsOnly : LegacyHdf5Kind.WholeModel,
        ModelConfigJson = model.ConfigJson,
        KerasVersion = model.KerasVersion,
        Backend = "tensorflow",
        Layers = [.. model.Layers.Select(layer => new LegacyHdf5Layer(layer.Name, layer.Weights))],
    });

    private static SavedModel ToSaved(LegacyHdf5Model model)
    {
        List<SavedLayer> layers = [.. model.Layers.Select(layer => new SavedLayer(layer.Name, layer.Weights))];
        if (model.TopLevelWeights.Count > 0)
            layers.Add(new SavedLayer(LegacyHdf5Names.TopLevelWeights, model.TopLevelWeights));
        return new SavedModel
        {
            ConfigJson = model.ModelConfigJson,
            KerasVersion = model.KerasVersion,
            Layers = layers,
            HasTrainingState = model.TrainingConfigJson is not null,
        };
    }
}
