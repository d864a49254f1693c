namespace TfLbfgs.Keras.Callbacks;

/// <summary>Calls several callbacks in order, and says where one failed.</summary>
internal sealed class CallbackList
{
    private readonly Model _model;
    private readonly IReadOnlyList<Callback> _callbacks;
    private int? _epoch;

    public CallbackList(Model model, IReadOnlyList<Callback> callbacks)
    {
        ArgumentNullException.ThrowIfNull(callbacks);
        _model = model;
        _callbacks = callbacks;
        if (callbacks.Contains(null!))
            throw new TfLbfgsException($"{model}: expected callbacks, received null among them.");
        foreach (Callback callback in callbacks)
            callback.SetModel(model);
    }

    public int? ResumeAt => _callbacks.Select(callback => callback.ResumeAt).FirstOrDefault(epoch => epoch is not null);

    public void Start(TrainingParameters parameters)
    {
        foreach (Callback callback in _callbacks)
            callback.SetParameters(parameters);
    }

    public void OnTrainBegin() => Each(nameof(Callback.OnTrainBegin), static (callback, _, _) => callback.OnTrainBegin(), 0, null);

    public void OnTrainEnd(TrainingLogs? logs) =>
        Each(nameof(Callback.OnTrainEnd), static (callback, _, logs) => callback.OnTrainEnd(logs), 0, logs);

    public void OnEpochBegin(int epoch)
    {
        _epoch = epoch;
        Each(nameof(Callback.OnEpochBegin), static (callback, epoch, _) => callback.OnEpochBegin(epoch), epoch, null);
    }

    public void OnEpochEnd(int epoch, TrainingLogs logs)
    {
        Each(nameof(Callback.OnEpochEnd), static (callback, epoch, logs) => callback.OnEpochEnd(epoch, logs!), epoch, logs);
        _epoch = null;
    }

    public void OnTrainBatchBegin(int batch) =>
        Each(nameof(Callback.OnTrainBatchBegin), static (callback, batch, _) => callback.OnTrainBatchBegin(batch), batch, null);

    public void OnTrainBatchEnd(int batch, TrainingLogs logs) =>
        Each(nameof(Callback.OnTrainBatchEnd), static (callback, batch, logs) => callback.OnTrainBatchEnd(batch, logs!), batch, logs);

    public void OnTestBegin() => Each(nameof(Callback.OnTestBegin), static (callback, _, _) => callback.OnTestBegin(), 0, null);

    public void OnTestEnd(TrainingLogs logs) =>
        Each(nameof(Callback.OnTestEnd), static (callback, _, logs) => callback.OnTestEnd(logs!), 0, logs);

    public void OnTestBatchBegin(int batch) =>
        Each(nameof(Callback.OnTestBatchBegin), static (callback, batch, _) => callback.OnTestBatchBegin(batch), batch, null);

    public void OnTestBatchEnd(int batch, TrainingLogs logs) =>
        Each(nameof(Callback.OnTestBatchEnd), static (callback, batch, logs) => callback.OnTestBatchEnd(batch, logs!), batch, logs);

    public void OnPredictBegin() => Each(nameof(Callback.OnPredictBegin), static (callback, _, _) => callback.OnPredictBegin(), 0, null);

    public void OnPredictEnd() => Each(nameof(Callback.OnPredictEnd), static (callback, _, _) => callback.OnPredictEnd(), 0, null);

    public void OnPredictBatchBegin(int batch) =>
        Each(nameof(Callback.OnPredictBatchBegin), static (callback, batch, _) => callback.OnPredictBatchBegin(batch), batch, null);

    public void OnPredictBatchEnd(int batch) =>
        Each(nameof(Callback.OnPredictBatchEnd), static (callback, batch, _) => callback.OnPredictBatchEnd(batch), batch, null);

    /// <summary>Ends a run that failed or was cancelled; what a callback throws then does not hide the reason.</summary>
    public void Abandon()
    {
        foreach (Callback callback in _callbacks)
        {
            try
            {
                callback.OnAbandoned();
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                Console.Error.WriteLine($"{callback.GetType().Name}.OnAbandoned: {e.Message}");
            }
        }
    }

    private void Each(string method, Action<Callback, int, TrainingLogs?> call, int number, TrainingLogs? logs)
    {
        // By index: an enumerator would be made twice in each step.
        for (int i = 0; i < _callbacks.Count; i++)
        {
            Callback callback = _callbacks[i];
            try
            {
                call(callback, number, logs);
            }
            catch (Exception e) when (e is not OperationCanceledException and not TrainingCallbackException)
            {
                string where = _epoch is { } epoch ? FormattableString.Invariant($" in epoch {epoch}") : "";
                string ending = e.Message.EndsWith('.') ? "" : ".";
                throw new TrainingCallbackException($"{callback.GetType().Name}.{method} failed{where}: {e.Message}{ending}", e);
            }
        }
    }
}
