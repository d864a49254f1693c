namespace TfLbfgs.Keras;

/// <summary>The logs of each epoch of a run. Python: <c>History</c>, what <c>model.fit</c> returns.</summary>
public sealed class History
{
    private readonly List<int> _epochs = [];
    private readonly List<TrainingLogs> _logs = [];
    private readonly List<string> _names = [];

    internal History()
    {
    }

    /// <summary>The epochs, from 0. Python: <c>history.epoch</c>.</summary>
    public IReadOnlyList<int> Epochs => _epochs;

    /// <summary>The names of all logs, such as <c>loss</c> and <c>val_loss</c>, in the order in which they came.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>The logs of each epoch.</summary>
    public IReadOnlyList<TrainingLogs> Logs => _logs;

    /// <summary>Which optimizer made each epoch: its name.</summary>
    public IReadOnlyList<string> Optimizers => OptimizersOf;

    /// <summary>What is to be known of the run besides, in sentences: that rows were taken in slices, or other data.</summary>
    public IReadOnlyList<string> Remarks => RemarksOf;

    /// <summary>Why the run ended before its last epoch, in a sentence; null: it did not.</summary>
    public string? StopReason { get; internal set; }

    /// <summary>The numbers of one name, one for each epoch; NaN where an epoch had none. Python: <c>history.history["loss"]</c>.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="TfLbfgsException">No epoch had it.</exception>
    public IReadOnlyList<double> this[string name] => _names.Contains(name)
        ? [.. _logs.Select(logs => logs.TryGetValue(name, out double value) ? value : double.NaN)]
        : throw new TfLbfgsException(_logs.Count > 0
            ? $"History: expected one of the logs {string.Join(", ", _names)}, received '{name}'."
            : $"History: expected a run of at least one epoch, received '{name}' of one without. {StopReason}".TrimEnd());

    internal List<string> OptimizersOf { get; } = [];

    internal List<string> RemarksOf { get; } = [];

    internal void Add(int epoch, TrainingLogs logs, string optimizer)
    {
        _epochs.Add(epoch);
        _logs.Add(logs);
        OptimizersOf.Add(optimizer);
        _names.AddRange(logs.Names.Except(_names));
    }
}
