using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Documents;

/// <summary>docs/saved-models.md does what it says.</summary>
public sealed class SavedModelsDocumentTests : LeakChecked
{
    [Fact]
    public void CSharpBlocks_OfTheDocument_RunAndPrintWhatStandsBelow() => DocumentRun.OfPairs("saved-models.md", least: 3);
}
