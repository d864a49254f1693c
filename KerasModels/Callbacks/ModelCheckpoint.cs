using System.Globalization;
using System.Text.RegularExpressions;

namespace TfLbfgs.Keras.Callbacks;

/// <summary>
/// Saves the model, or its weights, while it is trained. The format follows from the end of the file name: <c>.keras</c>, <c>.h5</c>,
/// <c>.weights.h5</c>, ... Python: <c>tf.keras.callbacks.ModelCheckpoint</c>.
/// </summary>
/// <param name="path">The file; <c>{epoch:02d}</c> and <c>{val_loss:.2f}</c> stand for the number of the epoch, from 1, and for
/// logs.</param>
public sealed partial class ModelCheckpoint(string path) : Callback
{
    private Monitor? _monitor;
    private double _best;
    private int _epoch;
    private long _batches;

    /// <summary>The log that is watched where only better models are saved; default <c>val_loss</c>.</summary>
    public string MonitoredLog { get; init; } = "val_loss";

    /// <summary>Whether only models that are better than all before are saved; default false. Python: <c>save_best_only</c>.</summary>
    public bool SaveBestOnly { get; init; }

    /// <summary>Whether the weights alone are saved; default false. Python: <c>save_weights_only</c>.</summary>
    public bool SaveWeightsOnly { get; init; }

    /// <summary>Which of two values is the better one. Python: <c>mode</c>.</summary>
    public MonitorDirection Direction { get; init; }

    /// <summary>After how many steps it is saved; null (default): after each epoch. Python: <c>save_freq</c>.</summary>
    public int? SaveEverySteps { get; init; }

    /// <summary>A value that the log must be better than, first; null (default): none. Python: <c>initial_value_threshold</c>.</summary>
    public double? InitialThreshold { get; init; }

    /// <summary>The file that was written last; null: none. </summary>
    public string? LastPath { get; private set; }

    /// <inheritdoc/>
    public override void OnTrainBegin()
    {
        _monitor = new Monitor(MonitoredLog, Direction);
        _best = InitialThreshold ?? _monitor.Worst;
        _batches = 0;
        LastPath = null;
        // A folder that cannot be made is found before the first epoch, not after it.
        string folder = FolderOf(path);
        if (!Fields().IsMatch(folder))
            Directory.CreateDirectory(folder);
    }

    /// <inheritdoc/>
    public override void OnEpochBegin(int epoch) => _epoch = epoch;

    /// <inheritdoc/>
    public override void OnTrainBatchEnd(int batch, TrainingLogs logs)
    {
        ArgumentNullException.ThrowIfNull(logs);
        _batches++;
        if (SaveEverySteps is { } steps && _batches % steps == 0)
            Save(_epoch, batch, logs);
    }

    /// <inheritdoc/>
    public override void OnEpochEnd(int epoch, TrainingLogs logs)
    {
        ArgumentNullException.ThrowIfNull(logs);
        if (SaveEverySteps is null)
            Save(epoch, null, logs);
    }

    private void Save(int epoch, int? batch, TrainingLogs logs)
    {
        if (SaveBestOnly)
        {
            if (_monitor!.Read(logs, Model.HasValidation, nameof(ModelCheckpoint)) is not { } value || !_monitor.IsBetter(value, _best))
                return;
            _best = value;
        }

        string file = Fields().Replace(path, match => Format(match, epoch, batch, logs));
        Directory.CreateDirectory(FolderOf(file));
        if (SaveWeightsOnly)
            Model.SaveWeights(file);
        else
            Model.Save(file);
        LastPath = file;
    }

    private static string FolderOf(string file) => Path.GetDirectoryName(Path.GetFullPath(file)) ?? "/";

    private static string Format(Match match, int epoch, int? batch, TrainingLogs logs)
    {
        string name = match.Groups["name"].Value, format = match.Groups["format"].Value;
        double value = name switch
        {
            "epoch" => epoch + 1,
            "batch" when batch is not null => batch.Value + 1,
            _ => logs[name],
        };
        // The forms of Python that file names use: 02d, .2f, .3e, and none.
        if (format.EndsWith('d'))
            return ((long)value).ToString("D" + format[..^1].TrimStart('0'), CultureInfo.InvariantCulture);
        Match digits = Digits().Match(format);
        if (digits.Success)
            return value.ToString((digits.Groups[2].Value == "f" ? "F" : "E") + digits.Groups[1].Value, CultureInfo.InvariantCulture);
        return value.ToString("R", CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"\{(?<name>\w+)(?::(?<format>[^}]*))?\}")]
    private static partial Regex Fields();

    [GeneratedRegex(@"^\.(\d+)([fe])$")]
    private static partial Regex Digits();
}
