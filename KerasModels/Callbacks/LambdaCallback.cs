namespace TfLbfgs.Keras.Callbacks;

/// <summary>Calls functions. Python: <c>tf.keras.callbacks.LambdaCallback</c>.</summary>
public sealed class LambdaCallback : Callback
{
    /// <summary>Called once before training.</summary>
    public Action? TrainBegin { get; init; }

    /// <summary>Called once after training.</summary>
    public Action<TrainingLogs?>? TrainEnd { get; init; }

    /// <summary>Called before an epoch.</summary>
    public Action<int>? EpochBegin { get; init; }

    /// <summary>Called after an epoch.</summary>
    public Action<int, TrainingLogs>? EpochEnd { get; init; }

    /// <summary>Called before a step of training.</summary>
    public Action<int>? TrainBatchBegin { get; init; }

    /// <summary>Called after a step of training.</summary>
    public Action<int, TrainingLogs>? TrainBatchEnd { get; init; }

    /// <inheritdoc/>
    public override void OnTrainBegin() => TrainBegin?.Invoke();

    /// <inheritdoc/>
    public override void OnTrainEnd(TrainingLogs? logs) => TrainEnd?.Invoke(logs);

    /// <inheritdoc/>
    public override void OnEpochBegin(int epoch) => EpochBegin?.Invoke(epoch);

    /// <inheritdoc/>
    public override void OnEpochEnd(int epoch, TrainingLogs logs) => EpochEnd?.Invoke(epoch, logs);

    /// <inheritdoc/>
    public override void OnTrainBatchBegin(int batch) => TrainBatchBegin?.Invoke(batch);

    /// <inheritdoc/>
    public override void OnTrainBatchEnd(int batch, TrainingLogs logs) => TrainBatchEnd?.Invoke(batch, logs);
}
