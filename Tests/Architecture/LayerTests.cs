using System.Text.RegularExpressions;
using ArchUnitNET.Domain;
using ArchUnitNET.Domain.Dependencies;
using ArchUnitNET.Domain.Extensions;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.ArchitectureRules;

/// <summary>
/// Each folder uses only those above it in docs/internals/architecture.md. The root namespace holds exceptions and facades, which belong to
/// no layer.
/// </summary>
public sealed partial class LayerTests
{
    // The table of docs/internals/architecture.md is the one list: its namespaces in order, but for the root ones.
    private static readonly string[] Layers =
        [.. Rows().Select(row => row.Namespace).Where(name => name is not ("TfLbfgs" or "TfLbfgs.Keras")).Distinct()];

    [Fact]
    public void Table_OfTheArchitecture_NamesEveryFolderWithSources()
    {
        IEnumerable<string> folders = Product.Sources().Select(source => Path.GetDirectoryName(source.Path)!).Distinct().Except(
            Product.Folders);
        HashSet<string> named = [.. Rows().Select(row => row.Folder)];
        string[] missing = [.. folders.Where(folder => !named.Contains(folder)).Order(StringComparer.Ordinal)];
        Assert.True(missing.Length == 0, $"docs/internals/architecture.md: expected a row for {string.Join(", ", missing)}");
        string[] gone = [.. named.Where(folder => !Directory.Exists(Path.Combine(Checkout.Root, folder)))];
        Assert.True(
            gone.Length == 0, $"docs/internals/architecture.md: expected rows of folders that exist, received {string.Join(", ", gone)}");
    }

    [Fact]
    public void Folders_OfKerasModels_AreTheNamespaces()
    {
        foreach ((string path, string text) in Product.Sources().Where(s => s.Path.StartsWith("KerasModels/", StringComparison.Ordinal)
            && s.Path.Split('/').Length > 2))
        {
            // Types of the root namespace stand in the folder of their concept.
            string folder = path.Split('/')[1];
            Assert.True(
                text.Contains($"namespace TfLbfgs.Keras.{folder};", StringComparison.Ordinal)
                    || text.Contains($"namespace TfLbfgs.Keras.{folder}.", StringComparison.Ordinal)
                || text.Contains("namespace TfLbfgs.Keras;", StringComparison.Ordinal),
                    $"{path}: expected namespace TfLbfgs.Keras.{folder}, or the root one");
        }
    }

