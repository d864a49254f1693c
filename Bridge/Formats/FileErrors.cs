namespace TfLbfgs.Formats;

/// <summary>
/// Turns every failure of a reader into <see cref="FileFormatException"/>, so that callers need not know which part noticed it.
/// </summary>
internal static class FileErrors
{
    public static T Guard<T>(string file, Func<T> action, string objectName = "/")
    {
        try
        {
            return action();
        }
        catch (Exception e) when (e is not FileFormatException)
        {
            throw Translate(e, file, objectName);
        }
    }

    public static FileFormatException Translate(Exception e, string file, string objectName) => e switch
    {
        UnauthorizedAccessException =>
            new FileFormatException(file, objectName, "access to the file is denied", "a file that may be read",
            "Check its permissions.", e),
        EndOfStreamException =>
            new FileFormatException(file, objectName, "the file became shorter while it was read", "a complete file",
            "Copy or save it again.", e),
        IOException => new FileFormatException(
            file, objectName, $"the file cannot be read: {e.Message.TrimEnd('.')}", "a readable file",
                "Check the path, its permissions and the disk.", e),
        OutOfMemoryException => new FileFormatException(
            file, objectName, "not enough memory for the data", "memory for the whole model",
                "Close other programs or use a machine with more memory.", e),
        _ => new FileFormatException(file, objectName, $"the content cannot be read: {e.Message.TrimEnd('.')}", "a sound file",
            "The file is damaged; save it again.", e),
    };
}
