using TfLbfgs.Formats.Hdf5;
using TfLbfgs.IO;

namespace TfLbfgs.Keras.Saving.Formats.ObjectTree;

/// <summary>Weights alone, in the layout of Keras 3: <c>.weights.h5</c>.</summary>
internal sealed class WeightsHdf5Format : IWritableModelFormat
{
    public const string FormatName = "Keras weights (.weights.h5)";

    public string Name => FormatName;

    public bool HoldsModels => false;

    public bool HoldsWeightsAlone => true;

    public WeightNaming Naming => WeightNaming.Objects;

    public bool Matches(string path) => path.EndsWith(".weights.h5", StringComparison.OrdinalIgnoreCase);

    public void Write(string path, ModelContents contents, SaveOptions options)
    {
        Hdf5GroupBuilder file = ObjectTreeWriter.Build(path, contents.Weights);
        AtomicFile.Write(path, file.WriteTo, options.FlushToDisk);
    }

    public ModelContents? TryRead(ModelSource source)
    {
        if (source.Hdf5 is not { } file || !ObjectTreeReader.IsObjectTree(file.Root))
            return null;
        WeightNode root = ObjectTreeReader.Read(file, file.Root, "");
        return new ModelContents
        {
            FormatName = FormatName,
            TrainingNodes = ObjectTreeReader.TakeTrainingState(root),
            Weights = root,
            Naming = WeightNaming.Objects
        };
    }
}
