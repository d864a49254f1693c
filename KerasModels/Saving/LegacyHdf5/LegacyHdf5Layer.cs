using TfLbfgs.Keras.Saving.Hdf5;

namespace TfLbfgs.Keras.Saving.LegacyHdf5;

/// <summary>A layer of the file with its weights. A model that is used as a layer is one layer with all its weights.</summary>
/// <param name="Name">The layer's name.</param>
/// <param name="Weights">Its weights in the order of <c>weight_names</c>, which is the order in which they are assigned; empty for a layer without weights.</param>
internal sealed record LegacyHdf5Layer(string Name, IReadOnlyList<NamedArray> Weights);
