using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>An operation that files name: a class of Keras 3, or a function of TensorFlow that Keras 2 calls.</summary>
/// <param name="Name">The name in files.</param>
/// <param name="Parameters">The names of its arguments that may stand without a name, in order.</param>
/// <param name="Compute">Computes its outputs.</param>
internal sealed record OperationDefinition(string Name, string[] Parameters, Func<OperationArguments, Tensor[]> Compute);
