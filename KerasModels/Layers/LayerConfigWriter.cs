using System.Text.Json;
using System.Text.Json.Nodes;
using TfLbfgs.Keras.Activations;
using TfLbfgs.Keras.Config;
using TfLbfgs.Keras.Initializers;
using TfLbfgs.Keras.Regularizers;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>Writes one layer's configuration in the Keras 2 form, and notes what a reader should know.</summary>
internal sealed class LayerConfigWriter
{
    private readonly Layer _layer;
    private readonly List<string> _warnings;

    public LayerConfigWriter(Layer layer, List<string> warnings)
    {
        _layer = layer;
        _warnings = warnings;
        Config["name"] = layer.Name;
        if (layer is not InputLayer)
            Config["trainable"] = layer.Trainable;
        Config["dtype"] = layer.DType.PythonName;
    }

    public JsonObject Config { get; } = [];

    public void Integer(string name, long value) => Config[name] = value;

    public void OptionalInteger(string name, long? value) => Config[name] = value;

    public void Number(string name, double value) => Config[name] = value;

    public void Flag(string name, bool value) => Config[name] = value;

    public void Shape(string name, Shape? shape) => Config[name] = ToJson(shape);

    public void Activation(string name, ActivationFunction activation)
    {
        if (activation.Arguments.Count > 0)
        {
            throw new TfLbfgsException(
                $"{_layer}: the activation {activation} cannot be saved: Keras files hold activations by name, without arguments. Use the defaults, or save the weights only.");
        }

        // One function under two names, of which Keras 2 knows one.
        string written = activation.Name == "silu" ? "swish" : activation.Name;
        Config[name] = written;
        if (!ActivationTable.Exists(written, KerasGeneration.Keras2))
            _warnings.Add($"{_layer}: the activation '{written}' exists in Keras 3 only; Keras 2 cannot open this file.");
        else if (written == "hard_sigmoid")
            _warnings.Add($"{_layer}: 'hard_sigmoid' is another function in Keras 2 than in Keras 3; this model uses that of Keras {(int)activation.Generation}, so open the file with Keras {(int)activation.Generation}.");
    }

    public void Initializer(string name, Initializer initializer)
    {
        JsonObject config = [];
        initializer.WriteConfig(config);
        Config[name] = Object("keras.initializers", initializer.ClassName, config);
    }

    public void Regularizer(string name, Regularizer? regularizer)
    {
        if (regularizer is null)
        {
            Config[name] = null;
            return;
        }

        JsonObject config = [];
        regularizer.WriteConfig(config);
        Config[name] = Object("keras.regularizers", regularizer.ClassName, config);
    }

    public void Constraints(KeptConstraints constraints, params string[] names)
    {
        foreach (string name in names)
            Config[name] = constraints.ByName.TryGetValue(name, out JsonElement kept) ? JsonNode.Parse(kept.GetRawText()) : null;
    }

    /// <summary>A shape as a list, null for what is unknown.</summary>
    public static JsonArray? ToJson(Shape? shape)
    {
        if (shape is null)
            return null;
        JsonArray dims = [];
        foreach (long dim in shape)
            dims.Add(dim < 0 ? null : JsonValue.Create(dim));
        return dims;
    }

    private static JsonObject Object(string module, string className, JsonObject config) =>
        new() { ["module"] = module, ["class_name"] = className, ["config"] = config, ["registered_name"] = null };
}
