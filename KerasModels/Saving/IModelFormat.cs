namespace TfLbfgs.Keras.Saving;

/// <summary>
/// A file format that models are written in, chosen by the name of the file. Files are read by <see cref="ModelFiles"/>, which chooses by
/// content.
/// </summary>
internal interface IModelFormat
{
    /// <summary>The name in reports.</summary>
    string Name { get; }

    /// <summary>Whether it holds architectures, and not weights alone.</summary>
    bool HoldsModels { get; }

    /// <summary>Whether it holds weights without an architecture.</summary>
    bool HoldsWeightsAlone { get; }

    /// <summary>How the tree names weights.</summary>
    WeightNaming Naming { get; }

    /// <summary>Whether a path is meant for this format, by its name; the file need not exist.</summary>
    bool Matches(string path);

    /// <summary>The weights of a model in the form of this format.</summary>
    WeightNode TreeOf(Model model);

    /// <summary>
    /// Writes architecture and weights, or only these when there is no configuration; a failure leaves the old file as it was.
    /// </summary>
    void Write(string path, ModelContents contents, SaveOptions options);
}
