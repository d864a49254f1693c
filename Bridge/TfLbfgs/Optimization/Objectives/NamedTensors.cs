using System.Collections;
using System.Diagnostics.CodeAnalysis;
using TfLbfgs.Parameters;
using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <summary>
/// The parameters of a <see cref="NamedObjective"/> by name, in the order of its layout. Owns its tensors. Python: a <c>dict</c> of
/// tensors.
/// </summary>
[SuppressMessage("Naming", "CA1710:Identifiers should have correct suffix", Justification = "It reads as what it holds.")]
public sealed class NamedTensors : IReadOnlyDictionary<string, Tensor>, IDisposable
{
    private readonly ParameterLayout _layout;
    private readonly Tensor[] _values;

    /// <summary>Takes one tensor for each slot over.</summary>
    internal NamedTensors(ParameterLayout layout, Tensor[] values) => (_layout, _values) = (layout, values);

    /// <summary>The names, in order.</summary>
    public IEnumerable<string> Keys => _layout.Slots.Select(slot => slot.Name);

    /// <summary>The tensors, in order; borrowed.</summary>
    public IEnumerable<Tensor> Values => _values;

    /// <summary>The number of parameters.</summary>
    public int Count => _values.Length;

    /// <summary>The tensor of a name, of its shape and dtype; borrowed.</summary>
    /// <param name="key">The name.</param>
    /// <exception cref="TfLbfgsException">There is none of that name; the message lists those there are.</exception>
    public Tensor this[string key] =>
        TryGetValue(key, out Tensor? value)
        ? value : throw new TfLbfgsException($"Expected one of {string.Join(", ", Keys)}, received '{key}'.");

    /// <inheritdoc/>
    public bool ContainsKey(string key) => TryGetValue(key, out _);

    /// <inheritdoc/>
    public bool TryGetValue(string key, [MaybeNullWhen(false)] out Tensor value)
    {
        for (int i = 0; i < _values.Length; i++)
        {
            if (_layout.Slots[i].Name == key)
            {
                value = _values[i];
                return true;
            }
        }

        value = null;
        return false;
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, Tensor>> GetEnumerator() =>
        _values.Select((value, i) => KeyValuePair.Create(_layout.Slots[i].Name, value)).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Frees the tensors.</summary>
    public void Dispose()
    {
        foreach (Tensor value in _values)
            value.Dispose();
    }
}
