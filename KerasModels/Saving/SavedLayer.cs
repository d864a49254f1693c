using TfLbfgs.Keras.Saving.Hdf5;

namespace TfLbfgs.Keras.Saving;

/// <summary>The weights of a layer in a file; a model that is used as a layer is one.</summary>
/// <param name="Name">The layer's name.</param>
/// <param name="Weights">The weights: those that are trained first.</param>
internal sealed record SavedLayer(string Name, IReadOnlyList<NamedArray> Weights);
