using System.Text.Json;
using TfLbfgs.Keras.Activations;
using TfLbfgs.Keras.Initializers;
using TfLbfgs.Keras.Regularizers;
using TfLbfgs.Runtime;

namespace TfLbfgs.Keras.Saving.Config;

/// <summary>Reads the parts of which layer configurations consist, in the forms of Keras 2 and Keras 3.</summary>
internal sealed class LayerConfigReader(ConfigObject config, ConfigContext context)
{
    private static readonly string[] Common = ["name", "trainable", "dtype", "batch_input_shape", "batch_shape", "input_shape"];

    public ConfigObject Config { get; } = config;

    public string? Name { get; } = config.Text("name");

    public DType DType { get; } = ReadDType(config, context);

    /// <summary>An activation: its name, or an object with the name and arguments.</summary>
    public ActivationFunction Activation(string field)
    {
        if (Config.Find(field) is not { } value)
            return ActivationFunction.Linear;
        if (value.ValueKind == JsonValueKind.String)
            return Activation(value.GetString()!, null);
        if (value.ValueKind != JsonValueKind.Object)
            throw Config.Fail(field, "the name of an activation", value);
        ConfigObject entry = new(value, Config.Owner);
        string className = entry.RequiredText("class_name");
        if (className == "function" || entry.Find("config") is { ValueKind: JsonValueKind.String })
            return Activation(entry.RequiredText("config"), null);
        Dictionary<string, double?> arguments = [];
        foreach (JsonProperty argument in (entry.Object("config") ?? ConfigObject.Empty(Config.Owner)).Members())
        {
            arguments[argument.Name] = argument.Value.ValueKind switch
            {
                JsonValueKind.Null => null,
                JsonValueKind.True => 1,
                JsonValueKind.False => 0,
                JsonValueKind.Number when argument.Value.TryGetDouble(out double number) => number,
                _ => throw Config.Fail($"{field}.{argument.Name}", "a number", argument.Value),
            };
        }

        return Activation(className, arguments);
    }

    public Initializer Initializer(string field, Initializer fallback)
    {
        if (Config.Find(field) is not { } value)
            return fallback;
        (string name, ConfigObject arguments) = ClassAndConfig(field, value);
        try
        {
            return InitializerTable.Get(name, arguments);
        }
        catch (TfLbfgsException e) when (e is not ModelConfigException)
        {
            throw new ModelConfigException(e.Message.StartsWith(Config.Owner, StringComparison.Ordinal) ? e.Message : $"{Config.Owner}: {e.Message}", e);
        }
    }

    public Regularizer? Regularizer(string field)
    {
        if (Config.Find(field) is not { } value)
            return null;
        (string name, ConfigObject arguments) = ClassAndConfig(field, value);
        return RegularizerTable.Get(name, arguments, context.Generation);
    }

    /// <summary>Constraints are kept as they are and not applied, which the report says.</summary>
    public KeptConstraints Constraints(params string[] fields)
    {
        Dictionary<string, JsonElement> kept = [];
        foreach (string field in fields)
        {
            if (Config.Find(field) is not { } value)
                continue;
            (string name, _) = ClassAndConfig(field, value);
            kept[field] = value;
            context.Warnings.Add($"{Config.Owner}: {field} {name} is kept and written again, but not applied: L-BFGS steps do not respect constraints.");
        }

        return kept.Count == 0 ? KeptConstraints.None : new KeptConstraints(kept);
    }

    /// <summary>Notes the fields that nobody reads, where they say something.</summary>
    public void NoteOthers(params string[] known)
    {
        foreach (string field in Config.Others([.. Common, .. known]))
        {
            JsonElement value = Config.Find(field)!.Value;
            if (value.ValueKind != JsonValueKind.False)
                context.Warnings.Add($"{Config.Owner}: '{field}' = {ConfigObject.Excerpt(value)} is not used and not kept.");
        }
    }

    private static DType ReadDType(ConfigObject config, ConfigContext context)
    {
        string? name = config.Find("dtype") switch
        {
            null => "float32",
            { ValueKind: JsonValueKind.String } text => text.GetString(),
            { ValueKind: JsonValueKind.Object } policy => new ConfigObject(policy, config.Owner).RequiredObject("config").RequiredText("name"),
            { } other => throw config.Fail("dtype", "the name of a dtype", other),
        };
        DType? dtype = DTypeFacts.FromPythonName(name!);
        if (context.DType is { } replacement && (dtype is null || dtype.Value.IsFloating))
            return replacement;
        return dtype is DType.Float64 or DType.Float32 or DType.Float16 or DType.BFloat16
            ? dtype.Value
            : throw new ModelConfigException(
                $"{config.Owner}: expected a dtype of float64, float32, float16 or bfloat16, received '{name}'. Policies that mix dtypes are not known: load with a dtype (LoadOptions.DType).");
    }

    private ActivationFunction Activation(string name, Dictionary<string, double?>? arguments)
    {
        try
        {
            return ActivationTable.Get(name, arguments, context.Generation);
        }
        catch (TfLbfgsException e)
        {
            throw new ModelConfigException($"{Config.Owner}: {e.Message}", e);
        }
    }

    private (string Name, ConfigObject Config) ClassAndConfig(string field, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.String)
            return (value.GetString()!, ConfigObject.Empty($"{Config.Owner}: {field}"));
        if (value.ValueKind != JsonValueKind.Object)
            throw Config.Fail(field, "an object with class_name and config", value);
        ConfigObject entry = new(value, $"{Config.Owner}: {field}");
        return (entry.RequiredText("class_name"), entry.Object("config") ?? ConfigObject.Empty(entry.Owner));
    }
}
