using System.Text.Json;

namespace TfLbfgs.Keras.Serialization;

/// <summary>
/// Reads the fields of a component from a configuration, and remembers which it was asked for, so that what is not used is known.
/// </summary>
/// <param name="config">The configuration.</param>
/// <param name="context">What holds for the whole file.</param>
internal sealed class ConfigReader(ConfigObject config, ConfigContext context) : ConfigFields(context.Generation)
{
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    public ConfigObject Config { get; } = config;

    public ConfigContext Context { get; } = context;

    public override bool IsReading => true;

    public override void Origin(ref KerasGeneration generation) => generation = Generation;

    public override void Ignore(params IReadOnlyList<string> names) => _known.UnionWith(names);

    public override TfLbfgsException Fail(string expected) => new ModelConfigException($"{Config.Owner}: {expected}");

    /// <summary>Makes a component of a name and a configuration, and notes fields that it does not use.</summary>
    /// <exception cref="ModelConfigException">The class is not known, or a field cannot be used.</exception>
    public static KerasComponent ReadNamed(Type type, string className, ConfigObject config, ConfigContext context)
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        RegisteredClass entry = KerasRegistry.Find(type, className, context.Generation)
            ?? throw new ModelConfigException($"{config.Owner}: {KerasRegistry.UnknownNames(type, [className])}");
        if (!type.IsAssignableFrom(entry.Type))
            throw new ModelConfigException($"{config.Owner}: expected a {type.Name}, received '{className}', which is none.");
        ConfigReader reader = new(config, context);
        KerasComponent component = entry.Factory();
        try
        {
            component.ReadFrom(reader);
            reader.NoteUnused();
            return component;
        }
        catch (Exception e)
        {
            (component as IDisposable)?.Dispose();
            if (e is TfLbfgsException and not ModelConfigException)
                throw new ModelConfigException(e.Message.StartsWith(config.Owner, StringComparison.Ordinal)
                    ? e.Message : $"{config.Owner}: {e.Message}", e);
            throw;
        }
    }

    /// <summary>Makes the component that a field names: by a text, or by an object with class name and configuration.</summary>
    public KerasComponent ReadComponent(Type type, FieldValue value)
    {
        string owner = $"{Config.Owner}: {value.Name}";
        if (value.Element.ValueKind == JsonValueKind.String)
            return ReadNamed(type, value.Element.GetString()!, ConfigObject.Empty(owner), Context);
        if (value.Element.ValueKind != JsonValueKind.Object)
            throw value.Fail("an object with class_name and config, or a name");
        ConfigObject entry = new(value.Element, owner);
        string className = entry.RequiredText("class_name");
        // A function of Python: its name is in place of a configuration.
        if (entry.Find("config") is { ValueKind: JsonValueKind.String } function)
            return ReadNamed(type, function.GetString()!, ConfigObject.Empty(owner), Context);
        ConfigObject config = entry.Object("config") ?? ConfigObject.Empty(owner);
        return ReadNamed(type, className, config.Of(config.Text("name") is { } name ? $"{owner} '{name}' ({className})" : owner), Context);
    }

    internal override void Exchange<T>(FieldDeclaration field, ref T value, FieldForm<T> form)
    {
        _known.Add(field.Name);
        if (field.Alias is not null)
            _known.Add(field.Alias);
        if (Config.FindOrNull(field.Name) is not { } element)
        {
            if (field.Alias is null || Config.FindOrNull(field.Alias) is not { } other)
            {
                if (field.IsRequired)
                    throw Config.Missing(field.Name);
                return;
            }

            element = other;
        }

        if (element.ValueKind == JsonValueKind.Null)
        {
            if (form.AllowsNull)
                value = default!;
            else if (field.IsRequired)
                throw Config.Missing(field.Name);
            return;
        }

        T read = form.Read(new FieldValue(this, field.Name, element));
        value = form.IsValid is null || form.IsValid(read) ? read : throw Config.Fail(field.Name, form.Text, element);
    }

    private void NoteUnused()
    {
        foreach (string field in Config.Others([.. _known]))
        {
            JsonElement value = Config.Find(field)!.Value;
            if (Context.IsStrict)
                throw new ModelConfigException(
                    $"{Config.Owner}: expected the fields {(_known.Count == 0 ? "none" : string.Join(", ", _known))}, received '{field}'.");
            if (value.ValueKind != JsonValueKind.False)
                Context.Warnings.Add($"{Config.Owner}: '{field}' = {ConfigObject.Excerpt(value)} is not used and not kept.");
        }
    }
}
