namespace TfLbfgs.Keras.Saving;

/// <summary>A file format of models: reads a file into the neutral tree and writes that; models are built and weights matched elsewhere.</summary>
internal interface IModelFormat
{
    /// <summary>The name in reports.</summary>
    string Name { get; }

    /// <summary>Whether a path is meant for this format, by its name; the file need not exist.</summary>
    bool Matches(string path);

    /// <summary>Reads architecture and weights.</summary>
    ModelContents ReadModel(string path);

    /// <summary>Reads weights; the architecture, if there is one, is not looked at.</summary>
    ModelContents ReadWeights(string path);

    /// <summary>Writes architecture and weights, or only these when there is no configuration; a failure leaves the old file as it was.</summary>
    void Write(string path, ModelContents contents);
}
