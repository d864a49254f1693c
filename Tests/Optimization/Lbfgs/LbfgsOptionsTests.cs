using TfLbfgs.Optimization;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Optimization.Stopping;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Optimization;

public sealed class LbfgsOptionsTests : LeakChecked
{
    [Fact]
    public void Minimize_EnumsOutOfRange_AreRefusedByName()
    {
        using Tensor start = TestObjectives.Start();
        foreach ((string name, LbfgsOptions options) in new[]
        {
            ("Execution", new LbfgsOptions { Execution = (Execution)99 }), ("Scaling", new LbfgsOptions { Scaling = (InverseScaling)99 }), ("OnFailedSearch", new LbfgsOptions { OnFailedSearch = (FailedSearchPolicy)99 }),
        })
        {
            Assert.StartsWith($"LbfgsOptions.{name}: expected a value of", Assert.Throws<TfLbfgsException>(() => Lbfgs.Minimize(TestObjectives.Rosenbrock, start, options)).Message, StringComparison.Ordinal);
            Assert.StartsWith($"LbfgsOptions.{name}: expected a value of", Assert.Throws<TfLbfgsException>(() => Lbfgs.MinimizeBatch(x => (x, x), start, options)).Message, StringComparison.Ordinal);
        }

        foreach (StochasticOptions options in new StochasticOptions[] { new() { Execution = (Execution)99 }, new() { Scaling = (InverseScaling)99 }, new() { StepRule = (BatchStep)99 } })
            Assert.Contains("received 99", Assert.Throws<TfLbfgsException>(options.Validate).Message, StringComparison.Ordinal);
    }
}
