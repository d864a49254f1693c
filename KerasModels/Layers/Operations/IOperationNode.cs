using System.Text.Json.Nodes;
using TfLbfgs.Keras.Serialization;

namespace TfLbfgs.Keras.Layers;

/// <summary>How a layer that is an operation stands in a file: its entry, and each of its calls.</summary>
internal interface IOperationNode
{
    /// <summary>The entry without its calls.</summary>
    JsonObject ToEntry(ConfigWriter writer);

    /// <summary>One call.</summary>
    /// <param name="node">The call.</param>
    /// <param name="generation">The generation of Keras whose form is written.</param>
    /// <param name="reference">What stands for an input of the call: in Keras 2 [layer, call, output], in Keras 3 an object.</param>
    JsonNode ToCall(Node node, KerasGeneration generation, Func<KerasTensor, JsonNode> reference);
}
