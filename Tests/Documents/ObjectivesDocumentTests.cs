using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Documents;

/// <summary>docs/objectives.md does what it says.</summary>
public sealed class ObjectivesDocumentTests : LeakChecked
{
    [Fact]
    public void CSharpBlocks_OfTheDocument_RunAndPrintWhatStandsBelow() => DocumentRun.OfPairs("objectives.md", least: 6);
}
