namespace TfLbfgs.Keras.Layers;

/// <summary>A layer whose vocabulary archives of Keras hold outside of its configuration, where it was learned.</summary>
internal interface IVocabularyLayer
{
    /// <summary>The weights of the tokens (tf-idf) that archives hold; null: none.</summary>
    double[]? StoredWeights { get; }

    /// <summary>Whether a variable of the layer has those weights.</summary>
    bool HasWeightVariable { get; }

    /// <summary>Takes a learned vocabulary; one that the configuration gave stays.</summary>
    /// <param name="tokens">The tokens with the special ones; null: the file has none.</param>
    /// <param name="weights">Their weights (tf-idf); null: the file has none.</param>
    void RestoreVocabulary(IReadOnlyList<string>? tokens, double[]? weights);
}
