using Xunit;

namespace TfLbfgs.Tests.Documents.Coverage;

public class KerasCoverageTests
{
    [Fact]
    public void Names_OfKeras_AreHereOrHaveAReason()
    {
        string[] missing =
            [.. KerasCoverage.Names.Where(name => name.Type is null && name.Reason is null).Select(name => $"{name.Module}.{name.Object}")];
        Assert.True(missing.Length == 0,
            $"neither a class nor a reason; write the class, or say in KerasReasons why there is none: {string.Join(", ", missing)}");
        string[] silent = [.. KerasCoverage.OtherModules.Where(module => KerasReasons.OfModule(module) is null)];
        Assert.True(silent.Length == 0, $"modules of which KerasReasons says nothing: {string.Join(", ", silent)}");
    }

    [Fact]
    public void Names_ThatAreHere_AreTested()
    {
        string[] untested =
            [.. KerasCoverage.Names.Where(name => name.Type is not null && name.Tests.Count == 0)
            .Select(name => $"{name.Module}.{name.Object} ({name.Type!.Name})")];
        Assert.True(untested.Length == 0, $"classes that no test names and no recorded entry has: {string.Join(", ", untested)}");
    }

    [Fact]
    public void Reasons_OfNames_AreForNamesOfKeras()
    {
        HashSet<(string, string)> known =
            [.. KerasCoverage.Names.Select(name => (name.Module, name.Object)), .. KerasCoverage.Names.Select(name => (name.Module, "*"))];
        Assert.All(KerasReasons.Names, name => Assert.Contains(name, known));
    }
}
