using System.Text.Json;

namespace TfLbfgs.Keras.Serialization;

/// <summary>
/// The classes that configurations and files may name, by kind. Those of this library are there from the start; register your own before a
/// file that names them is loaded or written. Thread-safe, one for the
/// process. Python: <c>keras.saving.register_keras_serializable</c>, <c>custom_objects</c>.
/// </summary>
public static class KerasRegistry
{
    private static readonly Lock Gate = new();
    private static readonly ComponentTable BuiltIn = NewBuiltIn();
    private static readonly ComponentTable Own = new();

    /// <summary>Registers a class of your own under its name in C#. Python: <c>@keras.saving.register_keras_serializable()</c>.</summary>
    /// <typeparam name="T">The class, with a public constructor without parameters; <see cref="KerasComponent.Describe"/> declares its
    /// fields.</typeparam>
    /// <param name="name">The name in files; null (default): that of the class.</param>
    /// <param name="package">The package, which stands in front of the name in <c>registered_name</c>; default <c>Custom</c>, as in
    /// Keras.</param>
    public static void Register<T>(string? name = null, string package = "Custom") where T : KerasComponent, new() =>
        Register(name ?? typeof(T).Name, static () => new T(), package: package);

    /// <summary>Registers a class of your own; one that has the name gives it up.</summary>
    /// <typeparam name="T">The class.</typeparam>
    /// <param name="name">The name in files.</param>
    /// <param name="factory">Makes an object with the default value of every field.</param>
    /// <param name="aliases">Other names that are read; null: none.</param>
    /// <param name="generation">The generation of Keras in which the names mean the class; null (default): both.</param>
    /// <param name="package">The package; default <c>Custom</c>.</param>
    /// <exception cref="TfLbfgsException">The name is empty.</exception>
    public static void Register<T>(string name, Func<T> factory, IReadOnlyList<string>? aliases = null, KerasGeneration? generation = null,
        string package = "Custom") where T : KerasComponent
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentException.ThrowIfNullOrEmpty(package);
        ArgumentNullException.ThrowIfNull(factory);
        RegisteredClass entry = new(KindOf(typeof(T)), typeof(T), factory, generation, package, name, aliases ?? []);
        lock (Gate)
            Own.Add(entry);
    }

    /// <summary>Takes a class of your own out again. Nothing happens when it is not registered.</summary>
    /// <typeparam name="T">The class.</typeparam>
    public static void Unregister<T>() where T : KerasComponent
    {
        lock (Gate)
            Own.Remove(typeof(T));
    }

    /// <summary>The names of one kind that can be read, sorted; aliases are not among them.</summary>
    /// <typeparam name="T">The kind, such as Layer or Loss.</typeparam>
    /// <returns>The names.</returns>
    public static IReadOnlyList<string> Names<T>() where T : KerasComponent => Names(KindOf(typeof(T)));

    /// <summary>
    /// Makes a component with default arguments by one of its Keras names. Python: <c>keras.losses.get("mse")</c> and alike.
    /// </summary>
    /// <typeparam name="T">The kind, such as Initializer or Loss.</typeparam>
    /// <param name="name">Such as <c>glorot_uniform</c> or <c>GlorotUniform</c>.</param>
    /// <param name="generation">The generation of Keras whose meaning the name has; default Keras 3.</param>
    /// <returns>The component.</returns>
    /// <exception cref="TfLbfgsException">No class has the name, or a field has no default.</exception>
    public static T Create<T>(string name, KerasGeneration generation = KerasGeneration.Keras3) where T : KerasComponent
    {
        ArgumentNullException.ThrowIfNull(name);
        string kind = KindName(KindOf(typeof(T)));
        try
        {
            return (T)ConfigReader.ReadNamed(typeof(T), name, ConfigObject.Empty($"{char.ToUpperInvariant(kind[0])}{kind[1..]} '{name}'"),
                new ConfigContext(generation));
        }
        catch (ModelConfigException e)
        {
            throw new TfLbfgsException(e.Message, e);
        }
    }

    /// <summary>Makes a component of its configuration. Python: <c>cls.from_config(config)</c>.</summary>
    /// <typeparam name="T">The kind, such as Layer.</typeparam>
    /// <param name="className">The class name in Keras files.</param>
    /// <param name="config">The configuration, a JSON object; fields that are left out have their default.</param>
    /// <param name="generation">The generation of Keras whose form and meaning the configuration has; default Keras 3.</param>
    /// <returns>The component.</returns>
    /// <exception cref="ModelConfigException">The class is not known, or a field cannot be used.</exception>
    public static T FromConfig<T>(string className, JsonElement config, KerasGeneration generation = KerasGeneration.Keras3) where T
        : KerasComponent
    {
        ArgumentNullException.ThrowIfNull(className);
        return (T)ConfigReader.ReadNamed(typeof(T), className, new ConfigObject(config, className),
            new ConfigContext(generation) { IsStrict = true });
    }

    /// <summary>Whether a generation of Keras has a component of that name.</summary>
    /// <typeparam name="T">The kind, such as Loss.</typeparam>
    /// <param name="name">The name.</param>
    /// <param name="generation">The generation.</param>
    /// <returns>True when it does.</returns>
    public static bool Exists<T>(string name, KerasGeneration generation) where T : KerasComponent
    {
        ArgumentNullException.ThrowIfNull(name);
        return Find(typeof(T), name, generation) is { } entry && (entry.Generation is null || entry.Generation == generation);
    }

    /// <summary>The fields of a class with their defaults. For documents.</summary>
    /// <typeparam name="T">The kind, such as Layer.</typeparam>
    /// <param name="name">The class name in Keras files.</param>
    /// <param name="generation">The generation of Keras; default Keras 3.</param>
    /// <returns>The fields, in the order of their declaration.</returns>
    /// <exception cref="TfLbfgsException">No class has the name.</exception>
    public static IReadOnlyList<ConfigField> FieldsOf<T>(string name, KerasGeneration generation = KerasGeneration.Keras3) where T
        : KerasComponent
    {
        RegisteredClass entry = Find(typeof(T), name, generation) ?? throw new TfLbfgsException(UnknownNames(typeof(T), [name]));
        return FieldsOf(entry, generation);
    }

    /// <summary>The fields of a registered class; none for another one.</summary>
    internal static IReadOnlyList<ConfigField> FieldsOf(Type type, KerasGeneration generation = KerasGeneration.Keras3) =>
        Find(type) is { } entry ? FieldsOf(entry, generation) : [];

    internal static RegisteredClass? Find(Type type)
    {
        lock (Gate)
            return Own.Find(type) ?? BuiltIn.Find(type);
    }

    /// <summary>The class of a name; <c>Package&gt;Name</c> is read as <c>Name</c>.</summary>
    internal static RegisteredClass? Find(Type type, string name, KerasGeneration generation)
    {
        Type kind = KindOf(type);
        string plain = name[(name.LastIndexOf('>') + 1)..];
        lock (Gate)
            return Own.Find(kind, plain, generation) ?? BuiltIn.Find(kind, plain, generation);
    }

    /// <summary>The one sentence for names that no class has.</summary>
    internal static string UnknownNames(Type type, IReadOnlyList<string> names)
    {
        Type kind = KindOf(type);
        IReadOnlyList<string> known = Names(kind);
        string[] near = [.. names.SelectMany(name => NearNames.Of(name, AllNames(kind))).Distinct()];
        string quoted = string.Join(", ", names.Select(name => $"'{name}'"));
        string noun = KindName(kind) + (names.Count == 1 ? "" : kind.Name == "Layer" ? "es" : "s");
        return $"unknown {noun} {quoted}. {(near.Length > 0 ? $"Did you mean {string.Join(" or ", near)}? " : "")}Expected one of: {string.Join(", ", known)}; "
            + "a class of your own must be registered before (KerasRegistry.Register).";
    }

    internal static Type KindOf(Type type)
    {
        for (Type? ancestor = type; ancestor is not null; ancestor = ancestor.BaseType)
        {
            if (ancestor.BaseType == typeof(KerasComponent))
                return ancestor;
        }

        throw new TfLbfgsException($"{type.Name}: expected a class that derives from Layer, Initializer, Loss or another kind of "
            + "component, received KerasComponent itself.");
    }

    /// <summary>All classes of this library, for documents and tests.</summary>
    internal static IReadOnlyList<RegisteredClass> BuiltInClasses
    {
        get
        {
            lock (Gate)
                return [.. BuiltIn.Classes];
        }
    }

    private static IReadOnlyList<ConfigField> FieldsOf(RegisteredClass entry, KerasGeneration generation)
    {
        ConfigCollector collector = new(generation);
        KerasComponent component = entry.Factory();
        component.Describe(collector);
        (component as IDisposable)?.Dispose();
        return collector.Fields;
    }

    private static string KindName(Type kind) => kind.Name switch
    {
        "Layer" => "layer class",
        "ActivationFunction" => "activation",
        string name => char.ToLowerInvariant(name[0]) + name[1..],
    };

    private static IReadOnlyList<string> Names(Type kind)
    {
        lock (Gate)
            return [.. BuiltIn.Classes.Concat(Own.Classes).Where(entry => entry.Kind == kind).Select(entry => entry.Name).Distinct()
                .Order(StringComparer.Ordinal)];
    }

    private static IReadOnlyList<string> AllNames(Type kind)
    {
        lock (Gate)
            return [.. BuiltIn.Classes.Concat(Own.Classes).Where(entry => entry.Kind == kind).SelectMany(entry => entry.Names).Distinct()
                .Order(StringComparer.Ordinal)];
    }

    private static ComponentTable NewBuiltIn()
    {
        ComponentTable table = new();
        BuiltInComponents.AddTo(table);
        return table;
    }
}
