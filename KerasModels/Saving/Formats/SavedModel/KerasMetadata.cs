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
    private const string FileName = "keras_metadata.pb";
    private const int Producer = 2;

    /// <summary>Adds them, where the model has a form in Keras 2 with the same meaning.</summary>
    public static void AddTo(SavedModelWriter writer, Model model)
    {
        // Models within it would have to be described one by one; the functions hold them as well.
        if ((model is not Sequential && model.Graph is null) || model.Tree().Skip(1).Any(layer => layer is Model))
            return;
        JsonObject config;
        try
        {
            List<string> warnings = [];
            config = (JsonObject)JsonNode.Parse(ModelConfigWriter.Write(model, warnings), documentOptions: new() { MaxDepth = ModelConfigReader.MaxDepth })!["config"]!;
            if (warnings.Count > 0 && model.Generation != KerasGeneration.Keras2)
                return;
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
        ProtoWriter version = new(), node = new(), file = new();
        version.Number(1, Producer);
        version.Number(2, 1);
        node.Text(3, "root");
        node.Text(4, "_tf_keras_model");
        node.Text(5, metadata.ToJsonString(ModelConfigWriter.Format));
        node.Bytes(6, version.ToArray());
        file.Bytes(1, node.ToArray());
        writer.AddFile(FileName, file.ToArray());
        foreach ((string path, Variables.Variable variable) in PathsOf(model, "", []))
            writer.AddPath(path, variable);
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
                || (layer["config"]!["layers"] is JsonArray inner && inner.Count > 0 && inner[0]!["class_name"]?.GetValue<string>() == "InputLayer") ? 1 : 0;
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
            ["batch_input_shape"] = new JsonArray([.. model.InputShapes[0].Select((axis, i) => i == 0 || axis < 0 ? null : (JsonNode)axis)]),
            ["dtype"] = model.InputDType.PythonName,
        },
        ["inbound_nodes"] = new JsonArray(),
    };

    private static IEnumerable<(string Path, Variables.Variable Variable)> PathsOf(Layer layer, string path, HashSet<Layer> visited)
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        visited.Add(layer);
        foreach (Variables.Variable variable in layer.OwnVariables)
            yield return (path + variable.Name[(variable.Name.LastIndexOf('/') + 1)..], variable);
        int number = 0;
        foreach ((string place, Layer child) in layer.ChildrenOnce().Where(child => child.Layer.Variables.Count > 0))
        {
            string name = layer is Model ? FormattableString.Invariant($"layer_with_weights-{number++}") : ObjectPaths.AttributeOf(layer, place, KerasGeneration.Keras2);
            if (visited.Contains(child))
                continue;
            foreach ((string, Variables.Variable) found in PathsOf(child, $"{path}{name}/", visited))
                yield return found;
        }
    }
}
