using System.Runtime.InteropServices;
using System.Text;

namespace TfLbfgs.Native.Loading;

/// <summary>
/// Keeps back the lines about logging and oneDNN that TensorFlow writes to standard error while it loads, which no variable silences
/// without changing results. Everything else
/// that is written meanwhile, by any thread, is passed on when the library is loaded.
/// </summary>
internal sealed unsafe partial class StartupMessages : IDisposable
{
    private const int StandardError = 2;

    private static readonly string[] Expected =
        ["All log messages before absl::InitializeLog() is called are written to STDERR", "oneDNN custom operations are on"];

    private readonly int _original;
    private readonly int _captured;

    private StartupMessages(int original, int captured)
    {
        _original = original;
        _captured = captured;
    }

    /// <summary>
    /// Starts; until disposal standard error goes to memory. Nothing is filtered for a user who asks for more than errors.
    /// </summary>
    public static StartupMessages Filter()
    {
        if (!OperatingSystem.IsLinux() || NativeEnvironment.Get(NativeEnvironment.LogLevel) is "0" or "1")
            return new StartupMessages(-1, -1);

        int original = dup(StandardError), captured = memfd_create("tensorflow-start", 0);
        if (original >= 0 && captured >= 0 && dup2(captured, StandardError) >= 0)
            return new StartupMessages(original, captured);

        Close(original);
        Close(captured);
        return new StartupMessages(-1, -1);
    }

    /// <summary>Gives standard error back and passes on what was not expected.</summary>
    public void Dispose()
    {
        if (_original < 0)
            return;

        _ = dup2(_original, StandardError);
        long length = lseek(_captured, 0, 1);
        byte[] written = new byte[Math.Max(0, length)];
        fixed (byte* target = written)
        {
            int count = written.Length == 0 || lseek(_captured, 0, 0) != 0 ? 0
                : (int)Math.Max(0, read(_captured, target, (nuint)written.Length));
            byte[] rest = Encoding.UTF8.GetBytes(WithoutExpected(Encoding.UTF8.GetString(written, 0, count)));
            fixed (byte* source = rest)
            {
                if (rest.Length > 0)
                    _ = write(StandardError, source, (nuint)rest.Length);
            }
        }

        Close(_original);
        Close(_captured);
    }

    /// <summary>The text without the expected lines.</summary>
    internal static string WithoutExpected(string text)
    {
        StringBuilder rest = new();
        foreach (string line in text.Split('\n'))
        {
            if (!Expected.Any(expected => line.Contains(expected, StringComparison.Ordinal)))
                rest.Append(line).Append('\n');
        }

        // Split gives one piece more than there are line ends.
        return rest.Length > 0 ? rest.ToString(0, rest.Length - 1) : "";
    }

    private static void Close(int descriptor)
    {
        if (descriptor >= 0)
            _ = close(descriptor);
    }

    [LibraryImport("libc")]
    private static partial int dup(int descriptor);

    [LibraryImport("libc")]
    private static partial int dup2(int descriptor, int target);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int memfd_create(string name, uint flags);

    [LibraryImport("libc")]
    private static partial long lseek(int descriptor, long offset, int origin);

    [LibraryImport("libc")]
    private static partial nint read(int descriptor, byte* target, nuint count);

    [LibraryImport("libc")]
    private static partial nint write(int descriptor, byte* source, nuint count);

    [LibraryImport("libc")]
    private static partial int close(int descriptor);
}
