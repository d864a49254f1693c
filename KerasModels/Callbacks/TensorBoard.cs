using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Keras.Callbacks;

/// <summary>
/// Writes event files that TensorBoard shows: <c>epoch_loss</c>, <c>epoch_METRIC</c> and <c>epoch_learning_rate</c> in <c>train</c>, those
/// of the validation in <c>validation</c>, with TensorFlow's own summary ops. Python: <c>tf.keras.callbacks.TensorBoard</c>.
/// </summary>
/// <param name="folder">The folder of the event files, made when it is not there.</param>
public sealed class TensorBoard(string folder = "logs") : Callback
{
    // The name that tells TensorFlow to make a resource of its own for each writer.
    private const string Anonymous = "cd2c89b7-88b7-44c8-ad83-06c2a9158347";
    private const string Host = "/CPU:0";
    private const int Queue = 1000;

    private readonly Dictionary<string, Tensor> _writers = [];
    private long _steps;

    /// <summary>
    /// Whether the logs of steps are written, too, after how many each time; 0 (default): no. Python: <c>update_freq</c>.
    /// </summary>
    public int UpdateEverySteps { get; init; }

    /// <summary>After how many epochs histograms of the variables are written; 0 (default): never. Python: <c>histogram_freq</c>.</summary>
    public int HistogramFrequency { get; init; }

    /// <inheritdoc/>
    public override void OnTrainBegin()
    {
        OnAbandoned();
        _steps = 0;
        // What cannot be a folder is found before the first epoch, not after it.
        Directory.CreateDirectory(Path.Combine(folder, "train"));
    }

    /// <inheritdoc/>
    public override void OnTrainBatchEnd(int batch, TrainingLogs logs)
    {
        ArgumentNullException.ThrowIfNull(logs);
        _steps++;
        if (UpdateEverySteps < 1 || _steps % UpdateEverySteps != 0)
            return;
        foreach ((string name, double value) in logs)
            Write("train", "batch_" + name, value, _steps);
    }

    /// <inheritdoc/>
    public override void OnEpochEnd(int epoch, TrainingLogs logs)
    {
        ArgumentNullException.ThrowIfNull(logs);
        foreach ((string name, double value) in logs)
        {
            bool isValidation = name.StartsWith("val_", StringComparison.Ordinal);
            Write(isValidation ? "validation" : "train", "epoch_" + (isValidation ? name[4..] : name), value, epoch);
        }

        if (!logs.TryGetValue("learning_rate", out _) && Model.Optimizer is { } optimizer)
            Write("train", "epoch_learning_rate", optimizer.LearningRate, epoch);
        if (HistogramFrequency > 0 && epoch % HistogramFrequency == 0)
            WriteHistograms(epoch);
        using (Device.Use(Host))
        {
            foreach (Tensor writer in _writers.Values)
                RawOps.FlushSummaryWriter(writer);
        }
    }

    /// <inheritdoc/>
    public override void OnTrainEnd(TrainingLogs? logs) => OnAbandoned();

    /// <inheritdoc/>
    public override void OnAbandoned()
    {
        foreach (Tensor writer in _writers.Values)
        {
            using (Device.Use(Host))
                RawOps.CloseSummaryWriter(writer);
            writer.Dispose();
        }

        _writers.Clear();
    }

    private void Write(string part, string tag, double value, long step)
    {
        using (Device.Use(Host))
        using (TensorScope scope = new())
            RawOps.WriteScalarSummary(Writer(part), Tensor.Scalar(step), Text(tag), Tensor.Scalar((float)value));
    }

    private void WriteHistograms(long step)
    {
        using (Device.Use(Host))
        using (TensorScope scope = new())
        {
            foreach (Variable variable in Model.TrainableVariables)
                RawOps.WriteHistogramSummary(Writer("train"), Tensor.Scalar(step), Text(variable.Name + "/histogram"), variable.Value);
        }
    }

    private Tensor Writer(string part)
    {
        if (_writers.TryGetValue(part, out Tensor? existing))
            return existing;
        string path = Path.Combine(folder, part);
        Directory.CreateDirectory(path);
        Tensor writer = RawOps.SummaryWriter(sharedName: Anonymous, container: "");
        RawOps.CreateSummaryFileWriter(
            writer, Text(Path.GetFullPath(path)), Tensor.Scalar(Queue), Tensor.Scalar(int.MaxValue), Text(".v2"));
        // Held by an alias, which no scope of the user disposes.
        return _writers[part] = writer.Alias();
    }

    private static Tensor Text(string text) => Tensor.FromStrings([text], Shape.Scalar);
}
