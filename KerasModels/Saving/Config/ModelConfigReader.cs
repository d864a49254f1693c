using System.Text.Json;
using System.Text.Json.Nodes;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Saving.Config;

/// <summary>
/// Builds models from <c>model_config</c>, in the forms of Keras 2 and Keras 3. Only classes of <see cref="KerasRegistry"/> are made;
/// nothing of a file is executed. Python:
/// <c>tf.keras.models.model_from_json</c>.
/// </summary>
internal static class ModelConfigReader
{
    /// <summary>How deep JSON may be nested: a model in a model in a model takes some ten levels each.</summary>
    public const int MaxDepth = ConfigObject.MaxDepth;

    /// <summary>Builds the model, with fresh weights.</summary>
    /// <param name="json">The configuration.</param>
    /// <param name="kerasVersion">The version that the file states next to it; null: none.</param>
    /// <param name="dtype">Replaces the dtypes of the file; null: as saved.</param>
    /// <param name="warnings">Receives what the user should know.</param>
    /// <param name="budget">How large the variables may be; null: any size.</param>
    /// <param name="lambdas">C# code in place of that of Lambda layers; null: none.</param>
    /// <exception cref="ModelConfigException">The configuration cannot be used.</exception>
    public static Model Read(string json, string? kerasVersion, DType? dtype, List<string> warnings, VariableBudget? budget = null,
        IReadOnlyDictionary<string, Func<IReadOnlyList<Tensor>, Tensor>>? lambdas = null)
    {
        try
        {
            using var document = PythonJson.Parse(json);
            ConfigObject root = new(document.RootElement.Clone(), "The configuration of the model");
            string? version = root.Text("keras_version") ?? kerasVersion;
            KerasGeneration generation = version is null ? GuessGeneration(json)
                : version.StartsWith('3') ? KerasGeneration.Keras3 : KerasGeneration.Keras2;
            if (generation == KerasGeneration.Keras2)
                root = Upgrade(root);
            string className = root.RequiredText("class_name");
            ConfigContext context = new(generation)
            {
                DType = dtype,
                Budget = budget,
                Warnings = warnings,
                Lambdas = lambdas ?? new Dictionary<string, Func<IReadOnlyList<Tensor>, Tensor>>()
            };
            if (KerasRegistry.Find(typeof(Layer), className, generation) is not { } entry || !typeof(Model).IsAssignableFrom(entry.Type))
            {
                throw new ModelConfigException(
                    "The configuration of the model: expected the class Sequential, Functional or Model, or one that you registered, "
                        + $"received '{className}'. Register it (KerasRegistry.Register), or build the model and load its weights.");
            }

            ConfigObject config = root.RequiredObject("config");
            UnknownClasses.Refuse(root, generation, IsOperation, (name, function) => context.Lambdas.ContainsKey(name ?? "")
                || context.Lambdas.ContainsKey(function ?? ""));
            Model model = (Model)ConfigReader.ReadNamed(typeof(Layer), className, config, context);
            BuildAsSaved(model, root);
            return model;
        }
        catch (JsonException e)
        {
            throw new ModelConfigException(
                $"The configuration of the model is not valid JSON: {e.Message} Save the model again with Keras.", e);
        }
        catch (InsufficientExecutionStackException e)
        {
            throw new ModelConfigException("The configuration of the model is nested too deeply. Expected models within models to a "
                + "depth that Keras itself can build.", e);
        }
        catch (OverflowException e)
        {
            throw new ModelConfigException(
                "The configuration of the model states sizes whose product is too large. Expected shapes that fit into memory.", e);
        }
    }

    // A class of the user's own has variables once the shape of its input is known.
    private static void BuildAsSaved(Model model, ConfigObject root)
    {
        if (model.IsBuilt || root.Object("build_config")?.Find("input_shape") is not { ValueKind: JsonValueKind.Array } input)
            return;
        JsonElement[] shapes = input.EnumerateArray().Any(axis => axis.ValueKind == JsonValueKind.Array)
            ? [.. input.EnumerateArray()] : [input];
        try
        {
            model.Build([.. shapes.Select(ShapeOf)]);
        }
        catch (Exception e)
        {
            model.Dispose();
            if (e is TfLbfgsException and not ModelConfigException)
                throw new ModelConfigException($"{root.Owner}: {e.Message}", e);
            throw;
        }

        // The batch of the first data says nothing of the next.
        Shape ShapeOf(JsonElement shape) => shape.ValueKind == JsonValueKind.Array
            && shape.EnumerateArray()
                .All(axis => axis.ValueKind == JsonValueKind.Null
                || (axis.ValueKind == JsonValueKind.Number && axis.TryGetInt64(out long size) && size >= 0))
            ? Shape.Create(
                [.. shape.EnumerateArray().Select((axis, i) => i == 0 || axis.ValueKind == JsonValueKind.Null ? -1 : axis.GetInt64())])
            : throw root.Fail("build_config", "the shape of the input", input);
    }

