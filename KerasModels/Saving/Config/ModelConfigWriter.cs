using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using TfLbfgs.Keras.Graph;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Saving.Config;

/// <summary>Writes the architecture of a model as JSON in the Keras 2 form, which Keras 2 and Keras 3 both open. Python: <c>model.to_json()</c>.</summary>
internal static class ModelConfigWriter
{
    // What the writers of these generations say of themselves; Keras compares only the first number.
    private const string Keras2Version = "2.21.0";
    private const string Keras3Version = "3.15.1";

    private static readonly JsonSerializerOptions Format = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = ModelConfigReader.MaxDepth };

    /// <summary>The version that a file states. It tells our own reader, too, which generation's formulas are meant.</summary>
    public static string VersionOf(Model model) => model.Generation == KerasGeneration.Keras2 ? Keras2Version : Keras3Version;

    public static string Write(Model model, List<string> warnings)
    {
        JsonObject root = ModelEntry(model, warnings);
        root["keras_version"] = VersionOf(model);
        root["backend"] = "tensorflow";
        return root.ToJsonString(Format);
    }

    public static JsonArray? ToJson(Shape? shape)
    {
        if (shape is null)
            return null;
        JsonArray dims = [];
        foreach (long dim in shape)
            dims.Add(dim < 0 ? null : JsonValue.Create(dim));
        return dims;
    }

    private static JsonObject ModelEntry(Model model, List<string> warnings, bool withInput = true) => model is Sequential sequential
        ? new JsonObject { ["class_name"] = "Sequential", ["config"] = SequentialConfig(sequential, warnings, withInput) }
        : new JsonObject { ["class_name"] = "Functional", ["config"] = FunctionalConfig(model, warnings) };

    private static JsonObject LayerEntry(Layer layer, List<string> warnings, bool withInput = true)
    {
        if (layer is Model model)
        {
            JsonObject entry = ModelEntry(model, warnings, withInput);
            entry["module"] = "keras";
            entry["registered_name"] = null;
            return entry;
        }

        LayerConfigWriter writer = new(layer, warnings);
        layer.WriteConfig(writer);
        JsonObject result = new() { ["module"] = "keras.layers", ["class_name"] = layer.ClassName, ["config"] = writer.Config, ["registered_name"] = null };
        if (layer is not InputLayer && layer.InputShape is { } shape)
            result["build_config"] = new JsonObject { ["input_shape"] = ToJson(shape) };
        return result;
    }

    private static JsonObject SequentialConfig(Sequential model, List<string> warnings, bool withInput)
    {
        JsonArray layers = [];
        if (withInput && model.Entry is { } input)
            layers.Add(LayerEntry(input, warnings));
        foreach (Layer layer in model.Layers)
            layers.Add(LayerEntry(layer, warnings));
        return new JsonObject { ["name"] = model.Name, ["layers"] = layers };
    }

    private static JsonObject FunctionalConfig(Model model, List<string> warnings)
    {
        FunctionalGraph graph = model.Graph!;
        JsonArray layers = [];
        foreach (Layer layer in graph.Layers)
        {
            // Keras 2 counts the calls of a model that states its input from 1, Keras 3 from 0. Without an input both count from 0; a functional model cannot be without.
            JsonObject entry = LayerEntry(layer, warnings, withInput: false);
            if (layer is Model and not Sequential)
                warnings.Add($"{layer}: a functional model within a functional model is written as Keras {(int)model.Generation} does; the other generation cannot open this file.");
            entry["name"] = layer.Name;
            JsonArray nodes = [];
            foreach (Node node in graph.NodesOf(layer))
            {
                if (node.Inputs.Count > 0)
                    nodes.Add(Inbound(model, node));
            }

            entry["inbound_nodes"] = nodes;
            layers.Add(entry);
        }

        return new JsonObject
        {
            ["name"] = model.Name,
            ["trainable"] = model.Trainable,
            ["layers"] = layers,
            ["input_layers"] = new JsonArray([.. graph.Inputs.Select(input => Reference(model, input))]),
            ["output_layers"] = new JsonArray([.. graph.Outputs.Select(output => Reference(model, output))]),
        };
    }

    private static JsonArray Inbound(Model model, Node node)
    {
        JsonArray inputs = [];
        foreach (KerasTensor input in node.Inputs)
        {
            JsonArray reference = Reference(model, input);
            reference.Add(node.Training is { } training ? new JsonObject { ["training"] = training } : new JsonObject());
            inputs.Add(reference);
        }

        return inputs;
    }

    private static JsonArray Reference(Model model, KerasTensor tensor)
    {
        Layer layer = tensor.Node.Layer;
        int index = model.Graph!.NodesOf(layer).ToList().IndexOf(tensor.Node);
        bool fromOne = layer is Model and not Sequential && model.Generation == KerasGeneration.Keras2;
        return [layer.Name, fromOne ? index + 1 : index, tensor.Index];
    }
}
