namespace TfLbfgs.Keras.Saving;

/// <summary>
/// Weights do not fit the model; nothing was changed. The message is one line that names the first mismatches; <see cref="Report"/> has
/// every variable.
/// </summary>
public sealed class WeightsMismatchException : TfLbfgsException
{
    /// <summary>Creates the exception with a default message.</summary>
    public WeightsMismatchException() : this("The weights do not fit the model.")
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What was expected, what was received, what to do.</param>
    public WeightsMismatchException(string message) : base(message)
    {
    }

    /// <summary>Creates the exception with its cause.</summary>
    /// <param name="message">What was expected, what was received, what to do.</param>
    /// <param name="innerException">The cause.</param>
    public WeightsMismatchException(string message, Exception? innerException) : base(message, innerException)
    {
    }

    internal WeightsMismatchException(LoadReport report, bool isEmpty = false) : base(Compose(report, isEmpty)) => Report = report;

    /// <summary>What would have become of every variable.</summary>
    public LoadReport? Report { get; }

    private static string Compose(LoadReport report, bool isEmpty)
    {
        const int Shown = 6;
        IReadOnlyList<VariableLoad> mismatches = report.Mismatches;
        string rest = mismatches.Count > Shown ? $"; and {mismatches.Count - Shown} more" : "";
        return $"{report.Path}: {(isEmpty ? "none of the weights fits" : "the weights do not fit")} the model, and nothing was changed: {string.Join("; ", mismatches.Take(Shown))}{rest}. "
            + $"Load them into the model that they belong to{(isEmpty ? "" : ", or set LoadOptions.SkipMismatches")}.";
    }
}
