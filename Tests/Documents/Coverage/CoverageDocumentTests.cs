using Xunit;

namespace TfLbfgs.Tests.Documents.Coverage;

public class CoverageDocumentTests
{
    [Fact]
    public void Document_OfSections_IsWhatIsThere()
    {
        string expected = CoverageDocument.Text();
        if (Environment.GetEnvironmentVariable(CoverageDocument.Update) == "1")
            File.WriteAllText(CoverageDocument.FilePath, expected);
        Assert.True(
            File.Exists(CoverageDocument.FilePath) && File.ReadAllText(CoverageDocument.FilePath).ReplaceLineEndings("\n") == expected,
            $"docs/reference/coverage.md is not up to date. Run this test with {CoverageDocument.Update}=1 and commit the file.");
    }

    [Fact]
    public void Ops_WithGradientInPython_HaveATestedRuleOrAReason()
    {
        string[] untested = [.. OpCoverage.Ops.Where(op => op.HasRule && op.Tests.Count == 0).Select(op => op.Name)];
        Assert.True(
            untested.Length == 0,
                $"rules that no test covers; add reference entries, or [CoversOps] to a test: {string.Join(", ", untested)}");
        string[] missing =
            [.. OpCoverage.Ops.Where(op => !op.HasRule && op.Reason is null).Select(op => op.Name)];
        Assert.True(
            missing.Length == 0,
                $"neither rule nor reason; write the rule, or say in OpReasons why there is none: {string.Join(", ", missing)}");
    }

    [Fact]
    public void Reasons_OfOps_AreForOpsWithoutRule()
    {
        HashSet<string> known = [.. OpCoverage.Ops.Select(op => op.Name)];
        Assert.All(OpReasons.Names, name => Assert.Contains(name, known));
        Assert.DoesNotContain(OpCoverage.Ops, op => op.HasRule && OpReasons.Of(op.Name) is not null);
    }
}
