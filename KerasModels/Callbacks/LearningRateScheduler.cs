namespace TfLbfgs.Keras.Callbacks;

/// <summary>
/// Sets the learning rate before each epoch; adds <c>learning_rate</c> to the logs. L-BFGS has no learning rate, since its line search
/// finds the length of each step: alone it refuses the callback, and as a part of an <see cref="OptimizerSequence"/> it is left alone.
/// Python: <c>tf.keras.callbacks.LearningRateScheduler</c>.
/// </summary>
/// <param name="schedule">From the epoch, from 0, and the current learning rate to the next one, a finite number.</param>
public sealed class LearningRateScheduler(Func<int, double, double> schedule) : Callback
{
    /// <inheritdoc/>
    public override void OnTrainBegin() => Model.RequireSteps(nameof(LearningRateScheduler));

    /// <inheritdoc/>
    public override void OnEpochBegin(int epoch)
    {
        if (Model.Optimizer is { } optimizer)
            optimizer.LearningRate = schedule(epoch, optimizer.LearningRate);
    }

    /// <inheritdoc/>
    public override void OnEpochEnd(int epoch, TrainingLogs logs)
    {
        ArgumentNullException.ThrowIfNull(logs);
        if (Model.Optimizer is { } optimizer)
            logs["learning_rate"] = optimizer.LearningRate;
    }
}
