using System.Text.Encodings.Web;
using System.Text.Json;
using Xunit;
using Xunit.Sdk;

namespace TfLbfgs.Tests.Support;

/// <summary>
/// Counts the entries of one reference file: prints <c>reference NAME: P of T</c> and keeps the counts and the ids that failed in
/// <c>TestResults/reference.json</c>.
/// </summary>
internal sealed class ReferenceReport(string name)
{
    private static readonly JsonSerializerOptions Format =
        new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly List<string> _failed = [];
    private readonly List<string> _reasons = [];
    private int _passed;
    private int _skipped;

    /// <summary>The counts as they are printed.</summary>
    public string Line => $"reference {name}: {_passed} of {_passed + _failed.Count}" + (_skipped > 0 ? $", {_skipped} skipped" : "");

    /// <summary>The entries that failed, each with its reason.</summary>
    public IReadOnlyList<string> Failures => _reasons;

    /// <summary>Runs the check of one entry; an exception is a failure of this entry, unless it asks to skip it.</summary>
    public void Check(string id, Action check)
    {
        try
        {
            check();
            _passed++;
        }
        catch (SkipException)
        {
            _skipped++;
        }
        catch (Exception e)
        {
            _failed.Add(id);
            _reasons.Add($"{id}: {e.GetType().Name}: {e.Message.ReplaceLineEndings(" ")}");
        }
    }

    /// <summary>Counts an entry that is not known here, such as a scenario that is defined in words.</summary>
    public void Skip() => _skipped++;

    /// <summary>Prints and stores the counts, and fails the test when an entry failed that is not a known difference.</summary>
    /// <param name="allowedFailures">How many entries may fail; each must be explained at the call.</param>
    public void Finish(int allowedFailures = 0)
    {
        int total = _passed + _failed.Count;
        string line = Line;
        Console.WriteLine(line);
        TestContext.Current.TestOutputHelper?.WriteLine(line);
        Store(total);
        Assert.True(_failed.Count <= allowedFailures, $"{line}\n{string.Join('\n', _reasons.Take(40))}");
        Assert.True(total + _skipped > 0 || ReferenceRoot.IsOther, $"{line}: the file has no entries");
    }

    private void Store(int total)
    {
        // Counts of other data than these would be mistaken for theirs.
        string root = ReferenceRoot.IsOther ? ReferenceRoot.Folder : "Tests/Reference";
        using FileStream file =
            OpenAlone(Path.Combine(Directory.CreateDirectory(Path.Combine(Checkout.Root, "TestResults")).FullName, "reference.json"));
        SortedDictionary<string, object> all = new(StringComparer.Ordinal);
        if (file.Length > 0)
        {
            using JsonDocument former = JsonDocument.Parse(file);
            foreach (JsonProperty entry in former.RootElement.EnumerateObject())
            {
                if (entry.Value.TryGetProperty("root", out JsonElement of) && of.GetString() == root)
                    all[entry.Name] = entry.Value.Clone();
            }
        }

        all[name] = new { passed = _passed, total, skipped = _skipped, failed = _failed, root };
        file.SetLength(0);
        JsonSerializer.Serialize(file, all, Format);
    }

    /// <summary>Opens a file when the other processes of the test run, which write to it too, have closed it.</summary>
    private static FileStream OpenAlone(string path)
    {
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (attempt < 600)
            {
                Thread.Sleep(50);
            }
        }
    }
}
