using TfLbfgs.Keras;
using TfLbfgs.Runtime;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Documents;

/// <summary>docs/pinn.md does what it says.</summary>
public sealed class PinnDocumentTests : LeakChecked
{
    [Fact]
    public void CSharpBlocks_OfTheDocument_RunAndPrintWhatStandsBelow()
    {
        try
        {
            DocumentRun.OfPairs("pinn.md", least: 3);
        }
        finally
        {
            KerasConfig.FloatX = DType.Float32;
        }
    }
}
