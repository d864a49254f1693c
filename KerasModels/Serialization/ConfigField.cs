using System.Text.Json.Nodes;

namespace TfLbfgs.Keras.Serialization;

/// <summary>A field of a component's configuration, for documents.</summary>
/// <param name="Name">The name in Keras files.</param>
/// <param name="Form">What it holds, such as <c>an integer of at least 1</c>.</param>
/// <param name="Default">The value where it is left out.</param>
/// <param name="IsRequired">Whether it must be there.</param>
/// <param name="Only">The generation of Keras that alone has it; null: both.</param>
public sealed record ConfigField(string Name, string Form, JsonNode? Default, bool IsRequired, KerasGeneration? Only);
