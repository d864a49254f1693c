using System.Reflection;
using System.Text.Json;
using TfLbfgs.RawOpsGenerator;
using TfLbfgs.RawOpsGenerator.Model;
using TfLbfgs.RawOpsGenerator.Protos;
using TfLbfgs.RawOpsGenerator.Writing;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.RawOperations;

/// <summary>The committed files are what the generator makes of the library's op list, and nothing is lost on the way.</summary>
public class GeneratedFilesTests
{
    private static readonly OpListSource Source = NativeOpList.Read();
    private static readonly OpCatalog Catalog = OpCatalog.Read(Source, Overrides.Load());

    [Fact]
    public void Write_SameTensorFlow_EqualsCommittedFiles()
    {
        OutputFolder committed = OutputFolder.InCheckout();
        string version = CommittedVersion(committed);
        Assert.SkipUnless(version == Catalog.TensorFlowVersion,
            $"The files are of TensorFlow {version}; the library loaded is {Catalog.TensorFlowVersion}.");

        Assert.Empty(committed.Compare(FileWriter.Write(Catalog)));
    }

    [Fact]
    public void Write_Twice_GivesTheSameText() =>
        Assert.Equal(FileWriter.Write(Catalog), FileWriter.Write(OpCatalog.Read(Source, Overrides.Load())));

    [Fact]
    public void Write_AllFiles_HaveLineFeedsAndModestLength()
    {
        foreach (GeneratedFile file in FileWriter.Write(Catalog))
        {
            Assert.DoesNotContain('\r', file.Content);
            Assert.EndsWith("\n", file.Content, StringComparison.Ordinal);
            Assert.InRange(file.Content.Count(c => c == '\n'), 3, 6020);
        }
    }

    [Fact]
    public void Read_AllOps_AreGeneratedOrLeftOutWithAReason()
    {
        string[] all = [.. OpList.Parser.ParseFrom(Source.Bytes).Op.Select(o => o.Name).Order(StringComparer.Ordinal)];

        Assert.Equal(all, Catalog.Ops.Select(o => o.Name).Concat(Catalog.LeftOut.Select(o => o.Name)).Order(StringComparer.Ordinal));
        Assert.All(Catalog.LeftOut, op => Assert.Matches("^(internal|ref-typed|hidden): .", op.Reason));
    }

    [Fact]
    public void RawOps_Methods_AreTheOpsOfTheCatalog()
    {
        Assert.SkipUnless(CommittedVersion(OutputFolder.InCheckout()) == Catalog.TensorFlowVersion,
            "The library loaded is of another version than the files.");

        Assert.Equal(Catalog.Ops.Select(o => o.Name), Methods().Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void RawOps_Parameters_FollowTheNamingRule()
    {
        Dictionary<string, MethodInfo> methods = Methods();
        foreach (OpModel op in Catalog.Ops.Where(o => methods.ContainsKey(o.Name)))
        {
            IEnumerable<string> expected = op.Inputs.Select(i => i.Definition.Name)
                .Concat(op.AttributeParameters.Select(a => a.Definition.Name)).Select(Naming.Parameter);
            IEnumerable<string> actual = methods[op.Name].GetParameters()
                .Select(p => p.GetCustomAttribute<RawOpArgumentAttribute>() is { } renamed ? Naming.Parameter(renamed.Name) : p.Name!);
            Assert.Equal(expected, actual);
        }
    }

    [Fact]
    [Trait("Category", "Reference")]
    public void RawOps_OpsOfTheReferenceData_HaveAMethod()
    {
        string folder = ReferenceRoot.Require("ops");

        HashSet<string> known = [.. Methods().Keys, .. Catalog.LeftOut.Select(o => o.Name)];
        var unknown = new SortedSet<string>(StringComparer.Ordinal);
        int seen = 0;
        foreach (string file in Directory.EnumerateFiles(folder, "*.json").Where(f => Path.GetFileName(f) is not ("op_coverage.json" or "error_cases.json" or "verification.json")))
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(file));
            foreach (JsonElement entry in document.RootElement.GetProperty("entries").EnumerateArray())
            {
                if (!entry.TryGetProperty("op", out JsonElement op))
                    continue;

                seen++;
                if (!known.Contains(op.GetString()!))
                    unknown.Add(op.GetString()!);
            }
        }

        Assert.SkipWhen(seen == 0 && ReferenceRoot.IsOther, "the other reference data name no op");
        Assert.Empty(unknown);
        Assert.True(seen > 0, $"No entry in {folder} names an op.");
    }

    private static Dictionary<string, MethodInfo> Methods() => typeof(RawOps).GetMethods(BindingFlags.Public | BindingFlags.Static)
        .ToDictionary(m => m.GetCustomAttribute<RawOpAttribute>()!.Name, StringComparer.Ordinal);

    private static string CommittedVersion(OutputFolder folder)
    {
        const string Prefix = "# TensorFlow: ";
        return File.ReadLines(Path.Combine(folder.Location, FileWriter.LeftOutName))
            .First(l => l.StartsWith(Prefix, StringComparison.Ordinal))[Prefix.Length..];
    }
}
