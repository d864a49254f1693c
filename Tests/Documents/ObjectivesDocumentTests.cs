using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Documents;

/// <summary>docs/guides/objectives.md does what it says.</summary>
public sealed class ObjectivesDocumentTests : LeakChecked
{
    [Fact]
    public void CSharpBlocks_OfTheDocument_RunAndPrintWhatStandsBelow() => DocumentRun.OfPairs("guides/objectives.md", least: 6);
}
