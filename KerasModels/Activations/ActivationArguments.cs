namespace TfLbfgs.Keras.Activations;

/// <summary>The arguments of an activation while it is looked up: remembers which were asked for, so that unknown ones are refused.</summary>
internal sealed class ActivationArguments(string activation, IReadOnlyDictionary<string, double?> given)
{
    private readonly HashSet<string> _known = [];

    public bool Has(string name)
    {
        _known.Add(name);
        return given.ContainsKey(name);
    }

    public double Number(string name, double fallback) => Optional(name) ?? fallback;

    public double? Optional(string name)
    {
        _known.Add(name);
        return given.GetValueOrDefault(name);
    }

    public double Required(string name) =>
        Optional(name) ?? throw new TfLbfgsException($"Activation '{activation}': expected the argument '{name}', received {Describe(given.Keys)}.");

    public void RefuseOthers()
    {
        if (given.Keys.Except(_known).FirstOrDefault() is { } unknown)
            throw new TfLbfgsException($"Activation '{activation}': expected the arguments {Describe(_known)}, received '{unknown}'.");
    }

    private static string Describe(IEnumerable<string> names) => string.Join(", ", names) is { Length: > 0 } list ? list : "none";
}
