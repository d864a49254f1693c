namespace TfLbfgs.Keras.Callbacks;

/// <summary>
/// Lowers the learning rate when a log has not become better for some epochs; adds <c>learning_rate</c> to the logs. L-BFGS has no
/// learning rate, since its line search finds the length of each step: alone it refuses the callback, and as a part of an
/// <see cref="OptimizerSequence"/> it is left alone. Python: <c>tf.keras.callbacks.ReduceLROnPlateau</c>.
/// </summary>
/// <param name="monitor">The log that is watched; default <c>val_loss</c>.</param>
public sealed class ReduceLROnPlateau(string monitor = "val_loss") : Callback
{
    private Monitor? _monitor;
    private double _best;
    private int _wait;
    private int _cooldown;

    /// <summary>What the learning rate is multiplied by, below 1; default 0.1.</summary>
    /// <exception cref="TfLbfgsException">Set to 1 or more.</exception>
    public double Factor
    {
        get;
        init => field = value < 1
            ? value
            : throw new TfLbfgsException($"ReduceLROnPlateau.Factor: expected a number below 1, received {value}.");
    } = 0.1;

    /// <summary>The number of epochs without a better value after which it is lowered; default 10.</summary>
    public int Patience { get; init; } = 10;

    /// <summary>Which of two values is the better one. Python: <c>mode</c>.</summary>
    public MonitorDirection Direction { get; init; }

    /// <summary>By how much a value must be better to count; default 0.0001. Python: <c>min_delta</c>.</summary>
    public double MinimumChange { get; init; } = 1e-4;

    /// <summary>The number of epochs after a change in which values do not count; default 0.</summary>
    public int Cooldown { get; init; }

    /// <summary>The smallest learning rate; default 0. Python: <c>min_lr</c>.</summary>
    public double MinimumLearningRate { get; init; }

    /// <inheritdoc/>
    public override void OnTrainBegin()
    {
        Model.RequireSteps(nameof(ReduceLROnPlateau));
        _monitor = new Monitor(monitor, Direction, MinimumChange);
        (_best, _wait, _cooldown) = (_monitor.Worst, 0, 0);
    }

    /// <inheritdoc/>
    public override void OnEpochEnd(int epoch, TrainingLogs logs)
    {
        ArgumentNullException.ThrowIfNull(logs);
        if (Model.Optimizer is not { } optimizer)
            return;
        double rate = optimizer.LearningRate;
        logs["learning_rate"] = rate;
        if (_monitor!.Read(logs, Model.HasValidation, nameof(ReduceLROnPlateau)) is not { } value)
            return;
        if (_cooldown > 0)
        {
            _cooldown--;
            _wait = 0;
        }

        if (_monitor.IsBetter(value, _best))
        {
            (_best, _wait) = (value, 0);
            return;
        }

        if (_cooldown > 0)
            return;
        _wait++;
        if (_wait < Patience || rate <= MinimumLearningRate)
            return;
        optimizer.LearningRate = Math.Max(rate * Factor, MinimumLearningRate);
        (_cooldown, _wait) = (Cooldown, 0);
    }
}
