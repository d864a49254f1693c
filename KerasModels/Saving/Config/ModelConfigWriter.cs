using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Keras.Serialization;

namespace TfLbfgs.Keras.Saving.Config;

/// <summary>
/// Writes the architecture of a model as JSON in the Keras 2 form, which Keras 2 and Keras 3 both open. Python: <c>model.to_json()</c>.
/// </summary>
internal static class ModelConfigWriter
{
    // What the writers of these generations say of themselves; Keras compares only the first number.
    private const string Keras2Version = "2.21.0";
    private const string Keras3Version = "3.15.1";

    /// <summary>How configurations are written.</summary>
    public static readonly JsonSerializerOptions Format =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = ModelConfigReader.MaxDepth };

    /// <summary>The version that a file states. It tells our own reader, too, which generation's formulas are meant.</summary>
    public static string VersionOf(Model model) => model.Generation == KerasGeneration.Keras2 ? Keras2Version : Keras3Version;

    /// <summary>Writes the architecture.</summary>
    /// <param name="model">The model.</param>
    /// <param name="warnings">Receives what the user should know.</param>
    /// <param name="isArchive">Whether it is for a <c>.keras</c> archive, where the model itself is found by module and class.</param>
    public static string Write(Model model, List<string> warnings, bool isArchive = false)
    {
        if (model.Tree().Any(layer => layer is IOperationNode))
            warnings.Add($"{model}: operations on tensors are written as Keras {(int)model.Generation} does; the other generation cannot "
                + "open this file.");
        ConfigWriter writer = new(model.Generation, model.ToString(), warnings);
        JsonObject root = (JsonObject)model.ToNode(writer);
        if (!isArchive)
        {
            root.Remove("module");
            root.Remove("registered_name");
            root["keras_version"] = VersionOf(model);
            root["backend"] = "tensorflow";
        }
        else if (model.GetType() == typeof(Model))
        {
            // Neither generation exports Functional; Model makes one of such a configuration.
            root["module"] = "keras";
            root["class_name"] = "Model";
            root["registered_name"] = null;
        }

        return root.ToJsonString(Format);
    }

    /// <summary>Writes the graph of a functional model.</summary>
    public static void WriteFunctional(Model model, ConfigWriter writer)
    {
        FunctionalGraph graph = model.Graph!;
        JsonArray layers = [];
        foreach (Layer layer in graph.Layers)
        {
            JsonObject entry = layer is Sequential sequential ? sequential.ToNodeWithoutInput(writer) : (JsonObject)layer.ToNode(writer);
            // Keras 2 counts the calls of a functional model from 1, Keras 3 from 0.
            if (layer is Model { Graph: not null })
                writer.Warnings.Add($"{layer}: a functional model within a functional model is written as Keras {(int)writer.Generation} "
                    + "does; the other generation cannot open this file.");
            entry["name"] = layer.Name;
            entry["inbound_nodes"] =
                new JsonArray([.. graph.NodesOf(layer).Where(node => node.Sources.Any()).Select(node => Inbound(graph, node, writer))]);
            layers.Add(entry);
        }

        writer.Config["name"] = model.Name;
        writer.Config["trainable"] = model.Trainable;
        writer.Config["layers"] = layers;
        writer.Config["input_layers"] = new JsonArray([.. graph.Inputs.Select(input => Reference(graph, input, writer, atEnd: true))]);
        writer.Config["output_layers"] = new JsonArray([.. graph.Outputs.Select(output => Reference(graph, output, writer, atEnd: true))]);
    }

    /// <summary>
    /// A call. One whose tensors stand in one list has the form of Keras 2, which Keras 3 reads, too; another one that of the generation.
    /// </summary>
    private static JsonNode Inbound(FunctionalGraph graph, Node node, ConfigWriter writer)
    {
        JsonArray Refer(KerasTensor tensor) => Reference(graph, tensor, writer, atEnd: false);
        if (node.Layer is IOperationNode operation)
            return operation.ToCall(node, writer.Generation, input => writer.Generation == KerasGeneration.Keras2
                ? Refer(input) : CallForm.ToKeras3(input, Refer(input)));
        bool isPlain = !node.Arguments.TensorNames.Any() && node.Arguments.Values.Count == 0
            && node.Layer.NamedInputs(node.Inputs, writer.Generation).Count == 0;
        if (!isPlain)
        {
            writer.Warnings.Add($"{node.Layer}: a call with tensors by name is written as Keras {(int)writer.Generation} does; the other "
                + "generation cannot open this file.");
            if (node.Arguments.Form is { } form && form.Generation == writer.Generation)
                return form.Fill(Refer);
            if (writer.Generation == KerasGeneration.Keras3)
                return Keras3Call(node, Refer);
        }

        int positional = node.Layer.NamedInputs(node.Inputs, writer.Generation).Count > 0 ? 1 : node.Inputs.Count;
        JsonArray inputs = [];
        foreach (KerasTensor input in node.Inputs.Take(positional))
        {
            JsonArray reference = Refer(input);
            reference.Add(Arguments(node, writer.Generation, Refer));
            inputs.Add(reference);
        }

        return inputs;
    }

    private static JsonObject Keras3Call(Node node, Func<KerasTensor, JsonArray> refer)
    {
        JsonNode ToTensor(KerasTensor tensor) => CallForm.ToKeras3(tensor, refer(tensor));
        bool isNamed = node.Layer.NamedInputs(node.Inputs, KerasGeneration.Keras3).Count > 0;
        JsonNode first = isNamed || node.Inputs.Count == 1 ? ToTensor(node.Inputs[0]) : new JsonArray([.. node.Inputs.Select(ToTensor)]);
        return new JsonObject { ["args"] = new JsonArray(first), ["kwargs"] = Arguments(node, KerasGeneration.Keras3, ToTensor) };
    }

    private static JsonObject Arguments(Node node, KerasGeneration generation, Func<KerasTensor, JsonNode> refer)
    {
        JsonObject arguments = [];
        if (node.Training is { } training)
            arguments["training"] = training;
        IEnumerable<(string Name, IReadOnlyList<KerasTensor> Tensors)> given = node.Arguments.TensorNames.Select(
            name => (name, (IReadOnlyList<KerasTensor>)[.. node.Arguments.Tensors(name).OfType<KerasTensor>()]));
        foreach ((string name, IReadOnlyList<KerasTensor> tensors) in node.Layer.NamedInputs(node.Inputs, generation).Concat(given))
            arguments[name] = tensors.Count == 1 ? refer(tensors[0]) : new JsonArray([.. tensors.Select(refer)]);
        foreach ((string name, bool value) in node.Arguments.Flags)
            arguments[name] = value;
        foreach ((string name, JsonElement value) in node.Arguments.Values)
            arguments[name] = JsonNode.Parse(value.GetRawText());
        return arguments;
    }

    private static JsonArray Reference(FunctionalGraph graph, KerasTensor tensor, ConfigWriter writer, bool atEnd)
    {
        Layer layer = tensor.Node.Layer;
        int index = graph.NodesOf(layer).ToList().IndexOf(tensor.Node);
        bool fromOne = layer is Model { Graph: not null } && (atEnd || writer.Generation == KerasGeneration.Keras2);
        return [layer.Name, fromOne ? index + 1 : index, tensor.Index];
    }
}
