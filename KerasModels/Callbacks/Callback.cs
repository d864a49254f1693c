namespace TfLbfgs.Keras.Callbacks;

/// <summary>
/// Is called while a model is trained, measured or used for predictions. Every method is empty until it is overridden. Numbers of the logs
/// of a step are read from the device when they are asked for. Python: <c>tf.keras.callbacks.Callback</c>.
/// </summary>
public abstract class Callback
{
    private Model? _model;

    /// <summary>The model that runs.</summary>
    /// <exception cref="TfLbfgsException">Nothing runs yet.</exception>
    protected Model Model =>
        _model ?? throw new TfLbfgsException($"{GetType().Name}: expected to be called by a model, which runs nothing yet.");

    /// <summary>The numbers of epochs and steps. Python: <c>self.params</c>.</summary>
    protected TrainingParameters Parameters { get; private set; } = new(0, null, Verbosity.Silent);

    /// <summary>Called once before training.</summary>
    public virtual void OnTrainBegin()
    {
    }

    /// <summary>Called once after training.</summary>
    /// <param name="logs">The logs of the last epoch; null: there was none.</param>
    public virtual void OnTrainEnd(TrainingLogs? logs)
    {
    }

    /// <summary>Called before an epoch.</summary>
    /// <param name="epoch">Its number, from 0.</param>
    public virtual void OnEpochBegin(int epoch)
    {
    }

    /// <summary>Called after an epoch and its validation.</summary>
    /// <param name="epoch">Its number, from 0.</param>
    /// <param name="logs">Loss and metrics, those of the validation with <c>val_</c> in front; numbers can be added.</param>
    public virtual void OnEpochEnd(int epoch, TrainingLogs logs)
    {
    }

    /// <summary>Called before a step of training.</summary>
    /// <param name="batch">Its number in the epoch, from 0.</param>
    public virtual void OnTrainBatchBegin(int batch)
    {
    }

    /// <summary>Called after a step of training.</summary>
    /// <param name="batch">Its number in the epoch, from 0.</param>
    /// <param name="logs">Loss and metrics of the epoch so far.</param>
    public virtual void OnTrainBatchEnd(int batch, TrainingLogs logs)
    {
    }

    /// <summary>Called before a measurement, also that of a validation.</summary>
    public virtual void OnTestBegin()
    {
    }

    /// <summary>Called after a measurement.</summary>
    /// <param name="logs">Loss and metrics.</param>
    public virtual void OnTestEnd(TrainingLogs logs)
    {
    }

    /// <summary>Called before a step of a measurement.</summary>
    /// <param name="batch">Its number, from 0.</param>
    public virtual void OnTestBatchBegin(int batch)
    {
    }

    /// <summary>Called after a step of a measurement.</summary>
    /// <param name="batch">Its number, from 0.</param>
    /// <param name="logs">Loss and metrics so far.</param>
    public virtual void OnTestBatchEnd(int batch, TrainingLogs logs)
    {
    }

    /// <summary>Called before predictions.</summary>
    public virtual void OnPredictBegin()
    {
    }

    /// <summary>Called after predictions.</summary>
    public virtual void OnPredictEnd()
    {
    }

    /// <summary>Called before the predictions of a batch.</summary>
    /// <param name="batch">Its number, from 0.</param>
    public virtual void OnPredictBatchBegin(int batch)
    {
    }

    /// <summary>Called after the predictions of a batch.</summary>
    /// <param name="batch">Its number, from 0.</param>
    public virtual void OnPredictBatchEnd(int batch)
    {
    }

    /// <summary>
    /// Called when a run ends by an exception or a cancellation, in place of <see cref="OnTrainEnd"/>: close files here.
    /// </summary>
    public virtual void OnAbandoned()
    {
    }

    /// <summary>States which model calls. Python: <c>set_model</c>.</summary>
    /// <param name="model">The model.</param>
    public virtual void SetModel(Model model) => _model = model;

    /// <summary>States the numbers of epochs and steps. Python: <c>set_params</c>.</summary>
    /// <param name="parameters">The numbers.</param>
    public virtual void SetParameters(TrainingParameters parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        Parameters = parameters;
    }

    /// <summary>The epoch at which a run goes on that was interrupted; null (default): it starts as asked.</summary>
    internal virtual int? ResumeAt => null;
}
