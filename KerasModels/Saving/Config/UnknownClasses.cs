using System.Text.Json;
using TfLbfgs.Keras.Activations;
using TfLbfgs.Keras.Constraints;
using TfLbfgs.Keras.Initializers;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Keras.Regularizers;
using TfLbfgs.Keras.Serialization;

namespace TfLbfgs.Keras.Saving.Config;

/// <summary>
/// Collects all names of an architecture that no class has, and all code in it, so that one message names them before anything is made.
/// </summary>
internal sealed class UnknownClasses
{
    private static readonly (string End, Type Kind)[] Parts =
    [
        ("activation", typeof(ActivationFunction)), ("_initializer", typeof(Initializer)), ("_regularizer", typeof(Regularizer)),
            ("_constraint", typeof(Constraint)),
    ];

    // Where layers hold others.
    private static readonly string[] Lists = ["layers", "cells"], Inner = ["layer", "backward_layer", "cell"];

    private readonly KerasGeneration _generation;
    private readonly Func<JsonElement, bool> _isOperation;
    private readonly Func<string?, string?, bool> _hasCode;
    private readonly List<(Type Kind, List<string> Names)> _unknown = [];
    private readonly List<string> _lambdas = [];

    private UnknownClasses(KerasGeneration generation, Func<JsonElement, bool> isOperation, Func<string?, string?, bool> hasCode) =>
        (_generation, _isOperation, _hasCode) = (generation, isOperation, hasCode);

    /// <summary>Refuses an architecture with names or code that are not known.</summary>
    /// <param name="root">The architecture.</param>
    /// <param name="generation">The generation of Keras whose names are meant.</param>
    /// <param name="isOperation">Whether an entry is an operation, which has no class of a layer.</param>
    /// <param name="hasCode">Whether there is C# code for the Lambda layer of a name and function.</param>
    /// <exception cref="ModelConfigException">There are such names, or code.</exception>
    public static void Refuse(ConfigObject root, KerasGeneration generation, Func<JsonElement, bool> isOperation,
        Func<string?, string?, bool> hasCode)
    {
        UnknownClasses found = new(generation, isOperation, hasCode);
        found.Visit(root.Element);
        // The reader names the layer of a single one.
        if (found._unknown.Sum(kind => kind.Names.Count) + found._lambdas.Count == 1
            && !found._unknown.Exists(kind => kind.Kind == typeof(Layer)))
            return;
        List<string> sentences = [.. found._unknown.Select(kind => KerasRegistry.UnknownNames(kind.Kind, kind.Names))];
        if (found._lambdas.Count > 0)
            sentences.Add(Lambda.CodeNeeded(found._lambdas));
        if (sentences.Count > 0)
            throw new ModelConfigException($"{root.Owner}: {string.Join(" ", sentences)}");
    }

    private void Visit(JsonElement entry)
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        if (entry.ValueKind != JsonValueKind.Object || !entry.TryGetProperty("class_name", out JsonElement name)
            || name.ValueKind != JsonValueKind.String || _isOperation(entry))
            return;
        string className = name.GetString()!;
        JsonElement config = entry.TryGetProperty("config", out JsonElement inner) && inner.ValueKind == JsonValueKind.Object ? inner
            : default;
        RegisteredClass? known = KerasRegistry.Find(typeof(Layer), className, _generation);
        if (known is null)
            Add(typeof(Layer), className);
        if (config.ValueKind != JsonValueKind.Object)
            return;
        if (known?.Type == typeof(Lambda))
            AddLambda(config);
        else if (known is { Package: null })
            VisitParts(config);
        foreach (string list in Lists.Where(list => config.TryGetProperty(list, out JsonElement layers)
            && layers.ValueKind == JsonValueKind.Array))
        {
            foreach (JsonElement layer in config.GetProperty(list).EnumerateArray())
                Visit(layer);
        }

        foreach (string part in Inner.Where(part => config.TryGetProperty(part, out _)))
            Visit(config.GetProperty(part));
    }

    private void VisitParts(JsonElement config)
    {
        foreach (JsonProperty field in config.EnumerateObject())
        {
            Type? kind = Array.Find(Parts, part => field.Name.EndsWith(part.End, StringComparison.Ordinal)).Kind;
            if (kind is null || NameOf(field.Value) is not { Length: > 0 } name)
                continue;
            bool isLayer = kind == typeof(ActivationFunction) && KerasRegistry.Find(typeof(Layer), name, _generation) is not null;
            if (!isLayer && KerasRegistry.Find(kind, name, _generation) is null)
                Add(kind, name);
        }
    }

    // A name, or an object with a class; that of a function of Python has its name in place of a configuration.
    private static string? NameOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Object when value.TryGetProperty("config", out JsonElement config) && config.ValueKind == JsonValueKind.String =>
            config.GetString(),
        JsonValueKind.Object when value.TryGetProperty("class_name", out JsonElement name) && name.ValueKind == JsonValueKind.String =>
            name.GetString(),
        _ => null,
    };

    private void AddLambda(JsonElement config)
    {
        string? name = config.TryGetProperty("name", out JsonElement text) && text.ValueKind == JsonValueKind.String ? text.GetString()
            : null;
        if (name is not null && !_hasCode(name, config.TryGetProperty("function", out JsonElement code) ? Lambda.FunctionName(code) : null))
            _lambdas.Add(name);
    }

    private void Add(Type kind, string name)
    {
        string clean = string.Concat(name.Select(c => char.IsControl(c) ? '?' : c));
        if (_unknown.Find(entry => entry.Kind == kind).Names is not { } names)
            _unknown.Add((kind, names = []));
        if (!names.Contains(clean))
            names.Add(clean);
    }
}
