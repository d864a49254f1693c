using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace TfLbfgs.IO;

/// <summary>
/// The names of files that are written next to their targets. A name states the machine and the process, so that the leftovers of a
/// process that was killed are recognized, and removed by the next one that writes into the folder.
/// </summary>
internal static class TemporaryFiles
{
    private const string Prefix = ".tflbfgs-";
    private const string Extension = ".tmp";

    // How long a file of another machine, whose processes cannot be asked for, is left in peace.
    private static readonly TimeSpan AgeOfOthers = TimeSpan.FromDays(1);
    private static readonly ConcurrentDictionary<string, bool> Cleaned = new(StringComparer.Ordinal);
    private static readonly string Machine = Hash(Environment.MachineName);

    /// <summary>A file name in a folder that no file has.</summary>
    public static string NewName(string folder)
    {
        string process = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        return Path.Combine(folder, $"{Prefix}{Machine}-{process}-{Path.GetRandomFileName()}{Extension}");
    }

    /// <summary>Removes what killed processes left in a folder; each process looks into a folder once.</summary>
    public static void RemoveLeftovers(string folder)
    {
        if (!Cleaned.TryAdd(folder, true))
            return;
        try
        {
            foreach (string file in Directory.EnumerateFiles(folder, $"{Prefix}*{Extension}").Where(IsLeft))
                DeleteQuietly(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The write itself reports what is wrong with the folder.
        }
    }

    /// <summary>Removes a file; a failure is ignored, since it would hide the exception that is under way.</summary>
    public static void DeleteQuietly(string file)
    {
        try
        {
            File.Delete(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
    }

    /// <summary>Whether the process that writes a file is gone.</summary>
    internal static bool IsLeft(string file)
    {
        string[] parts = Path.GetFileName(file)[Prefix.Length..].Split('-', 3);
        if (parts.Length < 3 || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int id))
            return false;
        DateTime written = File.GetLastWriteTimeUtc(file);
        if (parts[0] != Machine)
            return DateTime.UtcNow - written > AgeOfOthers;
        try
        {
            using Process process = Process.GetProcessById(id);
            // The number may have been given to another process since.
            return process.StartTime.ToUniversalTime() > written;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            return true;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private static string Hash(string text) =>
        Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text)))[..8];
}
