namespace TfLbfgs.Keras.Callbacks;

/// <summary>
/// Ends training when a log has not become better for some epochs. Python: <c>tf.keras.callbacks.EarlyStopping</c>.
/// </summary>
/// <param name="monitor">The log that is watched; default <c>val_loss</c>.</param>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Reliability", "CA1001", Justification = "OnTrainEnd frees it, which every run calls.")]
public sealed class EarlyStopping(string monitor = "val_loss") : Callback
{
    private WeightSnapshot? _weights;
    private Monitor? _monitor;
    private double _best;
    private int _wait;

    /// <summary>By how much a value must be better to count; default 0. Python: <c>min_delta</c>.</summary>
    public double MinimumChange { get; init; }

    /// <summary>The number of epochs without a better value after which training ends; default 0.</summary>
    public int Patience { get; init; }

    /// <summary>Which of two values is the better one. Python: <c>mode</c>.</summary>
    public MonitorDirection Direction { get; init; }

    /// <summary>A value that the log must be better than, first; null (default): none.</summary>
    public double? Baseline { get; init; }

    /// <summary>
    /// Whether the model is given the weights of the best epoch at the end; default false. Python: <c>restore_best_weights</c>.
    /// </summary>
    public bool RestoreBestWeights { get; init; }

    /// <summary>The epoch from which on values are watched; default 0. Python: <c>start_from_epoch</c>.</summary>
    public int StartFromEpoch { get; init; }

    /// <summary>The epoch in which training was ended; null: it was not. Python: <c>stopped_epoch</c>.</summary>
    public int? StoppedEpoch { get; private set; }

    /// <summary>The epoch of the best value. Python: <c>best_epoch</c>.</summary>
    public int BestEpoch { get; private set; }

    /// <summary>The best value.</summary>
    public double Best => _best;

    /// <inheritdoc/>
    public override void OnTrainBegin()
    {
        _monitor = new Monitor(monitor, Direction, Math.Abs(MinimumChange));
        _best = _monitor.Worst;
        (_wait, StoppedEpoch, BestEpoch) = (0, null, 0);
    }

    /// <inheritdoc/>
    public override void OnEpochEnd(int epoch, TrainingLogs logs)
    {
        ArgumentNullException.ThrowIfNull(logs);
        if (epoch < StartFromEpoch || _monitor!.Read(logs, Model.HasValidation, nameof(EarlyStopping)) is not { } value)
            return;
        if (RestoreBestWeights && _weights is null)
        {
            _weights = new WeightSnapshot(Model);
            BestEpoch = epoch;
        }

        _wait++;
        if (_monitor.IsBetter(value, _best))
        {
            (_best, BestEpoch) = (value, epoch);
            if (RestoreBestWeights)
                _weights!.Take();
            if (Baseline is null || _monitor.IsBetter(value, Baseline.Value))
                _wait = 0;
            return;
        }

        if (_wait < Patience || epoch == 0)
            return;
        StoppedEpoch = epoch;
        Model.StopTraining = true;
        Model.NoteStop(
            FormattableString.Invariant(
            $"EarlyStopping: {monitor} was best in epoch {BestEpoch} ({_best:G6}) and not better in the {_wait} epochs after it."));
    }

    /// <inheritdoc/>
    public override void OnTrainEnd(TrainingLogs? logs)
    {
        if (RestoreBestWeights)
            _weights?.Restore();
        OnAbandoned();
    }

    /// <inheritdoc/>
    public override void OnAbandoned()
    {
        _weights?.Dispose();
        _weights = null;
    }
}
