using System.Diagnostics.CodeAnalysis;
using TfLbfgs.Keras.Callbacks;

namespace TfLbfgs.Keras;

/// <summary>One call of <c>Fit</c>: the epochs, their validation, and what is called while it runs.</summary>
internal sealed class TrainingRun : IDisposable
{
    private readonly TrainingData? _ownData;
    private readonly TrainingData? _ownValidation;
    private TrainingData _data;
    private TrainingData? _drawn;
    private int? _drawnAt;
    private readonly TrainingData? _validation;
    private readonly BestWeights? _best;
    private readonly ProgressBar? _bar;
    private readonly History _history = new();

    public TrainingRun(Model model, TrainingData data, FitOptions options)
    {
        Model = model;
        Options = options;
        (_data, _validation) = (data, options.ValidationData);
        _bar = ProgressBar.For(options.Verbosity);
        Callbacks = new CallbackList(model, _bar is null ? options.Callbacks : [_bar, .. options.Callbacks]);
        if (options.ValidationSplit > 0 && options.ValidationData is null)
            (_data, _validation) = (_ownData, _ownValidation) = data.Split(options.ValidationSplit);
        _best = options.Callbacks.Count > 0 ? new BestWeights(model) : null;
        Epoch = options.InitialEpoch;
    }

    public Model Model { get; }

    public FitOptions Options { get; }

    public CallbackList Callbacks { get; }

    public History History => _history;

    /// <summary>The data of training.</summary>
    public TrainingData Data => _data;

    /// <summary>The number of the next epoch.</summary>
    public int Epoch { get; set; }

    /// <summary>Whether the run goes on.</summary>
    public bool GoesOn => !Model.StopTraining && Epoch < Options.Epochs;

    public History Run()
    {
        Prepare();
        Model.StopTraining = false;
        Model.SetHistory(_history, _validation is not null);
        TrainingLogs? last = null;
        Callbacks.Start(new TrainingParameters(Options.Epochs, Steps(), Options.Verbosity));
        try
        {
            Callbacks.OnTrainBegin();
            Epoch = Math.Max(Epoch, Callbacks.ResumeAt ?? 0);
            Model.RequireMethod().Run(this, logs => last = logs, static () => true);
            Callbacks.OnTrainEnd(last);
        }
        catch (TrainingCallbackException e)
        {
            bool isRestored = _best?.TryRestore() ?? false;
            Callbacks.Abandon();
            if (!isRestored)
                throw;
            string restored = FormattableString.Invariant($"{Model} was given the weights of epoch {_best!.Epoch}, its best one so far");
            throw new TrainingCallbackException($"{e.Message} {restored}; Model.History has the logs.", e.InnerException ?? e);
        }
        catch
        {
            Callbacks.Abandon();
            throw;
        }

        return _history;
    }

    /// <summary>States how the run goes, for the history and for observers.</summary>
    public void Note(string remark)
    {
        _history.RemarksOf.Add(remark);
        _bar?.Note(remark);
    }

    /// <summary>Takes other data where they are due in the epoch that begins.</summary>
    /// <returns>Whether there are other data now.</returns>
    public bool TryResample()
    {
        if (Options.Resampling is not { } resampling || Epoch == Options.InitialEpoch || Epoch % resampling.Interval != 0
            || _drawnAt == Epoch)
            return false;
        TrainingData drawn = resampling.Draw(Epoch) ?? throw new TfLbfgsException("Resampling.Draw: expected data, received null.");
        if (!ReferenceEquals(drawn, _drawn))
            _drawn?.Dispose();
        (_data, _drawn, _drawnAt) = (drawn, drawn, Epoch);
        return true;
    }

    /// <summary>Begins an epoch.</summary>
    public void BeginEpoch() => Callbacks.OnEpochBegin(Epoch);

    /// <summary>Ends an epoch: validates, and tells callbacks and the history.</summary>
    public TrainingLogs EndEpoch(TrainingLogs logs, string optimizer)
    {
        if (_validation is not null && (Epoch + 1) % Options.ValidationFrequency == 0)
        {
            TrainingLogs measured = Validation(_validation).Run(Callbacks, Options.CancellationToken);
            foreach ((string name, double value) in measured)
                logs["val_" + name] = value;
        }

        _best?.Take(Epoch, logs);
        Callbacks.OnEpochEnd(Epoch, logs);
        _history.Add(Epoch, logs, optimizer);
        Epoch++;
        return logs;
    }

    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The caller disposes it.")]
    public StepSource NewSource()
    {
        int? seed = Options.Seed ?? Random.Shared.Next();
        Func<ObjectiveData, ObjectiveData>? prepare = null;
        if (Options.ClassWeights is { } weights)
            prepare = data => ClassWeighting.Apply(data, weights);
        return StepSource.Of(_data, Options.RowsPerStep, Options.Shuffle ? seed : null, prepare);
    }

    public void Dispose()
    {
        _best?.Dispose();
        _drawn?.Dispose();
        _ownData?.Dispose();
        _ownValidation?.Dispose();
    }

    /// <summary>Refuses what does not fit before anything is called or changed; batches show it when they come.</summary>
    private void Prepare()
    {
        TrainingMethod method = Model.RequireMethod();
        method.CheckData(this);
        if (Epoch >= Options.Epochs)
            return;
        method.Prepare(this);
        if (_validation is not null)
            Validation(_validation).Prepare();
    }

    private Evaluation Validation(TrainingData data) =>
        new(Model, data, Options.ValidationBatchSize ?? Options.RowsPerStep, Options.ValidationSteps);

    private long? Steps() => Options.StepsPerEpoch is { } steps ? steps : (_data.Rows + Options.RowsPerStep - 1) / Options.RowsPerStep;
}