    [Fact]
    public void Folders_OfOptimization_UseThoseAboveOnly()
    {
        const string root = "Bridge/TfLbfgs/Optimization/";
        const string @namespace = "TfLbfgs.Optimization";
        string[] order = [.. Rows().Select(row => row.Folder).Where(folder => folder.StartsWith(root, StringComparison.Ordinal))];
        Dictionary<string, int> places = [];
        foreach ((string path, string text) in Product.Sources().Where(source => source.Path.StartsWith(root, StringComparison.Ordinal)))
        {
            int place = Array.IndexOf(order, Path.GetDirectoryName(path));
            foreach (Match declaration in TypeDeclaration().Matches(text))
            {
                string name = declaration.Groups[1].Value;
                Assert.True(places.TryAdd(name, place) || places[name] == place, $"{path}: part of a type of another folder");
            }
        }

        SortedSet<string> wrong = [];
        int checkedDependencies = 0;
        foreach (IType type in Product.Il.Types.Where(type => type.Namespace?.FullName == @namespace))
        {
            foreach (IType target in type.Dependencies.Select(dependency => dependency.Target))
            {
                if (target is GenericParameter || target.Namespace?.FullName != @namespace)
                    continue;
                if (!places.TryGetValue(NameOf(type), out int from) || !places.TryGetValue(NameOf(target), out int to))
                    continue;
                checkedDependencies += to < from ? 1 : 0;
                if (to > from)
                    wrong.Add($"{order[from][root.Length..]}/{NameOf(type)} uses {order[to][root.Length..]}/{NameOf(target)}");
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.True(checkedDependencies > 500, $"only {checkedDependencies} dependencies were seen");
    }

    [Fact]
    public void Dependencies_OfEveryType_PointDownwards()
    {
        SortedSet<string> wrong = [];
        int checkedDependencies = 0;
        foreach (IType type in Product.Il.Types)
        {
            int layer = LayerOf(type);
            if (layer < 0)
                continue;
            foreach (ITypeDependency dependency in type.Dependencies)
            {
                // A type parameter is told apart by its name alone: every T would stand in the folder of the last type that has one.
                int target = dependency.Target is GenericParameter ? -1 : LayerOf(dependency.Target);
                checkedDependencies += target >= 0 && target < layer ? 1 : 0;
                if (target > layer)
                    wrong.Add($"{type.FullName} uses {dependency.Target.FullName}");
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.True(checkedDependencies > 1000, $"only {checkedDependencies} dependencies were seen");
    }

    [Fact]
    public void Folders_OfTheProduct_AreTheNamespaces()
    {
        foreach ((string path, string text) in Product.Sources().Where(s => s.Path.StartsWith("Bridge/Core/", StringComparison.Ordinal)
            || s.Path.StartsWith("Bridge/TfLbfgs/", StringComparison.Ordinal)))
        {
            // The layer's name is a must; folders inside it may be namespaces of their own.
            string layer = $"namespace TfLbfgs.{path.Split('/')[2]}";
            bool isRoot = path.Split('/').Length == 3;
            // Facades such as Tf stand in the root namespace, wherever their parts lie.
            bool isFacade = text.Contains("partial class Tf", StringComparison.Ordinal)
                && text.Contains("namespace TfLbfgs;", StringComparison.Ordinal);
            Assert.True(
                isRoot || isFacade || text.Contains(layer + ";", StringComparison.Ordinal)
                    || text.Contains(layer + ".", StringComparison.Ordinal)
                || !text.Contains("namespace ", StringComparison.Ordinal),
                $"{path}: expected {layer}");
        }
    }

    [Fact]
    public void Operation_OutsideRawOpsAndCore_IsMadeByTracesOnly()
    {
        HashSet<string> allowed =
        [
            // The call of a traced function, the results of one, and a call with a gradient of its own, which no generated method makes.
            "TfLbfgs.Functions.ConcreteFunction", "TfLbfgs.Functions.DifferentiableFunction", "TfLbfgs.Functions.Trace",
                "TfLbfgs.Gradients.CustomGradient",
            // Loops and branches carry a gradient rule of their own, as calls do.
            "TfLbfgs.Functions.ControlFlowOp",
            // A call on a device of choice, and the clock of one.
            "TfLbfgs.Functions.PlacedFunction",
        ];
        SortedSet<string> makers = [];
        foreach (IType type in Product.Il.Types.Where(type => LayerOf(type) > Array.IndexOf(Layers, "TfLbfgs.Graphs")))
        {
            IEnumerable<MethodCallDependency> calls = type.Dependencies.OfType<MethodCallDependency>()
                .Where(call => call.Target.FullNameEquals("TfLbfgs.Tensors.Operation")
                    && call.TargetMember.Name.StartsWith(".ctor", StringComparison.Ordinal));
            foreach (MethodCallDependency call in calls)
                makers.Add(call.Origin.FullName.Split('+')[0]);
        }

        Assert.Contains("TfLbfgs.Functions.ConcreteFunction", makers);
        Assert.DoesNotContain(makers, maker => !allowed.Contains(maker));
    }

    [Fact]
    public void TestClasses_ThatUseTensors_CheckForLeaks()
    {
        string[] holders = ["TfLbfgs.Tensors.Tensor", "TfLbfgs.Variables.Variable", "TfLbfgs.Functions.Function"];
        List<string> wrong = [];
        foreach (Type type in typeof(LayerTests).Assembly.GetExportedTypes().Where(type => type.IsClass && !type.IsAbstract
            && !type.IsSubclassOf(typeof(LeakChecked))))
        {
            IType? il = Product.Il.Types.FirstOrDefault(t => t.FullName == type.FullName);
            if (il is not null && il.Dependencies.OfType<MethodCallDependency>().Any(call => holders.Contains(call.Target.FullName)))
                wrong.Add(type.FullName!);
        }

        Assert.Empty(wrong);
    }

    /// <summary>Folder and namespace of each row of the table.</summary>
    private static IEnumerable<(string Folder, string Namespace)> Rows()
    {
        foreach (string line in File.ReadLines(Path.Combine(Checkout.Root, "docs", "internals", "architecture.md"))
            .Where(line => line.StartsWith('|') && line.Contains("| `TfLbfgs", StringComparison.Ordinal)))
        {
            string[] cells = [.. line.Split('|').Select(cell => cell.Trim().Trim('`'))];
            yield return (cells[2], cells[3]);
        }
    }

    /// <summary>The name of the outermost type, without the number of its type parameters.</summary>
    private static string NameOf(IType type)
    {
        string name = type.FullName[(type.Namespace.FullName.Length + 1)..];
        return name.Split('+', '`', '<', '/')[0];
    }

    [GeneratedRegex(
        @"^(?:public|internal) (?:[a-z]+ )*?(?:class|interface|enum|struct|record struct|record|delegate [\w<>\[\]?., ]+?) (\w+)",
        RegexOptions.Multiline)]
    private static partial Regex TypeDeclaration();

    private static int LayerOf(IType type)
    {
        // Types of other assemblies that are only named, such as pointers, have none.
        string name = type.Namespace?.FullName ?? "";
        return Array.FindIndex(Layers, layer => name == layer || name.StartsWith(layer + ".", StringComparison.Ordinal));
    }
}
