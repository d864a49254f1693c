using TfLbfgs.Formats.Hdf5;
using TfLbfgs.IO;

namespace TfLbfgs.Keras.Saving.Formats.ObjectTree;

/// <summary>Weights alone, in the layout of Keras 3: <c>.weights.h5</c>.</summary>
internal sealed class WeightsHdf5Format : IModelFormat
{
    public string Name => "Keras weights (.weights.h5)";

    public bool HoldsModels => false;

    public bool HoldsWeightsAlone => true;

    public WeightNaming Naming => WeightNaming.Objects;

    public bool Matches(string path) => path.EndsWith(".weights.h5", StringComparison.OrdinalIgnoreCase);

    public WeightNode TreeOf(Model model) => WeightTree.OfObjects(model);

    public void Write(string path, ModelContents contents, SaveOptions options)
    {
        Hdf5GroupBuilder file = ObjectTreeWriter.Build(path, contents.Weights);
        AtomicFile.Write(path, file.WriteTo);
    }

    /// <summary>Reads an open file, which the contents then own.</summary>
    public static ModelContents Read(Hdf5File file)
    {
        WeightNode root = ObjectTreeReader.Read(file, file.Root, "");
        return new ModelContents { FormatName = "Keras weights (.weights.h5)", TrainingNodes = ObjectTreeReader.TakeTrainingState(root), Weights = root, Naming = WeightNaming.Objects, Source = file };
    }
}
