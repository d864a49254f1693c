using System.Reflection;
using System.Text;
using System.Text.Json;
using TfLbfgs.Gradients;
using TfLbfgs.Tests.Support;

namespace TfLbfgs.Tests.Documents.Coverage;

/// <summary>The ops that have a gradient in Python, the rules for them and the tests of these, or the reason why there is none.</summary>
internal static class OpCoverage
{
    private static readonly Lazy<IReadOnlyList<CoveredOp>> All = new(() => [.. Read().OrderBy(op => op.Name, StringComparer.Ordinal)]);

    /// <summary>The ops, by name.</summary>
    public static IReadOnlyList<CoveredOp> Ops => All.Value;

    /// <summary>The section of docs/reference/coverage.md.</summary>
    public static CoverageSection Section()
    {
        CoveredOp[] withRule = [.. Ops.Where(op => op.HasRule)];
        CoveredOp[] without = [.. Ops.Where(op => !op.HasRule)];
        HashSet<string> names = [.. Ops.Select(op => op.Name)];
        IEnumerable<string> others = GradientRegistry.Names.Where(name => !names.Contains(name));
        string[] beyond = [.. others.Where(name => !GradientRegistry.IsNotDifferentiable(name)).Order(StringComparer.Ordinal)];
        StringBuilder text = new();
        text.Append($"{Ops.Count} ops have a gradient in Python ({Ops.Count(op => op.HasKernel)} with a kernel for the CPU). ");
        text.Append($"{withRule.Length} of them have a rule here.\n");
        text.Append($"{without.Length} have none, each with its reason; {beyond.Length} ops have one here only.\n\n");
        text.Append("A number after a file counts its entries; `OpReferenceTests` checks each eagerly, traced and with open shapes.\n\n");
        text.Append("### With a rule\n\n| Op | Rule | Tests |\n|---|---|---|\n");
        foreach (CoveredOp op in withRule)
        {
            string rule = op.IsNotDifferentiable ? "no gradient passes" : "gradient";
            text.Append($"| {op.Name} | {rule} | {string.Join(", ", op.Tests)} |\n");
        }

        text.Append("\n### Without\n\n| Op | Reason |\n|---|---|\n");
        foreach (CoveredOp op in without)
            text.Append($"| {op.Name} | {op.Reason} |\n");
        text.Append($"\n### Here only\n\n- {string.Join("\n- ", beyond)}\n");
        return new CoverageSection("Gradients of ops", text.ToString());
    }

    private static List<CoveredOp> Read()
    {
        string folder = Path.Combine(Checkout.Root, "Tests", "Reference", "ops");
        Dictionary<string, SortedDictionary<string, int>> entries = Entries(folder);
        ILookup<string, string> tests = NamedTests().ToLookup(test => test.Op, test => test.Test);
        using JsonDocument coverage = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "op_coverage.json")));
        return
        [
            .. from entry in coverage.RootElement.GetProperty("entries").EnumerateArray()
               where entry.GetProperty("python_gradient").GetString() == "yes"
               let name = entry.GetProperty("op").GetString()!
               select new CoveredOp(
                   name, entry.GetProperty("cpu_kernel").GetBoolean(),
                   [
                       .. entries.GetValueOrDefault(name, []).Select(file => $"{file.Key}: {file.Value}"),
                       .. tests[name].Order(StringComparer.Ordinal).Select(test => $"`{test}`"),
                   ]),
        ];
    }

    /// <summary>The entries with gradients of each op, counted per file.</summary>
    private static Dictionary<string, SortedDictionary<string, int>> Entries(string folder)
    {
        Dictionary<string, SortedDictionary<string, int>> all = new(StringComparer.Ordinal);
        foreach (string path in Directory.EnumerateFiles(folder, "*.json"))
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllText(path));
            if (!document.RootElement.TryGetProperty("entries", out JsonElement list) || list.ValueKind != JsonValueKind.Array)
                continue;
            foreach (JsonElement entry in list.EnumerateArray())
            {
                if (!entry.TryGetProperty("op", out JsonElement op) || !entry.TryGetProperty("grads", out _))
                    continue;
                string name = op.GetString()!;
                if (!all.TryGetValue(name, out SortedDictionary<string, int>? counts))
                    all[name] = counts = new(StringComparer.Ordinal);
                string file = Path.GetFileNameWithoutExtension(path);
                counts[file] = counts.GetValueOrDefault(file) + 1;
            }
        }

        return all;
    }

    private static IEnumerable<(string Op, string Test)> NamedTests() =>
        from type in typeof(OpCoverage).Assembly.GetTypes()
        from method in type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
        let mark = method.GetCustomAttribute<CoversOpsAttribute>()
        where mark is not null
        from op in mark.Ops
        select (op, $"{type.Name}.{method.Name}");
}
