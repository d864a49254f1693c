namespace TfLbfgs.Keras.Callbacks;

/// <summary>
/// Sets the learning rate before each epoch; adds <c>learning_rate</c> to the logs. Python:
/// <c>tf.keras.callbacks.LearningRateScheduler</c>.
/// </summary>
/// <param name="schedule">From the epoch, from 0, and the current learning rate to the next one.</param>
public sealed class LearningRateScheduler(Func<int, double, double> schedule) : Callback
{
    /// <inheritdoc/>
    public override void OnEpochBegin(int epoch) =>
        Model.RequireOptimizer().LearningRate = schedule(epoch, Model.RequireOptimizer().LearningRate);

    /// <inheritdoc/>
    public override void OnEpochEnd(int epoch, TrainingLogs logs)
    {
        ArgumentNullException.ThrowIfNull(logs);
        logs["learning_rate"] = Model.RequireOptimizer().LearningRate;
    }
}
