using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TfLbfgs.Functions;
using TfLbfgs.Keras;
using TfLbfgs.Optimization;
using TfLbfgs.Runtime;
using TfLbfgs.SavedModels;
using TfLbfgs.Tests.ArchitectureRules;
using TfLbfgs.Tests.Support;
using Xunit;
using LoadOptions = TfLbfgs.Keras.Saving.LoadOptions;

namespace TfLbfgs.Tests.Documents;

/// <summary>docs/reference/options.md lists every option with its default and the first sentence of its documentation.</summary>
public sealed partial class OptionsDocumentTests : LeakChecked
{
    private static readonly (Type Type, string For)[] Records =
    [
        (typeof(RunOptions), "all minimizations: `LbfgsOptions`, `BatchOptions` and `TfpOptions`"),
        (typeof(AlgorithmOptions), "the default algorithm: `LbfgsOptions` and `BatchOptions`"),
        (typeof(LbfgsOptions), "a single vector: `Lbfgs.Minimize`, `LbfgsMinimizer`, `LbfgsOptimizer`, and `MinimizeFromStarts` of an "
            + "objective"),
        (typeof(BatchOptions), "`Lbfgs.MinimizeBatch`, and `MinimizeFromStarts` in one batch"),
        (typeof(TfpOptions), "tfp's rules: `Lbfgs.Minimize` and `MinimizeBatch` with `LbfgsOptions.TfpCompatible`, and `TfpMinimizer`"),
        (typeof(StochasticOptions), "`StochasticLbfgs.Minimize`"),
        (typeof(ObjectiveOptions), "objectives of variables and models"),
        (typeof(ModelObjectiveOptions), "`ModelObjective`, in addition to those of `ObjectiveOptions`"),
        (typeof(ChunkOptions), "`ChunkedObjective`"),
        (typeof(CompileOptions), "`Model.Compile`"),
        (typeof(FitOptions), "`Model.Fit`"),
        (typeof(RefineOptions), "`Model.Refine`"),
        (typeof(LoadOptions), "`Model.Load` and `LoadWeights`"),
        (typeof(SavedModelOptions), "`SavedModelBundle.Load`"),
        (typeof(FunctionOptions), "`Function`"),
        (typeof(RuntimeOptions), "`TfRuntime.Initialize`"),
    ];

    private static string DocumentPath => Path.Combine(Checkout.Root, "docs", "reference", "options.md");

    [Fact]
    public void Document_OfOptions_IsTheGeneratedOne()
    {
        string expected = Text();
        if (Environment.GetEnvironmentVariable(DocumentRun.Update) == "1")
            File.WriteAllText(DocumentPath, expected);
        Assert.True(
            File.Exists(DocumentPath) && File.ReadAllText(DocumentPath).ReplaceLineEndings("\n") == expected,
            $"docs/reference/options.md does not list what exists. Run this test with {DocumentRun.Update}=1 and commit the file.");
    }

    private static string Text()
    {
        StringBuilder text = new();
        text.Append(
            "# Options\n\nWritten by a test (`OptionsDocumentTests`) from the options and their documentation; to renew it run the test with\n");
        text.Append(CultureInfo.InvariantCulture,
            $"`{DocumentRun.Update}=1`. Options are immutable records: `new LbfgsOptions {{ MaxIterations = 500 }}`, `options with {{ "
            + $"... }}`.\n");
        foreach ((Type type, string use) in Records)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## {type.Name}\n\nFor {use}.\n\n| option | default | meaning |\n|---|---|---|\n");
            object? defaults = type.IsAbstract ? new LbfgsOptions() : type.GetConstructor([]) is null ? null
                : Activator.CreateInstance(type);
            Dictionary<string, string> meanings = Meanings(type);
            foreach (PropertyInfo property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
                .Where(property => property.SetMethod is { IsPublic: true }))
                text.Append(CultureInfo.InvariantCulture,
                    $"| `{property.Name}` | {Default(property, defaults)} | {meanings[property.Name]} |\n");
        }

        return text.ToString();
    }

    private static string Default(PropertyInfo property, object? defaults)
    {
        if (defaults is null)
            return "";
        object? value = property.GetValue(defaults);
        return value switch
        {
            null => "null",
            true => "true",
            false => "false",
            int.MaxValue => "no limit",
            IFormattable number when value.GetType().IsPrimitive => number.ToString(null, CultureInfo.InvariantCulture),
            Enum => $"`{value}`",
            System.Collections.IEnumerable items when !items.Cast<object>().Any() => "none",
            _ => $"`new {value.GetType().Name}()`",
        };
    }

    /// <summary>
    /// First sentence of each property's summary, from the sources: a build without documentation files has none elsewhere.
    /// </summary>
    private static Dictionary<string, string> Meanings(Type type)
    {
        Dictionary<string, string> meanings = [];
        foreach ((_, string source) in Product.Sources().Where(file => Regex.IsMatch(file.Text, $@"\brecord {type.Name}\b")))
        {
            SyntaxNode root = CSharpSyntaxTree.ParseText(source, new CSharpParseOptions(documentationMode: DocumentationMode.Parse))
                .GetRoot();
            foreach (PropertyDeclarationSyntax property in root.DescendantNodes().OfType<PropertyDeclarationSyntax>()
                .Where(p => p.Parent is RecordDeclarationSyntax record && record.Identifier.Text == type.Name))
                meanings[property.Identifier.Text] = Sentence(property.GetLeadingTrivia().ToFullString());
        }

        return meanings;
    }

    private static string Sentence(string trivia)
    {
        string xml =
            string.Concat(trivia.Split('\n').Select(line => line.Trim()).Where(line => line.StartsWith("///", StringComparison.Ordinal))
            .Select(line => line[3..] + "\n"));
        XElement? summary = XElement.Parse($"<d>{xml}</d>").Element("summary");
        if (summary is null)
            return "";
        string text = string.Concat(summary.Nodes().Select(Plain));
        text = Spaces().Replace(text, " ").Trim().Replace("|", "\\|", StringComparison.Ordinal);
        Match end = End().Match(text);
        return end.Success ? text[..(end.Index + 1)] : text;
    }

    private static string Plain(XNode node) => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "see" } see => $"`{(see.Attribute("cref") ?? see.Attribute("langword"))!.Value.Split('(')[0]}`",
        XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
        XElement { Name.LocalName: "paramref" } parameter => $"`{parameter.Attribute("name")!.Value}`",
        XElement other => other.Value,
        _ => "",
    };

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();

    [GeneratedRegex(@"\.(?= [A-Z`])")]
    private static partial Regex End();
}
