using System.Text.Json.Nodes;

namespace TfLbfgs.Keras.Serialization;

/// <summary>Lists the fields of a component with their defaults.</summary>
internal sealed class ConfigCollector(KerasGeneration generation) : ConfigFields(generation)
{
    private readonly List<ConfigField> _fields = [];

    public IReadOnlyList<ConfigField> Fields => _fields;

    public override TfLbfgsException Fail(string expected) => new(expected);

    internal override void Exchange<T>(FieldDeclaration field, ref T value, FieldForm<T> form)
    {
        if (field.Only is not null && field.Only != Generation)
            return;
        // A required field has no default; it may even be null in a new object.
        JsonNode? initial = field.IsRequired || value is null ? null : form.Write(value, new ConfigWriter(Generation, field.Name, []));
        _fields.Add(new ConfigField(field.Name, form.Text, initial, field.IsRequired, field.Only));
    }
}
