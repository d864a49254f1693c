using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Documents;

/// <summary>docs/training.md does what it says.</summary>
public sealed class TrainingDocumentTests : LeakChecked
{
    [Fact]
    public void CSharpBlocks_OfTheDocument_RunAndPrintWhatStandsBelow() => DocumentRun.OfPairs("training.md", least: 8);
}
