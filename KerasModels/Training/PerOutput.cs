using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace TfLbfgs.Keras;

/// <summary>
/// One value for each output of a model: by position, <c>["mse", "mae"]</c>, or by the name of the output,
/// <c>new() { ["age"] = "mse" }</c>. Python: a list or a dictionary in <c>compile</c>.
/// </summary>
/// <typeparam name="T">The type of a value, such as Loss.</typeparam>
public sealed class PerOutput<T> : IEnumerable<T>
{
    private readonly List<T> _byPosition = [];
    private readonly Dictionary<string, T> _byName = new(StringComparer.Ordinal);

    /// <summary>The values by position.</summary>
    internal IReadOnlyList<T> ByPosition => _byPosition;

    /// <summary>The values by the names of the outputs.</summary>
    internal IReadOnlyDictionary<string, T> ByName => _byName;

    /// <summary>Sets the value of an output.</summary>
    /// <param name="output">The name of the output.</param>
    [SuppressMessage("Design", "CA1044:Properties should not be write only", Justification = "For initializers.")]
    public T this[string output]
    {
        set => _byName[output] = value;
    }

    /// <summary>Appends the value of the next output.</summary>
    /// <param name="value">The value.</param>
    public void Add(T value) => _byPosition.Add(value);

    /// <inheritdoc/>
    public IEnumerator<T> GetEnumerator() => _byPosition.Concat(_byName.Values).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The values in the order of the outputs, default where none is given.</summary>
    /// <exception cref="TfLbfgsException">There are more values than outputs, or a name is none of theirs.</exception>
    internal T?[] Resolve(string what, IReadOnlyList<string> outputs)
    {
        if (_byName.Keys.FirstOrDefault(name => !outputs.Contains(name)) is { } unknown)
            throw new TfLbfgsException($"{what}: expected names of the outputs {string.Join(", ", outputs)}, received '{unknown}'.");
        if (_byPosition.Count > 0 && (_byName.Count > 0 || _byPosition.Count != outputs.Count))
        {
            throw new TfLbfgsException(
                $"{what}: expected one value for each of the {outputs.Count} outputs {string.Join(", ", outputs)}, or values by their "
                    + $"names, received {_byPosition.Count} by position and {_byName.Count} by name.");
        }

        return [.. outputs.Select((output, i) => _byPosition.Count > 0 ? _byPosition[i] : _byName.GetValueOrDefault(output))];
    }
}
