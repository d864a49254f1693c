using System.Text.Json.Nodes;

namespace TfLbfgs.Keras.Serialization;

/// <summary>
/// A part of a model that Keras files describe by a class name and a configuration: a layer, initializer, regularizer, constraint,
/// activation, loss, metric, optimizer or schedule. It declares its fields once, in
/// <see cref="Describe"/>, which serves reading, writing, checking and documentation. Python: a class with <c>get_config</c> and
/// <c>from_config</c>.
/// </summary>
public abstract class KerasComponent
{
    private protected KerasComponent()
    {
    }

    /// <summary>The class name in Keras files; that of the C# class where none is registered.</summary>
    public string ClassName => KerasRegistry.Find(GetType())?.Name ?? GetType().Name;

    /// <summary>The module of Keras in which its kind lives, such as <c>keras.layers</c>.</summary>
    private protected abstract string Module { get; }

    /// <summary>The configuration as Keras writes it. Python: <c>get_config()</c>.</summary>
    /// <param name="generation">The generation of Keras whose form it has; default Keras 3.</param>
    /// <returns>The fields by name.</returns>
    /// <exception cref="TfLbfgsException">A part has no form in Keras files.</exception>
    public JsonObject GetConfig(KerasGeneration generation = KerasGeneration.Keras3)
    {
        ConfigWriter writer = new(generation, ToString() ?? ClassName, []);
        WriteTo(writer);
        return writer.Config;
    }

    /// <summary>
    /// Declares the fields of the configuration: each with its name in Keras files and the C# field that holds it, which a reader sets and
    /// a writer reads. Call the base first. The default of a field is its value in a
    /// new object.
    /// </summary>
    /// <param name="fields">Receives the declarations.</param>
    protected internal virtual void Describe(ConfigFields fields)
    {
    }

    /// <summary>
    /// Checks that the values of the fields are within the bounds that <see cref="Describe"/> declares; for the end of a constructor.
    /// </summary>
    /// <exception cref="TfLbfgsException">One is not; the message names it.</exception>
    protected void CheckFields() => Describe(new ConfigChecker(GetType().Name));

    /// <summary>Fills the object from a configuration.</summary>
    internal virtual void ReadFrom(ConfigReader reader) => Describe(reader);

    /// <summary>Writes the configuration.</summary>
    internal virtual void WriteTo(ConfigWriter writer) => Describe(writer);

    /// <summary>The entry in a file: class name and configuration.</summary>
    /// <exception cref="TfLbfgsException">The class, or a part, has no form in Keras files.</exception>
    internal virtual JsonNode ToNode(ConfigWriter parent)
    {
        RegisteredClass entry = RequireRegistered();
        ConfigWriter writer = parent.For(ToString() ?? entry.Name);
        WriteTo(writer);
        return NewNode(entry, writer.Config);
    }

    internal RegisteredClass RequireRegistered() => KerasRegistry.Find(GetType()) ?? throw new TfLbfgsException(
        $"{this}: the class {GetType().Name} has no form in Keras files, so nothing was written. Register it, "
            + $"KerasRegistry.Register<{GetType().Name}>(), and declare its fields in Describe; or save the weights only.");

    private protected JsonObject NewNode(RegisteredClass entry, JsonNode? config) => new()
    {
        ["module"] = entry.Package is null ? Module : null,
        ["class_name"] = entry.Name,
        ["config"] = config,
        ["registered_name"] = entry.Package is null ? null : $"{entry.Package}>{entry.Name}",
    };
}
