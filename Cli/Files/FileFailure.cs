namespace TfLbfgs.Cli.Files;

/// <summary>Which exceptions say that a file cannot be written or read, and not that the program is wrong.</summary>
internal static class FileFailure
{
    /// <summary>Whether an exception is one of a file. .NET reports a file that grows too large as an argument out of range.</summary>
    public static bool Is(Exception e) =>
        e is IOException or UnauthorizedAccessException or ArgumentException or ObjectDisposedException or TfLbfgsException;
}
