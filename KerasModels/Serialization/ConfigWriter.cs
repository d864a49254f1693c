using System.Text.Json.Nodes;

namespace TfLbfgs.Keras.Serialization;

/// <summary>Writes the fields of a component into a configuration.</summary>
/// <param name="generation">The generation of Keras whose form is written.</param>
/// <param name="owner">Whose configuration it is, for messages.</param>
/// <param name="warnings">Receives what the user should know.</param>
internal sealed class ConfigWriter(KerasGeneration generation, string owner, List<string> warnings) : ConfigFields(generation)
{
    public JsonObject Config { get; } = [];

    public string Owner { get; } = owner;

    public List<string> Warnings { get; } = warnings;

    /// <summary>A writer for a component within this one.</summary>
    public ConfigWriter For(string owner) => new(Generation, owner, Warnings);

    public override TfLbfgsException Fail(string expected) => new($"{Owner}: {expected}");

    internal override void Exchange<T>(FieldDeclaration field, ref T value, FieldForm<T> form)
    {
        if (field.Only is not null && field.Only != Generation)
            return;
        JsonNode? node = value is null ? null : form.Write(value, this);
        if (node is not null || !field.OmitsNull)
            Config[field.Name] = node;
    }
}
