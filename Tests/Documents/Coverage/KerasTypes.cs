using TfLbfgs.Keras;
using TfLbfgs.Keras.Activations;
using TfLbfgs.Keras.Callbacks;
using TfLbfgs.Keras.Constraints;
using TfLbfgs.Keras.Initializers;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Keras.Losses;
using TfLbfgs.Keras.Metrics;
using TfLbfgs.Keras.Optimizers;
using TfLbfgs.Keras.Regularizers;
using TfLbfgs.Keras.Serialization;

namespace TfLbfgs.Tests.Documents.Coverage;

/// <summary>Finds the C# class for a public name of Keras: by the registry, by its own name, or by the name that it goes by here.</summary>
internal static class KerasTypes
{
    private static readonly Dictionary<string, Type[]> Kinds = new()
    {
        ["layers"] = [typeof(Layer)],
        ["losses"] = [typeof(Loss)],
        ["metrics"] = [typeof(Metric), typeof(Loss)],
        ["activations"] = [typeof(ActivationFunction)],
        ["initializers"] = [typeof(Initializer)],
        ["regularizers"] = [typeof(Regularizer)],
        ["constraints"] = [typeof(Constraint)],
        ["callbacks"] = [typeof(Callback)],
        ["optimizers"] = [typeof(Optimizer)],
        ["optimizers.schedules"] = [typeof(LearningRateSchedule)],
    };

    // Functions that make a layer, or that read and write components; classes whose name in .NET is another one.
    private static readonly Dictionary<string, string> OtherNames = new()
    {
        ["AbstractRNNCell"] = nameof(RecurrentCell),
        ["Input"] = nameof(KerasTensor),
        ["get"] = nameof(KerasRegistry),
        ["deserialize"] = nameof(KerasRegistry),
        ["serialize"] = nameof(KerasComponent),
        ["add"] = nameof(Add),
        ["average"] = nameof(Average),
        ["concatenate"] = nameof(Concatenate),
        ["dot"] = nameof(Dot),
        ["maximum"] = nameof(Maximum),
        ["minimum"] = nameof(Minimum),
        ["multiply"] = nameof(Multiply),
        ["subtract"] = nameof(Subtract),
        ["ProgbarLogger"] = nameof(ProgressBar),
        ["load_model"] = nameof(Model),
        ["save_model"] = nameof(Model),
    };

    private static readonly ILookup<string, Type> Public = typeof(Layer).Assembly.GetExportedTypes()
        .ToLookup(type => type.Name, StringComparer.Ordinal);

    /// <summary>The class; null: there is none.</summary>
    public static Type? Find(string module, IEnumerable<string> names, KerasGeneration generation)
    {
        foreach (Type kind in Kinds.GetValueOrDefault(module, []))
        {
            foreach (string name in names)
            {
                // Functions have the name of their class in snake case.
                RegisteredClass? entry = KerasRegistry.BuiltInClasses.FirstOrDefault(
                    entry => entry.Kind == kind && (entry.Generation is null || entry.Generation == generation)
                        && entry.Names.Any(known => Plain(known) == Plain(name)));
                if (entry is not null)
                    return entry.Type;
            }
        }

        return names.Select(name => OtherNames.GetValueOrDefault(name, name)).Select(InModule).FirstOrDefault(type => type is not null);

        Type? InModule(string name) => Public[name].FirstOrDefault(type => IsOf(type, module));
    }

    private static string Plain(string name) => name.Replace("_", "", StringComparison.Ordinal).ToUpperInvariant();

    // A base class stands in the namespace of its kind, what serves all kinds in another one.
    private static bool IsOf(Type type, string module) =>
        Kinds.Where(kind => kind.Value[0].Namespace == type.Namespace).Select(kind => kind.Key).ToArray() is not { Length: > 0 } modules
            || modules.Contains(module);
}
