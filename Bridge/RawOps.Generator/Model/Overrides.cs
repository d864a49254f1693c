using System.Reflection;

namespace TfLbfgs.RawOpsGenerator.Model;

/// <summary>
/// What people decided about single ops, read from the text files of the folder <c>Overrides</c>: a line is <c>key: value</c>, empty lines
/// and those that begin with
/// <c>#</c> are skipped. Every key must be met by an op, so that none outlives its op unnoticed.
/// </summary>
internal sealed class Overrides
{
    private readonly IReadOnlyDictionary<string, string> _summaries;
    private readonly IReadOnlyDictionary<string, string> _renames;
    private readonly IReadOnlyDictionary<string, string> _hidden;
    private readonly HashSet<string> _used = [];

    /// <summary>Parses the three files.</summary>
    public Overrides(string summaries, string renames, string hidden)
    {
        _summaries = Parse("summaries.txt", summaries);
        _renames = Parse("renames.txt", renames);
        _hidden = Parse("hidden.txt", hidden);
    }

    /// <summary>Reads the files that are built into the generator.</summary>
    public static Overrides Load() => new(Resource("summaries.txt"), Resource("renames.txt"), Resource("hidden.txt"));

    /// <summary>The summary written for an op that comes without one, or null.</summary>
    public string? Summary(string op) => Find(_summaries, "summary", op);

    /// <summary>The reason for leaving an op out, or null.</summary>
    public string? Hidden(string op) => Find(_hidden, "hidden", op);

    /// <summary>The C# name chosen for an input or attribute, or null.</summary>
    public string? ParameterName(string op, string argument) => Find(_renames, "rename", $"{op}.{argument}");

    /// <summary>The C# name chosen for an output, or null.</summary>
    public string? PropertyName(string op, string output) => Find(_renames, "rename", $"{op}->{output}");

    /// <summary>Fails when a line was of no use: its op or argument does not exist.</summary>
    public void RequireAllUsed()
    {
        IEnumerable<string> all = _summaries.Keys.Select(k => "summary " + k).Concat(_renames.Keys.Select(k => "rename " + k))
            .Concat(_hidden.Keys.Select(k => "hidden " + k));
        string[] idle = [.. all.Where(k => !_used.Contains(k)).Order(StringComparer.Ordinal)];
        if (idle.Length > 0)
            throw new GeneratorException($"Expected every override to name an op or argument of the op list, received {idle.Length} that "
                + $"do not: {string.Join(", ", idle)}. Remove or correct them.");
    }

    private string? Find(IReadOnlyDictionary<string, string> file, string kind, string key)
    {
        if (!file.TryGetValue(key, out string? value))
            return null;

        _used.Add($"{kind} {key}");
        return value;
    }

    private static Dictionary<string, string> Parse(string file, string text)
    {
        var entries = new Dictionary<string, string>(StringComparer.Ordinal);
        string[] lines = text.Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            string line = lines[i].Trim();
            if (line.Length == 0 || line[0] == '#')
                continue;

            string[] parts = line.Split(": ", 2);
            if (parts.Length != 2 || parts[1].Length == 0)
                throw new GeneratorException($"Overrides/{file}, line {i + 1}: expected 'key: value', received '{line}'.");
            if (!entries.TryAdd(parts[0], parts[1]))
                throw new GeneratorException($"Overrides/{file}, line {i + 1}: '{parts[0]}' is there twice. Keep one.");
        }

        return entries;
    }

    private static string Resource(string name)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)
            ?? throw new GeneratorException(
                $"Expected the file Overrides/{name} to be built into the generator; it is not. Build the generator's project again.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
