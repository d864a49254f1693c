using System.Globalization;

namespace TfLbfgs.Keras.Callbacks;

/// <summary>
/// Writes the logs of each epoch as a line of a CSV file, with the names of the first one as its head. Python:
/// <c>tf.keras.callbacks.CSVLogger</c>.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="separator">What stands between two numbers; default a comma.</param>
/// <param name="append">Whether lines are added to a file that is there; default false: it is replaced.</param>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Reliability", "CA1001", Justification = "OnTrainEnd frees it, which every run calls.")]
public sealed class CSVLogger(string path, string separator = ",", bool append = false) : Callback
{
    private StreamWriter? _writer;
    private string[]? _names;
    private bool _hasHead;

    /// <inheritdoc/>
    public override void OnTrainBegin()
    {
        _hasHead = append && File.Exists(path) && new FileInfo(path).Length > 0;
        _names = null;
        _writer = new StreamWriter(path, append) { NewLine = "\n" };
    }

    /// <inheritdoc/>
    public override void OnEpochEnd(int epoch, TrainingLogs logs)
    {
        ArgumentNullException.ThrowIfNull(logs);
        if (_names is null)
        {
            // A validation that is due later only has its columns from the start, as in Keras.
            _names = [.. logs.Names.Order(StringComparer.Ordinal)];
            if (!_names.Any(name => name.StartsWith("val_", StringComparison.Ordinal)) && Model.HasValidation)
                _names = [.. _names, .. _names.Select(name => "val_" + name)];
            if (!_hasHead)
                _writer!.WriteLine(string.Join(separator, _names.Prepend("epoch")));
        }

        string Text(string name) => logs.TryGetValue(name, out double value) ? value.ToString("R", CultureInfo.InvariantCulture) : "NA";
        _writer!.WriteLine(string.Join(separator, _names.Select(Text).Prepend(epoch.ToString(CultureInfo.InvariantCulture))));
        _writer.Flush();
    }

    /// <inheritdoc/>
    public override void OnTrainEnd(TrainingLogs? logs) => OnAbandoned();

    /// <inheritdoc/>
    public override void OnAbandoned()
    {
        _writer?.Dispose();
        _writer = null;
    }
}
