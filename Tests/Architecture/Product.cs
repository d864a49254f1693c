using System.Reflection;
using ArchUnitNET.Loader;
using TfLbfgs.Formats;
using TfLbfgs.Keras;
using TfLbfgs.Optimization;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using TfLbfgs.Variables;

namespace TfLbfgs.Tests.ArchitectureRules;

/// <summary>What ships, as IL and as source.</summary>
internal static class Product
{
    /// <summary>The assemblies, lowest first.</summary>
    public static Assembly[] Assemblies { get; } =
    [
        typeof(Tensor).Assembly, typeof(StoredArray).Assembly, typeof(RawOps).Assembly, typeof(Variable).Assembly,
            typeof(LossPlots).Assembly, typeof(Model).Assembly, Assembly.Load("TfLbfgs.Cli"),
    ];

    private static readonly Lazy<ArchUnitNET.Domain.Architecture> Loaded =
        new(() => new ArchLoader().LoadAssemblies([.. Assemblies, typeof(Product).Assembly]).Build());

    /// <summary>Types and dependencies of the product and of the tests, read from the IL.</summary>
    public static ArchUnitNET.Domain.Architecture Il => Loaded.Value;

    /// <summary>The folders of the product's projects.</summary>
    public static string[] Folders { get; } =
        ["Bridge/Core", "Bridge/Formats", "Bridge/RawOps", "Bridge/TfLbfgs", "Bridge/Plotting", "KerasModels", "Cli"];

    /// <summary>Path below the checkout and text of every source file of the product.</summary>
    public static IEnumerable<(string Path, string Text)> Sources() => Sources(Folders);

    /// <summary>Path below the checkout and text of every source file below folders.</summary>
    public static IEnumerable<(string Path, string Text)> Sources(IEnumerable<string> folders) =>
        from folder in folders
        from file in Directory.EnumerateFiles(Path.Combine(Checkout.Root, folder), "*.cs", SearchOption.AllDirectories)
        let path = Path.GetRelativePath(Checkout.Root, file)
        where !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/bin/", StringComparison.Ordinal)
        select (path, File.ReadAllText(file));
}
