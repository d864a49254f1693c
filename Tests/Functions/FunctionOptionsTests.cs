using TfLbfgs.Functions;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Functions;

public class FunctionOptionsTests : LeakChecked
{
    [Theory]
    [InlineData(true, 0.25f)]
    [InlineData(false, 0f)]
    public void OptimizeGraph_JoinsConstantsOfTheGraph_OrLeavesEachOpAsItIs(bool optimizeGraph, float expected)
    {
        using TensorScope scope = new();
        // Added to 1e8, 0.25 is lost in float32, unless the two constants are added first.
        using Function function = new((Tensor[] x) => [Tf.Exp(-(x[0] + 1e8f - 1e8f))],
            new FunctionOptions { OptimizeGraph = optimizeGraph });
        Assert.Equal(MathF.Exp(-expected), function.Call(Tensor.From([0.25f]))[0].ToArray<float>()[0], 1e-6f);
    }
}
