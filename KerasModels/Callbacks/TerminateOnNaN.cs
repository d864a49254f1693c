namespace TfLbfgs.Keras.Callbacks;

/// <summary>Ends training when the loss of a step is not a finite number. Python: <c>tf.keras.callbacks.TerminateOnNaN</c>.</summary>
public sealed class TerminateOnNaN : Callback
{
    /// <inheritdoc/>
    public override void OnTrainBatchEnd(int batch, TrainingLogs logs)
    {
        ArgumentNullException.ThrowIfNull(logs);
        if (!logs.TryGetValue("loss", out double loss) || double.IsFinite(loss))
            return;
        Model.StopTraining = true;
        Model.NoteStop(FormattableString.Invariant($"TerminateOnNaN: the loss of step {batch} is {loss}."));
    }
}
