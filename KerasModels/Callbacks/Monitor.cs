namespace TfLbfgs.Keras.Callbacks;

/// <summary>Watches one log for improvements.</summary>
/// <param name="name">The name of the log.</param>
/// <param name="direction">Which of two values is the better one.</param>
/// <param name="minimumChange">By how much a value must be better to count.</param>
internal sealed class Monitor(string name, MonitorDirection direction, double minimumChange = 0)
{
    private static readonly string[] Larger =
        ["acc", "auc", "precision", "recall", "f1_score", "fbeta_score", "fmeasure", "iou", "io_u", "r2_score", "true_positives",
        "true_negatives"];

    private readonly bool _isLarger = direction == MonitorDirection.Maximum
        || (direction == MonitorDirection.Auto && Larger.Any(part => name.Contains(part, StringComparison.Ordinal)));

    /// <summary>The name of the log.</summary>
    public string Name => name;

    /// <summary>The value that is worse than any.</summary>
    public double Worst => _isLarger ? double.NegativeInfinity : double.PositiveInfinity;

    /// <summary>Whether a value is better than another one.</summary>
    public bool IsBetter(double value, double than) => _isLarger ? value - minimumChange > than : value + minimumChange < than;

    /// <summary>The value in the logs; null where they do not have it.</summary>
    /// <param name="logs">The logs of an epoch.</param>
    /// <param name="validates">Whether the run validates, which may be due in some epochs only.</param>
    /// <param name="callback">Who asks.</param>
    /// <exception cref="TfLbfgsException">They do not have it, though a validation is not due in other epochs only.</exception>
    public double? Read(TrainingLogs logs, bool validates, string callback)
    {
        if (logs.TryGetValue(name, out double value))
            return value;
        bool isValidation = name.StartsWith("val_", StringComparison.Ordinal) && logs.Names.Contains(name[4..]);
        if (isValidation && validates)
            return null;
        string advice = isValidation
            ? $" The run does not validate: set FitOptions.ValidationData or ValidationSplit, or watch '{name[4..]}'." : "";
        throw new TfLbfgsException($"{callback}: expected one of the logs {string.Join(", ", logs.Names)}, received '{name}'.{advice}");
    }
}
