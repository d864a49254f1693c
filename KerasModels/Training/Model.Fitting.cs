using TfLbfgs.Keras.Callbacks;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras;

/// <content>Training and measurements.</content>
public partial class Model
{
    private int _isFitting;

    /// <summary>Trains the model as <c>Compile</c> configured it. Python: <c>model.fit(x, y, batch_size, epochs)</c>.</summary>
    /// <param name="x">The inputs, [rows, ...], of the model's dtype; borrowed.</param>
    /// <param name="y">The targets, [rows, ...]; borrowed.</param>
    /// <param name="epochs">The number of passes over all rows; default 1.</param>
    /// <param name="batchSize">The number of rows of a step; default 32.</param>
    /// <returns>The logs of each epoch.</returns>
    /// <exception cref="TfLbfgsException">Model, data and options do not fit, or a callback failed.</exception>
    public History Fit(Tensor x, Tensor y, int epochs = 1, int batchSize = 32) =>
        Fit((x, y), new FitOptions { Epochs = epochs, BatchSize = batchSize });

    /// <summary>Trains the model as <c>Compile</c> configured it.</summary>
    /// <param name="x">The inputs, [rows, ...], of the model's dtype; borrowed.</param>
    /// <param name="y">The targets, [rows, ...]; borrowed.</param>
    /// <param name="options">The options.</param>
    /// <returns>The logs of each epoch.</returns>
    /// <exception cref="TfLbfgsException">Model, data and options do not fit, or a callback failed.</exception>
    public History Fit(Tensor x, Tensor y, FitOptions options) => Fit((x, y), options);

    /// <summary>Trains the model as <c>Compile</c> configured it. Python: <c>model.fit</c>.</summary>
    /// <param name="data">Inputs, targets and weights of samples: tensors, or batches; borrowed.</param>
    /// <param name="options">The options; null: the defaults.</param>
    /// <returns>The logs of each epoch.</returns>
    /// <exception cref="TfLbfgsException">Model, data and options do not fit, or a callback failed.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public History Fit(TrainingData data, FitOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        options ??= new FitOptions();
        options.Check();
        RequireMethod();
        if (Interlocked.Exchange(ref _isFitting, 1) == 1)
        {
            throw new TfLbfgsException(
                $"{this}: expected one Fit at a time, received a call while another one runs, on another thread or in a callback. Wait "
                + "for it, or train a copy of the model.");
        }

        try
        {
            using TrainingRun run = new(this, data, options);
            return run.Run();
        }
        finally
        {
            Volatile.Write(ref _isFitting, 0);
        }
    }

    /// <summary>The measures of the model on data. Python: <c>model.evaluate(x, y, return_dict=True)</c>.</summary>
    /// <param name="x">The inputs, [rows, ...]; borrowed.</param>
    /// <param name="y">The targets, [rows, ...]; borrowed.</param>
    /// <param name="batchSize">The number of rows of a step; default 32.</param>
    /// <returns>Loss and metrics by name.</returns>
    /// <exception cref="TfLbfgsException">Model and data do not fit.</exception>
    public TrainingLogs Evaluate(Tensor x, Tensor y, int batchSize = 32) => Evaluate((x, y), batchSize);

    /// <summary>The measures of the model on data. Python: <c>model.evaluate</c>.</summary>
    /// <param name="data">Inputs, targets and weights of samples; borrowed.</param>
    /// <param name="batchSize">The number of rows of a step; default 32.</param>
    /// <param name="steps">The number of steps; null: all rows.</param>
    /// <param name="callbacks">What is called while it runs; null: nothing.</param>
    /// <returns>Loss and metrics by name.</returns>
    /// <exception cref="TfLbfgsException">Model and data do not fit.</exception>
    public TrainingLogs Evaluate(TrainingData data, int batchSize = 32, int? steps = null, IReadOnlyList<Callback>? callbacks = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        RequireCompiled();
        CallbackList list = new(this, callbacks ?? []);
        list.Start(new TrainingParameters(1, steps ?? (data.Rows + batchSize - 1) / batchSize, Verbosity.Silent));
        return new Evaluation(this, data, batchSize, steps).Run(list, default);
    }

    /// <summary>One step of training on a batch. Python: <c>model.train_on_batch</c>.</summary>
    /// <param name="batch">The data; borrowed.</param>
    /// <returns>The measures since the last reset by name.</returns>
    public TrainingLogs TrainOnBatch(TrainingBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        RequireOptimizer();
        BuildFor(batch.Inputs);
        using StepResult result = TrainSteps().RunBatch(batch);
        return result.Logs.Copy();
    }

    /// <summary>One step of training on a batch.</summary>
    /// <param name="x">The inputs, [batch, ...]; borrowed.</param>
    /// <param name="y">The targets, [batch, ...]; borrowed.</param>
    /// <returns>The measures since the last reset by name.</returns>
    public TrainingLogs TrainOnBatch(Tensor x, Tensor y) => TrainOnBatch(new TrainingBatch(x, y));

    /// <summary>The measures on a batch, added to those before. Python: <c>model.test_on_batch</c>.</summary>
    /// <param name="batch">The data; borrowed.</param>
    /// <returns>The measures since the last reset by name.</returns>
    public TrainingLogs TestOnBatch(TrainingBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        BuildFor(batch.Inputs);
        using StepResult result = TestSteps().RunBatch(batch);
        return result.Logs.Copy();
    }

    /// <summary>The measures on a batch, added to those before.</summary>
    /// <param name="x">The inputs, [batch, ...]; borrowed.</param>
    /// <param name="y">The targets, [batch, ...]; borrowed.</param>
    /// <returns>The measures since the last reset by name.</returns>
    public TrainingLogs TestOnBatch(Tensor x, Tensor y) => TestOnBatch(new TrainingBatch(x, y));

    /// <summary>Forgets the batches that measures are taken over. Python: <c>model.reset_metrics</c>.</summary>
    public void ResetMetrics() => RequireCompiled().Reset();

    /// <summary>Makes the variables by a pass of one row, where they are not there yet.</summary>
    internal void BuildFor(IReadOnlyList<Tensor> inputs)
    {
        if (IsBuilt && (HasRun || Graph is not null || this is Sequential))
            return;
        using IDisposable eager = Tf.InitScope();
        using TensorScope scope = new();
        Forward([.. inputs.Select(input => input[..1])], training: false, applyUpdates: false);
    }
}
