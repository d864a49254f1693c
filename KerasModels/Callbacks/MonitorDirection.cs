namespace TfLbfgs.Keras.Callbacks;

/// <summary>Which of two values of a log is the better one. Python: <c>mode</c>.</summary>
public enum MonitorDirection
{
    /// <summary>The larger one where the name says so (accuracy, AUC, precision, recall and alike), else the smaller one.</summary>
    Auto,

    /// <summary>The smaller one.</summary>
    Minimum,

    /// <summary>The larger one.</summary>
    Maximum,
}
