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
    // Logs are made in each step, and mostly not looked at: names are shared and values are read when they are asked for.
    private IReadOnlyList<string> _names = [];
    private Dictionary<string, double>? _values;
    private Tensor? _unread;
    private bool _isReleased;

    /// <summary>Creates empty logs.</summary>
    public TrainingLogs()
    {
    }

    internal TrainingLogs(IReadOnlyList<string> names, Tensor values) => (_names, _unread) = (names, values);

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
            Dictionary<string, double> values = Values();
            if (!values.ContainsKey(name))
                _names = [.. _names, name];
            values[name] = value;
        }
    }

    /// <summary>Whether there is a number of a name.</summary>
    /// <param name="name">The name.</param>
    /// <param name="value">The number.</param>
    /// <returns>True when there is.</returns>
    public bool TryGetValue(string name, [MaybeNullWhen(false)] out double value) => Values().TryGetValue(name, out value);

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, double>> GetEnumerator()
    {
        Dictionary<string, double> values = Values();
        return _names.Select(name => KeyValuePair.Create(name, values[name])).GetEnumerator();
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

    /// <summary>The step is over and its tensor freed: numbers that were not asked for are gone.</summary>
    internal void Release()
    {
        _isReleased = _unread is not null;
        _unread = null;
    }

    /// <summary>The numbers by name; one read of the device at the first call.</summary>
    private Dictionary<string, double> Values()
    {
        if (_values is not null)
            return _values;
        if (_isReleased)
        {
            throw new TfLbfgsException(
                "Expected the logs of a step to be read while its callback runs, received a question after the step. Read their numbers "
                + "in OnTrainBatchEnd, and keep those.");
        }

        Dictionary<string, double> values = new(StringComparer.Ordinal);
        if (_unread?.ToDoubles() is { } read)
        {
            for (int i = 0; i < read.Length; i++)
                values[_names[i]] = read[i];
        }

        _unread = null;
        return _values = values;
    }
}
