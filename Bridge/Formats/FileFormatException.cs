namespace TfLbfgs.Formats;

/// <summary>
/// A file cannot be read or written: it is damaged, hostile, of another format, or uses features that are not supported. The message is
/// one line that names the file, the object in it, what was found, what was expected, and what to do. Python: <c>OSError</c>,
/// <c>KeyError</c> or <c>ValueError</c> of h5py, zipfile and Keras.
/// </summary>
public sealed class FileFormatException : TfLbfgsException
{
    /// <summary>Creates the exception with a default message.</summary>
    public FileFormatException() : this("The file cannot be used.")
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What was found, what was expected, what to do.</param>
    public FileFormatException(string message) : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What was found, what was expected, what to do.</param>
    /// <param name="innerException">The cause.</param>
    public FileFormatException(string message, Exception innerException) : base(message, innerException)
    {
    }

    /// <summary>Creates the exception from its parts.</summary>
    /// <param name="filePath">The file.</param>
    /// <param name="objectName">The object in it, as a path with slashes; "/" is the file as a whole.</param>
    /// <param name="found">What was found, without a full stop.</param>
    /// <param name="expected">What was expected, without a full stop.</param>
    /// <param name="advice">What to do, as a sentence.</param>
    /// <param name="innerException">The cause, if another exception is.</param>
    public FileFormatException(string filePath, string objectName, string found, string expected, string advice,
        Exception? innerException = null)
        : base(Compose(filePath, objectName, found, expected, advice), innerException)
    {
        FilePath = filePath;
        ObjectName = objectName;
        Found = found;
        Expected = expected;
        Advice = advice;
    }

    /// <summary>The file.</summary>
    public string? FilePath { get; }

    /// <summary>The object in the file, as a path with slashes; "/" is the file as a whole.</summary>
    public string? ObjectName { get; }

    /// <summary>What was found.</summary>
    public string? Found { get; }

    /// <summary>What was expected.</summary>
    public string? Expected { get; }

    /// <summary>What to do.</summary>
    public string? Advice { get; }

    private static string Compose(string filePath, string objectName, string found, string expected, string advice)
    {
        string place = objectName is "" or "/" ? filePath : $"{filePath}: {objectName}";
        string text = $"{place}: {found}. Expected: {expected}. {advice}";

        // Names come from the file: a line break or an escape sequence in one must not reach a terminal.
        return string.Create(text.Length, text, static (span, source) =>
        {
            for (int i = 0; i < span.Length; i++)
                span[i] = char.IsControl(source[i]) ? '?' : source[i];
        });
    }
}
