using TfLbfgs.Operations;
using TfLbfgs.Optimization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Optimization.Resuming;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Optimization.Compiled;

public sealed class CompiledLoopTests : LeakChecked
{
    [Theory]
    [InlineData(DType.Float64)]
    [InlineData(DType.Float32)]
    public void Minimize_AsOneLoop_IsTheManagedCourseToRounding(DType dtype)
    {
        LbfgsOptions options = new() { MaxIterations = 400 };
        using LbfgsResult managed = Lbfgs.Minimize(new PairedRosenbrock(dtype), options);
        using LbfgsResult compiled = Lbfgs.Minimize(new PairedRosenbrock(dtype), options with { Execution = Execution.Compiled });
        TestContext.Current.TestOutputHelper?.WriteLine($"{managed}\n{compiled}");
        Assert.Equal(managed.InitialLoss, compiled.InitialLoss, 1e-6 * managed.InitialLoss);
        // The first iterations agree to rounding; later ones drift apart as rounding grows.
        double tolerance = dtype == DType.Float64 ? 1e-9 : 1e-3;
        for (int k = 0; k < 10; k++)
        {
            Assert.Equal(managed.History[k].Evaluations, compiled.History[k].Evaluations);
            Assert.Equal(managed.History[k].Loss, compiled.History[k].Loss, tolerance * managed.History[k].Loss);
        }

        Assert.True(compiled.Loss <= (dtype == DType.Float64 ? 1e-18 : 1e-9), compiled.ToString());
        if (dtype == DType.Float64)
            Assert.Equal((managed.Reason, managed.Iterations, managed.Evaluations), (compiled.Reason, compiled.Iterations, compiled.Evaluations));
        Assert.Equal(compiled.Iterations + 1, compiled.History.Count);
        Assert.Equal(compiled.Loss, compiled.History.Min(p => p.Loss));
    }
}
