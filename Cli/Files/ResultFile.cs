using System.Globalization;
using TfLbfgs.Cli.Output;

namespace TfLbfgs.Cli.Files;

/// <summary>
/// Writes what was computed. Where its place cannot be written any more, since its folder was removed or its disk is full, it is written
/// to another one: hours of work are not lost to a folder.
/// </summary>
internal static class ResultFile
{
    /// <summary>Writes a result.</summary>
    /// <param name="path">Where it was asked for.</param>
    /// <param name="write">Writes it to a path with the same extension.</param>
    /// <param name="report">Receives the warning, and that the result is elsewhere.</param>
    /// <returns>Where it is.</returns>
    /// <exception cref="TfLbfgsException">No place can be written.</exception>
    public static string Write(string path, Action<string> write, Report report)
    {
        try
        {
            write(path);
            return path;
        }
        catch (Exception e) when (FileFailure.Is(e))
        {
            foreach (string other in OtherPlaces(path))
            {
                try
                {
                    write(other);
                }
                catch (Exception again) when (FileFailure.Is(again))
                {
                    continue;
                }

                report.IsElsewhere = true;
                report.Warn($"{path} could not be written: {e.Message.TrimEnd('.')}. The result was saved as {other}.");
                return other;
            }

            throw;
        }
    }

    /// <summary>Writes a file that is not the result: a failure is a warning.</summary>
    /// <returns>Whether it was written.</returns>
    public static bool TryWrite(string path, Action write, Report report)
    {
        try
        {
            write();
            return true;
        }
        catch (Exception e) when (FileFailure.Is(e))
        {
            report.Warn($"{path} could not be written: {e.Message.TrimEnd('.')}.");
            return false;
        }
    }

    /// <summary>Where a result may be written whose place cannot be: new files in folders that are there.</summary>
    public static IEnumerable<string> OtherPlaces(string path)
    {
        string name = string.Create(
            CultureInfo.InvariantCulture,
                $"{Path.GetFileNameWithoutExtension(path)}-saved-{Environment.ProcessId}{Path.GetExtension(path)}");
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return ((string?[])[FolderOf(path), CurrentFolder(), home, Path.GetTempPath(), "/dev/shm"])
            .OfType<string>().Where(Directory.Exists).Select(folder => Path.Combine(folder, name)).Distinct(StringComparer.Ordinal)
            .Where(place => !Path.Exists(place));
    }

    private static string? FolderOf(string path) => Guard(() => IO.AtomicFile.FolderOf(path));

    private static string? CurrentFolder() => Guard(() => Environment.CurrentDirectory);

    // The current folder may have been removed.
    private static string? Guard(Func<string> find)
    {
        try
        {
            return find();
        }
        catch (Exception e) when (FileFailure.Is(e))
        {
            return null;
        }
    }
}