    // Old forms of architectures become those of Keras 2.3.
    private static ConfigObject Upgrade(ConfigObject root)
    {
        JsonObject node = JsonObject.Create(root.Element)!;
        LegacyConfig.Upgrade(node);
        return new ConfigObject(PythonJson.ToElement(node), root.Owner);
    }

    /// <summary>A layer, or a model as a layer, from its entry in a list of layers.</summary>
    internal static Layer ReadLayer(ConfigObject entry, ConfigContext context)
    {
        string className = entry.RequiredText("class_name");
        ConfigObject config = entry.RequiredObject("config");
        string owner = $"Layer '{Clean(config.Text("name") ?? entry.Text("name") ?? "")}' ({Clean(className)})";
        Layer layer = IsOperation(entry.Element)
            ? NamedOperation.OfKeras3(entry.Text("module"), className, config.Of(owner))
            : (Layer)ConfigReader.ReadNamed(typeof(Layer), className, config.Of(owner), context);
        foreach (Layer part in layer.Tree())
            part.Budget = context.Budget;
        if (!layer.HasDType && layer is not (Model or NamedOperation or GraphOperation))
            layer.AdoptDType(context.DType ?? DType.Float32);
        return layer;
    }

    /// <summary>The shape of the one input for which the layer of an entry was built; null: not stated, or several.</summary>
    internal static Shape? BuiltShape(ConfigObject entry) =>
        entry.Object("build_config") is { } built && built.Find("input_shape") is { ValueKind: JsonValueKind.Array } shape
        && shape.EnumerateArray().All(axis => axis.ValueKind is JsonValueKind.Number or JsonValueKind.Null)
            ? built.Shape("input_shape")
            : null;

    // Activations that are called by themselves stand in files as operations.
    private static readonly string[] OperationModules = ["keras.src.ops", "keras.src.activations"];

    // Classes of operations have names of layers: Add, Multiply.
    private static bool IsOperation(JsonElement entry) => entry.TryGetProperty("module", out JsonElement module)
        ? module.ValueKind == JsonValueKind.String
            && OperationModules.Any(prefix => module.GetString()!.StartsWith(prefix, StringComparison.Ordinal))
        : IsOperationWithoutModule(entry);

    // Legacy files of Keras 3 leave the module out. Keras itself cannot read these.
    private static bool IsOperationWithoutModule(JsonElement entry) =>
        entry.TryGetProperty("class_name", out JsonElement name) && name.ValueKind == JsonValueKind.String
            && Keras3Operations.Table.TryFind(name.GetString()!, out _)
        && (KerasRegistry.Find(typeof(Layer), name.GetString()!, KerasGeneration.Keras3) is null || !IsLayerConfig(entry));

    // Layers say whether they are trained, operations do not.
    private static bool IsLayerConfig(JsonElement entry) =>
        !entry.TryGetProperty("config", out JsonElement config) || config.ValueKind != JsonValueKind.Object
            || config.TryGetProperty("trainable", out _) || config.TryGetProperty("dtype", out _)
        || !entry.TryGetProperty("inbound_nodes", out _);

    // Files without a version are from Keras 3 when they use its form.
    private static KerasGeneration GuessGeneration(string json) =>
        json.Contains("\"DTypePolicy\"", StringComparison.Ordinal) || json.Contains("\"batch_shape\"", StringComparison.Ordinal)
            || json.Contains("\"keras_history\"", StringComparison.Ordinal)
            ? KerasGeneration.Keras3
            : KerasGeneration.Keras2;

    private static string Clean(string name) => string.Concat(name.Select(c => char.IsControl(c) ? '?' : c));
}
