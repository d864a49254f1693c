using System.Reflection;
using System.Text;
using TfLbfgs.Tests.ArchitectureRules;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Documents;

/// <summary>
/// Every public callable of TensorFlow's main modules has a C# member that exists, or a reason; the document is made of both.
/// </summary>
public sealed class FromPythonTests
{
    private const string Update = "TFLBFGS_UPDATE_DOCS";
    private const BindingFlags Public = BindingFlags.Public | BindingFlags.Static | BindingFlags.Instance;

    private static readonly (string Module, Type Type)[] Modules =
        [("tf", typeof(Tf)), ("tf.math", typeof(Tf.Math)), ("tf.linalg", typeof(Tf.Linalg)), ("tf.nn", typeof(Tf.NN)),
            ("tf.random", typeof(Tf.Random))];

    private static readonly Lazy<Mapping> Given = new(Mapping.Read);

    private static string DocumentPath => Path.Combine(Checkout.Root, "docs", "reference", "from-python.md");

    [Fact]
    public void Callables_OfPython_HaveMembersThatExistOrReasons()
    {
        List<string> wrong = [];
        int callables = 0;
        foreach (string name in Mapping.Callables())
        {
            callables++;
            if (Given.Value.Reasons.TryGetValue(name, out string? group))
                wrong.AddRange(Given.Value.Groups.ContainsKey(group) ? [] : [$"{name}: no group '{group}'"]);
            else if (!Given.Value.Planned.ContainsKey(name)
                && MembersOf(name).Where(member => !Exists(member)).ToArray() is { Length: > 0 } missing)
                wrong.Add($"{name}: no public member {string.Join(", ", missing)}");
        }

        Assert.True(callables > 500, $"only {callables} callables were read");
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public void Mapping_NamesCallablesOnly()
    {
        HashSet<string> callables = [.. Mapping.Callables()];
        Assert.DoesNotContain(Given.Value.Members.Keys.Concat(Given.Value.Reasons.Keys).Concat(Given.Value.Planned.Keys),
            name => !callables.Contains(name));
        Assert.Empty(Given.Value.Groups.Keys.Except(Given.Value.Reasons.Values));
    }

    [Fact]
    public void Document_OfCallables_IsTheGeneratedOne()
    {
        string expected = Text();
        if (Environment.GetEnvironmentVariable(Update) == "1")
            File.WriteAllText(DocumentPath, expected);
        Assert.True(
            File.Exists(DocumentPath) && File.ReadAllText(DocumentPath).ReplaceLineEndings("\n") == expected,
            $"docs/reference/from-python.md does not list what exists. Run this test with {Update}=1 and commit the file.");
    }

    private static string Text()
    {
        StringBuilder text = new();
        text.Append("# From Python's `tf` to C#'s `Tf`\n\n");
        text.Append("Written by a test (`FromPythonTests`) from the public callables of TensorFlow 2.21 "
            + "(`Tests/Reference/tf/callables.txt`) and\n");
        text.Append($"`mapping.txt` next to them; to renew it run the test with `{Update}=1`. Names are Python's in C# casing, arguments "
            + $"keep their\n");
        text.Append("order and defaults; `axis` is an `int` or, as `axes`, an array, `dtype` a `DType`, a seed of a stateless function a "
            + "pair such as\n");
        text.Append("`(1, 2)`. Tensors never promote silently. Several results are a tuple. What has no counterpart is listed at the "
            + "end, with the\n");
        text.Append("reason.\n");
        foreach ((string module, Type type) in Modules)
        {
            string[] names = [.. Mapping.Callables().Where(name => ModuleOf(name) == module)];
            int mapped = names.Count(name => !Given.Value.Reasons.ContainsKey(name));
            text.Append(
                $"\n## {module}\n\n{names.Length} callables: {mapped} have a counterpart, {names.Length - mapped} a reason.\n\n| Python | C# |\n|---|---|\n");
            foreach (string name in names.Where(name => !Given.Value.Reasons.ContainsKey(name)))
            {
                string members = Given.Value.Planned.TryGetValue(name, out string? planned)
                    ? $"`{planned}` (planned)" : string.Join(", ", MembersOf(name).Select(member => $"`{member}`"));
                text.Append($"| `{name}` | {members} |\n");
            }
        }

        text.Append("\n## Without a counterpart\n");
        foreach ((string group, string reason) in Given.Value.Groups)
        {
            string[] names =
                [.. Given.Value.Reasons.Where(entry => entry.Value == group).Select(entry => $"`{entry.Key}`")
                .Order(StringComparer.Ordinal)];
            text.Append($"\n{reason}\n\n- {string.Join("\n- ", names)}\n");
        }

        return text.ToString();
    }

    private static string ModuleOf(string name) => name[..name.LastIndexOf('.')];

    /// <summary>The members that the mapping names, or else that of the same name in the class of the module.</summary>
    private static string[] MembersOf(string name)
    {
        if (Given.Value.Members.TryGetValue(name, out string[]? given))
            return given;
        (string module, Type type) = Modules.First(entry => entry.Module == ModuleOf(name));
        string plain = name[(module.Length + 1)..].Replace("_", "", StringComparison.Ordinal);
        MemberInfo? member = type.GetMembers(Public)
            .Where(candidate => string.Equals(candidate.Name, plain, StringComparison.OrdinalIgnoreCase))
            .OrderBy(candidate => candidate.Name, StringComparer.Ordinal).FirstOrDefault();
        return [$"{NameOf(type)}.{member?.Name ?? plain}"];
    }

    private static string NameOf(Type type) => type.DeclaringType is { } outer ? $"{NameOf(outer)}.{type.Name}" : type.Name;

    private static bool Exists(string path)
    {
        Type[] exported = [.. Product.Assemblies.SelectMany(assembly => assembly.GetExportedTypes())];
        if (exported.Any(type => NameOf(type) == path))
            return true;
        int dot = path.LastIndexOf('.');
        return dot > 0 && exported.Any(type => NameOf(type) == path[..dot] && type.GetMember(path[(dot + 1)..], Public).Length > 0);
    }

    /// <summary>The file <c>mapping.txt</c>, whose head says what its lines mean.</summary>
    private sealed class Mapping
    {
        public Dictionary<string, string[]> Members { get; } = [];

        public Dictionary<string, string> Planned { get; } = [];

        public Dictionary<string, string> Reasons { get; } = [];

        public Dictionary<string, string> Groups { get; } = [];

        public static IEnumerable<string> Callables() => Lines("callables.txt").Select(line => line.Split(' ')[0]);

        public static Mapping Read()
        {
            Mapping mapping = new();
            foreach (string line in Lines("mapping.txt"))
            {
                if (line.StartsWith("group ", StringComparison.Ordinal))
                {
                    string[] parts = line["group ".Length..].Split(": ", 2);
                    mapping.Groups.Add(parts[0], parts[1]);
                    continue;
                }

                string[] words = line.Split(' ');
                switch (words[1])
                {
                    case "=":
                        mapping.Members.Add(words[0], words[2..]);
                        break;
                    case "?":
                        mapping.Planned.Add(words[0], words[2]);
                        break;
                    case "!":
                        mapping.Reasons.Add(words[0], words[2]);
                        break;
                    default:
                        throw new InvalidOperationException($"mapping.txt: expected =, ? or ! in '{line}'.");
                }
            }

            return mapping;
        }

        private static IEnumerable<string> Lines(string file) =>
            File.ReadLines(Path.Combine(Checkout.Root, "Tests", "Reference", "tf", file)).Where(line => line.Length > 0 && line[0] != '#');
    }
}
