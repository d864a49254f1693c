using TfLbfgs.Formats;
using TfLbfgs.Formats.Hdf5;

namespace TfLbfgs.Tests.Probe;

/// <summary>
/// Opens one file with less and less stack left, until it is refused. A reader that does not look at its stack ends this process instead.
/// </summary>
internal static class StackLimit
{
    private const int StackSize = 1 << 20;

    // Less than a group of the file takes, or not much more: the first refusal then comes from the deepest groups.
    private const int Step = 1024;

    /// <summary>Prints how many times the file was read before it was refused, and the refusal.</summary>
    public static void Find(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        string found = "";
        Thread thread = new(() => found = Deeper(bytes, 0), StackSize);
        thread.Start();
        thread.Join();
        Console.WriteLine(found);
    }

    private static unsafe string Deeper(byte[] bytes, int level)
    {
        byte* taken = stackalloc byte[Step];
        taken[level % Step] = 1;
        string? refusal = Refusal(bytes);
        string found = refusal is null ? Deeper(bytes, level + 1) : $"{level} {refusal}";

        // Used after the call, so that the call cannot reuse this frame.
        return taken[level % Step] == 1 ? found : "";
    }

    private static string? Refusal(byte[] bytes)
    {
        try
        {
            using Hdf5File file = Hdf5File.Open(new MemoryStream(bytes, writable: false), "nested.h5");
            return null;
        }
        catch (FileFormatException e)
        {
            return $"{e.ObjectName} {e.Message}";
        }
    }
}
