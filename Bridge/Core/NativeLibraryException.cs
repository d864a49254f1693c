namespace TfLbfgs;

/// <summary>
/// The TensorFlow library could not be found, unpacked or loaded. The message lists every place that was tried, and the remedy.
/// </summary>
public class NativeLibraryException : TfLbfgsException
{
    /// <summary>Creates the exception with a default message.</summary>
    public NativeLibraryException() : this("The TensorFlow library could not be loaded.")
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What was expected, what was received, what to do.</param>
    public NativeLibraryException(string message) : this(message, (Exception?)null)
    {
    }

    /// <summary>Creates the exception with its cause.</summary>
    /// <param name="message">What was expected, what was received, what to do.</param>
    /// <param name="innerException">The cause.</param>
    public NativeLibraryException(string message, Exception? innerException) : base(message, innerException)
    {
    }

    /// <summary>Creates the exception with the places tried.</summary>
    /// <param name="message">What was expected, what was received, what to do.</param>
    /// <param name="placesTried">One line per place: step, path, outcome.</param>
    public NativeLibraryException(string message, IReadOnlyList<string> placesTried) : base(message) => PlacesTried = placesTried;

    /// <summary>One line per place that was tried: step, path, outcome. Empty when the search itself was not at fault.</summary>
    public IReadOnlyList<string> PlacesTried { get; } = [];
}
