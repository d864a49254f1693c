namespace TfLbfgs;

/// <summary>
/// The root of every exception that TfLbfgs throws on purpose. The message says what was expected, what was received and what to do.
/// </summary>
public class TfLbfgsException : Exception
{
    /// <summary>Creates the exception with a default message.</summary>
    public TfLbfgsException() : this("TfLbfgs failed.")
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What was expected, what was received, what to do.</param>
    public TfLbfgsException(string message) : base(message)
    {
    }

    /// <summary>Creates the exception with its cause.</summary>
    /// <param name="message">What was expected, what was received, what to do.</param>
    /// <param name="innerException">The cause.</param>
    public TfLbfgsException(string message, Exception? innerException) : base(message, innerException)
    {
    }
}
