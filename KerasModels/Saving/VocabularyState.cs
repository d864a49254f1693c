using System.Runtime.InteropServices;
using TfLbfgs.Formats;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Saving;

/// <summary>
/// What archives of Keras hold of text layers besides variables: learned vocabularies as files, and the weights of tokens as an array of
/// their own name. Python: <c>save_assets</c> and
/// <c>save_own_variables</c> of <c>IndexLookup</c>.
/// </summary>
internal static class VocabularyState
{
    private const string WeightsName = "idf_weights";

    /// <summary>The weights of tokens as archives hold them.</summary>
    public static WeightArray ToArray(double[] weights)
    {
        float[] values = Array.ConvertAll(weights, weight => (float)weight);
        return new WeightArray(WeightsName,
            StoredArray.FromBytes(DType.Float32, [values.Length], MemoryMarshal.AsBytes<float>(values).ToArray()));
    }

    /// <summary>
    /// Gives the layers of a new model the vocabularies of the file, and takes their weights out of the tree where no variable has them.
    /// </summary>
    public static void Restore(Model model, ModelContents contents)
    {
        if (contents.Naming == WeightNaming.Objects)
            Restore(model, contents.Weights, "", contents.Vocabularies, model.Generation);
    }

    private static void Restore(Layer layer, WeightNode? node, string path, IReadOnlyDictionary<string, string> vocabularies,
        KerasGeneration generation)
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        if (layer is IVocabularyLayer owner)
        {
            WeightArray? weights = node?.Arrays.Find(array => array.Name == WeightsName);
            owner.RestoreVocabulary(vocabularies.GetValueOrDefault(path) is { } text
                ? Lines(text) : null, weights is null ? null : Numbers(weights));
            if (weights is not null && !owner.HasWeightVariable)
                node!.Arrays.Remove(weights);
        }

        foreach ((string place, Layer child) in ObjectPaths.Of(layer, generation))
        {
            WeightNode? part = node;
            foreach (string name in place.Split('/'))
                part = part?.Children.Find(inner => inner.Name == name);
            Restore(child, part, path.Length == 0 ? place : $"{path}/{place}", vocabularies, generation);
        }
    }

    // Keras drops empty lines at the end, too.
    private static string[] Lines(string text) => text.TrimEnd('\n').Split('\n');

    private static double[] Numbers(WeightArray weights)
    {
        byte[] bytes = new byte[weights.Data.ByteCount];
        weights.Data.Read(bytes);
        using Tensor tensor = Tensor.FromBytes(bytes, weights.DType, Shape.Create([.. weights.Shape]));
        return tensor.ToDoubles();
    }
}
