using ArchUnitNET.Domain;
using ArchUnitNET.Domain.Dependencies;
using ArchUnitNET.Domain.Extensions;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.ArchitectureRules;

/// <summary>Each folder uses only those above it in docs/architecture.md. The root namespace holds exceptions and facades, which belong to no layer.</summary>
public sealed class LayerTests
{
    private static readonly string[] Layers =
    [
        "TfLbfgs.Native", "TfLbfgs.Runtime", "TfLbfgs.Tensors", "TfLbfgs.Graphs",
        "TfLbfgs.Variables", "TfLbfgs.Gradients", "TfLbfgs.Functions", "TfLbfgs.Parameters", "TfLbfgs.Plotting", "TfLbfgs.Optimization",
        "TfLbfgs.Keras", "TfLbfgs.Cli",
    ];

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
        foreach ((string path, string text) in Product.Sources().Where(s => s.Path.StartsWith("Bridge/Core/", StringComparison.Ordinal) || s.Path.StartsWith("Bridge/TfLbfgs/", StringComparison.Ordinal)))
        {
            // The layer's name is a must; folders inside it may be namespaces of their own.
            string layer = $"namespace TfLbfgs.{path.Split('/')[2]}";
            bool isRoot = path.Split('/').Length == 3;
            // Facades such as Tf stand in the root namespace, wherever their parts lie.
            bool isFacade = text.Contains("partial class Tf", StringComparison.Ordinal) && text.Contains("namespace TfLbfgs;", StringComparison.Ordinal);
            Assert.True(
                isRoot || isFacade || text.Contains(layer + ";", StringComparison.Ordinal) || text.Contains(layer + ".", StringComparison.Ordinal)
                || !text.Contains("namespace ", StringComparison.Ordinal),
                $"{path}: expected {layer}");
        }
    }

    [Fact]
    public void Operation_OutsideRawOpsAndCore_IsMadeByTracesOnly()
    {
        HashSet<string> allowed =
        [
            // The call of a traced function, and the results of one, which no generated method makes.
            "TfLbfgs.Functions.ConcreteFunction", "TfLbfgs.Functions.Trace",
            // Loops and branches carry a gradient rule of their own, as calls do.
            "TfLbfgs.Functions.ControlFlowOp",
        ];
        SortedSet<string> makers = [];
        foreach (IType type in Product.Il.Types.Where(type => LayerOf(type) > Array.IndexOf(Layers, "TfLbfgs.Graphs")))
        {
            IEnumerable<MethodCallDependency> calls = type.Dependencies.OfType<MethodCallDependency>()
                .Where(call => call.Target.FullNameEquals("TfLbfgs.Tensors.Operation") && call.TargetMember.Name.StartsWith(".ctor", StringComparison.Ordinal));
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
        foreach (Type type in typeof(LayerTests).Assembly.GetExportedTypes().Where(type => type.IsClass && !type.IsAbstract && !type.IsSubclassOf(typeof(LeakChecked))))
        {
            IType? il = Product.Il.Types.FirstOrDefault(t => t.FullName == type.FullName);
            if (il is not null && il.Dependencies.OfType<MethodCallDependency>().Any(call => holders.Contains(call.Target.FullName)))
                wrong.Add(type.FullName!);
        }

        Assert.Empty(wrong);
    }

    private static int LayerOf(IType type)
    {
        // Types of other assemblies that are only named, such as pointers, have none.
        string name = type.Namespace?.FullName ?? "";
        return Array.FindIndex(Layers, layer => name == layer || name.StartsWith(layer + ".", StringComparison.Ordinal));
    }
}
