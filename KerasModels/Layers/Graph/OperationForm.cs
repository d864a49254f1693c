using System.Text.Json.Nodes;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>How an op stands in Keras files.</summary>
/// <param name="Op">The op's name in TensorFlow.</param>
/// <param name="Keras3Class">The class of its layer in Keras 3.</param>
/// <param name="Functions">The names of its function in Keras 2, the one that is written first.</param>
/// <param name="Parameters">The parameters of the function that are tensors, in order; empty where it takes a list.</param>
/// <param name="Compute">Computes it from the tensors.</param>
/// <param name="Constants">The other arguments of the function, of an op that was recorded.</param>
internal sealed record OperationForm(
    string Op, string Keras3Class, IReadOnlyList<string> Functions, IReadOnlyList<string> Parameters, Func<OperationCall, IReadOnlyList<Tensor>, Tensor> Compute, Func<OperationLayer, JsonObject> Constants);
