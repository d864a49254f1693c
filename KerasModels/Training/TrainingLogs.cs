using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras;

/// <summary>
/// Named numbers of a step or an epoch, such as loss and metrics, in order. Those of a step are read from the device when the first one is
/// asked for. A callback may set further ones, which later callbacks and the history have. Python: <c>logs</c>.
/// </summary>
public sealed class TrainingLogs : IReadOnlyCollection<KeyValuePair<string, double>>
{
    private readonly List<string> _names = [];
    private readonly Dictionary<string, double> _values = new(StringComparer.Ordinal);
    private Func<double[]>? _read;

    /// <summary>Creates empty logs.</summary>
    public TrainingLogs()
    {
    }

    internal TrainingLogs(IReadOnlyList<string> names, Tensor values)
    {
        _names.AddRange(names);
        _read = values.ToDoubles;
    }

    /// <summary>The names in order.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <inheritdoc/>
    public int Count => _names.Count;

    /// <summary>A number.</summary>
    /// <param name="name">Its name, such as <c>val_loss</c>.</param>
    /// <returns>The number.</returns>
    /// <exception cref="TfLbfgsException">There is none of that name.</exception>
    public double this[string name]
    {
        get => TryGetValue(name, out double value)
            ? value
            : throw new TfLbfgsException($"expected one of the logs {string.Join(", ", _names)}, received '{name}'.");
        set
        {
            ArgumentNullException.ThrowIfNull(name);
            Read();
            if (!_values.ContainsKey(name) && !_names.Contains(name))
                _names.Add(name);
            _values[name] = value;
        }
    }

    /// <summary>Whether there is a number of a name.</summary>
    /// <param name="name">The name.</param>
    /// <param name="value">The number.</param>
    /// <returns>True when there is.</returns>
    public bool TryGetValue(string name, [MaybeNullWhen(false)] out double value)
    {
        Read();
        return _values.TryGetValue(name, out value);
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, double>> GetEnumerator()
    {
        Read();
        return _names.Select(name => KeyValuePair.Create(name, _values[name])).GetEnumerator();
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Such as <c>loss: 0.125 - mae: 0.25</c>.</summary>
    /// <returns>The text.</returns>
    public override string ToString() =>
        string.Join(" - ", this.Select(entry => string.Create(CultureInfo.InvariantCulture, $"{entry.Key}: {entry.Value:G4}")));

    /// <summary>A copy that needs no tensor any more.</summary>
    internal TrainingLogs Copy(string prefix = "")
    {
        TrainingLogs copy = new();
        foreach ((string name, double value) in this)
            copy[prefix + name] = value;
        return copy;
    }

    private void Read()
    {
        if (_read is null)
            return;
        double[] values = _read();
        _read = null;
        for (int i = 0; i < values.Length; i++)
            _values[_names[i]] = values[i];
    }
}
