using System.Text.Json;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Runtime;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// How the dtypes of a layer stand in files: by name, or as an object with class name and configuration. Names are written, which both
/// generations read.
/// </summary>
internal static class DTypePolicyForm
{
    public static readonly FieldForm<DTypePolicy?> Instance =
        new("the name of a dtype", Read, (policy, _) => policy?.Name, AllowsNull: true);

    private static DTypePolicy Read(FieldValue value)
    {
        string name = value.Element.ValueKind switch
        {
            JsonValueKind.String => value.Element.GetString()!,
            JsonValueKind.Object => NameIn(new ConfigObject(value.Element, value.Reader.Config.Owner)),
            _ => throw value.Fail("the name of a dtype"),
        };
        DType? plain = DTypeFacts.FromPythonName(name);
        if (value.Reader.Context.DType is { } replacement && (plain is null || plain.Value.IsFloating))
            return replacement;
        try
        {
            return new DTypePolicy(name);
        }
        catch (TfLbfgsException e)
        {
            throw new ModelConfigException(
                $"{value.Reader.Config.Owner}: {e.Message} To load the model in a dtype of your choice, set LoadOptions.DType.", e);
        }
    }

    private static string NameIn(ConfigObject policy)
    {
        ConfigObject config = policy.RequiredObject("config");
        return config.Text("name") ?? config.Text("source_name") ?? throw config.Missing("name");
    }
}
