using System.Text.Json.Nodes;
using TfLbfgs.Formats.TensorBundle;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Keras.Saving.Config;
using TfLbfgs.Runtime;
using TfLbfgs.SavedModels;

namespace TfLbfgs.Keras.Saving.Formats.SavedModel;

/// <summary>
/// What an exported model has besides its functions, so that <c>load_model</c> of Keras 2 makes a model of it: its architecture, in
/// <c>keras_metadata.pb</c>, and the places of its variables among the attributes of its layers.
/// </summary>
internal static class KerasMetadata
{
    public const string FileName = "keras_metadata.pb";
    private const int Producer = 2;

    /// <summary>Adds them for a model of Keras 2: layers of Keras 3 have other arguments, and attributes of other names.</summary>
    public static void AddTo(SavedModelWriter writer, Model model)
    {
        if (model.Generation != KerasGeneration.Keras2 || (model is not Sequential && model.Graph is null))
            return;
        JsonObject config;
        try
        {
            string written = ModelConfigWriter.Write(model, []);
            config = (JsonObject)JsonNode.Parse(written, documentOptions: new() { MaxDepth = ModelConfigReader.MaxDepth })!["config"]!;
        }
        catch (TfLbfgsException)
        {
            // Code of the user's own has no form in files; the functions have it.
            return;
        }

        JsonObject metadata = new()
        {
            ["class_name"] = "Model",
            ["name"] = model.Name,
            ["trainable"] = model.Trainable,
            ["must_restore_from_config"] = true,
            ["config"] = model is Sequential sequential ? AsFunctional(sequential, config) : config.DeepClone(),
        };
        List<(string Path, Model Model)> inner = [];
        foreach ((string path, Variables.Variable variable) in PathsOf(model, "", [], inner))
            writer.AddPath(path, variable);
        ProtoWriter file = new();
        file.Bytes(1, Node(0, "root", "_tf_keras_model", metadata));
        foreach ((string path, Model part) in inner)
        {
            // Made with the whole, and noted to be a model.
            JsonObject named = new() { ["class_name"] = part.ClassName, ["name"] = part.Name };
            file.Bytes(1, Node(
                writer.NodeOf(path), $"root.{path.Replace('/', '.')}", part is Sequential ? "_tf_keras_sequential" : "_tf_keras_network",
                    named));
        }

        writer.AddFile(FileName, file.ToArray());
    }

    private static byte[] Node(int number, string path, string identifier, JsonObject metadata)
    {
        ProtoWriter version = new(), node = new();
        version.Number(1, Producer);
        version.Number(2, 1);
        if (number > 0)
            node.Number(2, (ulong)number);
        node.Text(3, path);
        node.Text(4, identifier);
        node.Text(5, metadata.ToJsonString(ModelConfigWriter.Format));
        node.Bytes(6, version.ToArray());
        return node.ToArray();
    }

    // Keras 2 makes a sequential model of its layers one by one, before the weights are read; a functional one at once.
    private static JsonObject AsFunctional(Sequential model, JsonObject config)
    {
        JsonArray layers = [];
        string? before = null;
        int call = 0;
        foreach (JsonObject entry in ((JsonArray)config["layers"]!).OfType<JsonObject>())
        {
            JsonObject layer = (JsonObject)entry.DeepClone();
            string name = layer["config"]!["name"]!.GetValue<string>();
            if (before is null && layer["class_name"]!.GetValue<string>() != "InputLayer")
            {
                before = $"{name}_input";
                layers.Add(InputOf(model, before));
            }

            layer["name"] = name;
            layer["inbound_nodes"] = before is null ? [] : new JsonArray(new JsonArray(new JsonArray(before, call, 0, new JsonObject())));
            layers.Add(layer);
            before = name;
            // The outputs of a model that has an input of its own are its call number 0.
            call = layer["class_name"]!.GetValue<string>() is "Functional" or "Model"
                || (layer["config"]!["layers"] is JsonArray inner && inner.Count > 0
                    && inner[0]!["class_name"]?.GetValue<string>() == "InputLayer") ? 1 : 0;
        }

        return new JsonObject
        {
            ["name"] = model.Name,
            ["trainable"] = model.Trainable,
            ["input_layers"] = new JsonArray(new JsonArray(layers[0]!["name"]!.GetValue<string>(), 0, 0)),
            ["output_layers"] = new JsonArray(new JsonArray(before, call, 0)),
            ["layers"] = layers,
        };
    }

    private static JsonObject InputOf(Sequential model, string name) => new()
    {
        ["class_name"] = "InputLayer",
        ["name"] = name,
        ["config"] = new JsonObject
        {
            ["name"] = name,
            ["batch_input_shape"] = new JsonArray(
                [.. model.InputShapes[0].Select((axis, i) => i == 0 || axis < 0 ? null : (JsonNode)axis)]),
            ["dtype"] = model.InputDType.PythonName,
        },
        ["inbound_nodes"] = new JsonArray(),
    };

    private static IEnumerable<(string Path, Variables.Variable Variable)> PathsOf(
        Layer layer, string path, HashSet<Layer> visited, List<(string Path, Model Model)> inner)
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        visited.Add(layer);
        foreach (Variables.Variable variable in layer.OwnVariables)
            yield return (path + variable.Name[(variable.Name.LastIndexOf('/') + 1)..], variable);
        int number = 0;
        foreach ((string place, Layer child) in layer.ChildrenOnce().Where(child => child.Layer.Variables.Count > 0))
        {
            string name = layer is Model
                ? FormattableString.Invariant($"layer_with_weights-{number++}")
                : ObjectPaths.AttributeOf(layer, place, KerasGeneration.Keras2);
            if (visited.Contains(child))
                continue;
            if (child is Model model)
                inner.Add((path + name, model));
            foreach ((string, Variables.Variable) found in PathsOf(child, $"{path}{name}/", visited, inner))
                yield return found;
        }
    }
}
