using System.Text.Json;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Saving.Config;

/// <summary>
/// Builds models from <c>model_config</c>, in the forms of Keras 2 and Keras 3. Only classes of <see cref="LayerRegistry"/> are made; nothing of a file is executed. Python:
/// <c>tf.keras.models.model_from_json</c>.
/// </summary>
internal static class ModelConfigReader
{
    /// <summary>How deep JSON may be nested: a model in a model in a model takes some ten levels each.</summary>
    public const int MaxDepth = 512;

    /// <summary>Builds the model, with fresh weights.</summary>
    /// <param name="json">The configuration.</param>
    /// <param name="kerasVersion">The version that the file states beside it; null: none.</param>
    /// <param name="dtype">Replaces the dtypes of the file; null: as saved.</param>
    /// <param name="warnings">Receives what the user should know.</param>
    /// <exception cref="ModelConfigException">The configuration cannot be used.</exception>
    public static Model Read(string json, string? kerasVersion, DType? dtype, List<string> warnings)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = MaxDepth });
            ConfigObject root = new(document.RootElement.Clone(), "The configuration of the model");
            string? version = root.Text("keras_version") ?? kerasVersion;
            KerasGeneration generation = version is null ? GuessGeneration(json)
                : version.StartsWith('3') ? KerasGeneration.Keras3 : KerasGeneration.Keras2;
            string className = root.RequiredText("class_name");
            ConfigContext context = new(generation, dtype, warnings);
            return IsModel(className)
                ? ReadModel(className, root.RequiredObject("config"), context)
                : throw new ModelConfigException($"The configuration of the model: expected the class Sequential, Functional or Model, received '{className}'. Only those can be built from a file; for a subclassed model build it and load its weights.");
        }
        catch (JsonException e)
        {
            throw new ModelConfigException($"The configuration of the model is not valid JSON: {e.Message} Save the model again with Keras.", e);
        }
        catch (InsufficientExecutionStackException e)
        {
            throw new ModelConfigException("The configuration of the model is nested too deeply. Expected models within models to a depth that Keras itself can build.", e);
        }
        catch (OverflowException e)
        {
            throw new ModelConfigException("The configuration of the model states sizes whose product is too large. Expected shapes that fit into memory.", e);
        }
    }

    internal static bool IsModel(string className) => className is "Sequential" or "Functional" or "Model";

    internal static Model ReadModel(string className, ConfigObject config, ConfigContext context)
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        Model model = className == "Sequential" ? ReadSequential(config, context) : FunctionalConfigReader.Read(config, context);
        if (!config.Flag("trainable", true))
            model.FreezeWithoutLayers();
        model.Generation = context.Generation;
        return model;
    }

    /// <summary>A layer, or a model as a layer, from its entry in a list of layers.</summary>
    internal static Layer ReadLayer(ConfigObject entry, ConfigContext context)
    {
        string className = entry.RequiredText("class_name");
        ConfigObject config = entry.RequiredObject("config");
        string owner = $"Layer '{Clean(config.Text("name") ?? entry.Text("name") ?? "")}' ({Clean(className)})";
        return IsModel(className) ? ReadModel(className, config.Of(owner), context) : LayerRegistry.Create(className, config.Of(owner), context);
    }

    private static Sequential ReadSequential(ConfigObject config, ConfigContext context)
    {
        Sequential model = new(config.Text("name"));
        try
        {
            foreach (JsonElement element in config.List("layers"))
            {
                ConfigObject entry = new(element, $"A layer of {config.Owner}");
                Layer layer = ReadLayer(entry, context);
                // Old files state the input in the first layer.
                if (model.Layers.Count == 0 && model.Entry is null && layer is not InputLayer and not Model
                    && (entry.RequiredObject("config").Shape("batch_input_shape") ?? entry.RequiredObject("config").Shape("batch_shape")) is { Rank: > 0 } shape)
                {
                    model.Add(new InputLayer(Shape.Create(shape.ToArray().AsSpan()[1..]), $"{layer.Name}_input", layer.DType, shape[0] < 0 ? null : shape[0]));
                }

                model.Add(layer);
            }

            if (model.Entry is not null)
                model.Build();
            else if (config.Shape("build_input_shape") is { } built)
                model.Build(built);
            return model;
        }
        catch (Exception e)
        {
            model.Dispose();
            if (e is TfLbfgsException and not ModelConfigException)
                throw new ModelConfigException(e.Message, e);
            throw;
        }
    }

    // Files without a version are from Keras 3 when they use its form.
    private static KerasGeneration GuessGeneration(string json) =>
        json.Contains("\"DTypePolicy\"", StringComparison.Ordinal) || json.Contains("\"batch_shape\"", StringComparison.Ordinal) || json.Contains("\"keras_history\"", StringComparison.Ordinal)
            ? KerasGeneration.Keras3
            : KerasGeneration.Keras2;

    private static string Clean(string name) => string.Concat(name.Select(c => char.IsControl(c) ? '?' : c));
}
