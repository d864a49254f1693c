using System.Text.Json.Nodes;

namespace TfLbfgs.Keras.Serialization;

/// <summary>How one kind of field is read, written and checked.</summary>
/// <typeparam name="T">The type of the C# field.</typeparam>
/// <param name="Text">What is expected, for messages: <c>an integer of at least 1</c>.</param>
/// <param name="Read">Reads a value that is there and not null.</param>
/// <param name="Write">Writes a value.</param>
/// <param name="IsValid">Whether a value is within its bounds; null: each is.</param>
/// <param name="AllowsNull">Whether JSON's null is a value of the field; otherwise it stands for the default.</param>
internal sealed record FieldForm<T>(string Text, Func<FieldValue, T> Read, Func<T, ConfigFields, JsonNode?> Write,
    Func<T, bool>? IsValid = null, bool AllowsNull = false);

/// <summary>What a declaration says of a field, except for its value.</summary>
/// <param name="Name">The name in Keras files.</param>
/// <param name="IsRequired">Whether it must be there.</param>
/// <param name="Only">The generation of Keras that alone has it; null: both.</param>
/// <param name="Alias">A name under which it is read, too.</param>
/// <param name="OmitsNull">Whether null is not written.</param>
internal readonly record struct FieldDeclaration(string Name, bool IsRequired = false, KerasGeneration? Only = null, string? Alias = null,
    bool OmitsNull = false);
