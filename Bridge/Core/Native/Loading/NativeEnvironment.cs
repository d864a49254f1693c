using System.Collections;
using System.Globalization;
using System.Runtime.InteropServices;

namespace TfLbfgs.Native.Loading;

/// <summary>
/// The environment as native code sees it. <see cref="System.Environment.SetEnvironmentVariable(string, string?)"/> changes only .NET's own
/// copy on Linux; <c>getenv</c> never sees it.
/// </summary>
internal static partial class NativeEnvironment
{
    /// <summary>How much TensorFlow logs: 2 is errors only.</summary>
    public const string LogLevel = "TF_CPP_MIN_LOG_LEVEL";

    private const string Threads = "TF_NUM_INTRAOP_THREADS";

    private static readonly string[] ForwardedPrefixes = ["TF_", "XLA_", "CUDA_", "NCCL_", "OMP_"];

    private static readonly Lock Gate = new();

    /// <summary>Sets a variable for native code; null removes it.</summary>
    public static void Set(string name, string? value)
    {
        // setenv(3) is not thread-safe against itself.
        lock (Gate)
        {
            int status = value is null ? unsetenv(name) : setenv(name, value, 1);
            if (status != 0)
                throw new TfLbfgsException(
                    $"The environment variable '{name}' could not be set: its name must not be empty and must not contain '='.");
        }
    }

    /// <summary>A variable as native code reads it; null when it is not set.</summary>
    public static string? Get(string name)
    {
        lock (Gate)
            return Marshal.PtrToStringUTF8(getenv(name));
    }

    /// <summary>The variables of TensorFlow and the libraries below it that are set, by name.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> FindForwarded() =>
        [.. System.Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .Select(entry => KeyValuePair.Create((string)entry.Key, (string?)entry.Value ?? ""))
            .Where(entry => ForwardedPrefixes.Any(prefix => entry.Key.StartsWith(prefix, StringComparison.Ordinal)))
            .OrderBy(entry => entry.Key, StringComparer.Ordinal)];

    /// <summary>
    /// Prepares the variables that TensorFlow reads when it loads: the options win, then what the user has set (also from C#), then the
    /// defaults.
    /// </summary>
    /// <exception cref="TfLbfgsException">A value with which TensorFlow would end the process.</exception>
    public static void Prepare(IReadOnlyDictionary<string, string?> variables)
    {
        IReadOnlyList<KeyValuePair<string, string>> forwarded = FindForwarded();
        CheckThreads(variables.TryGetValue(Threads, out string? given) ? given
            : forwarded.FirstOrDefault(variable => variable.Key == Threads).Value);
        foreach ((string name, string value) in forwarded)
        {
            if (Get(name) != value)
                Set(name, value);
        }

        foreach ((string name, string? value) in variables)
            Set(name, value);

        if (Get(LogLevel) is null)
            Set(LogLevel, "2");
    }

    // A text that is no number counts as not set.
    private static void CheckThreads(string? value)
    {
        if (long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long count) && count < 0)
        {
            throw new TfLbfgsException(
                $"{Threads}: expected a number of threads of at least 0, received {count}, with which TensorFlow ends the process. Correct the "
                + "environment variable, or remove it.");
        }
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int setenv(string name, string value, int overwrite);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int unsetenv(string name);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint getenv(string name);
}
