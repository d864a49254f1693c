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
            ("Execution", new LbfgsOptions { Execution = (Execution)99 }), ("Scaling", new LbfgsOptions { Scaling = (InverseScaling)99 }),
                ("OnFailedSearch", new LbfgsOptions { OnFailedSearch = (FailedSearchPolicy)99 }),
        })
        {
            Assert.StartsWith($"LbfgsOptions.{name}: expected a value of",
                Assert.Throws<TfLbfgsException>(() => Lbfgs.Minimize(TestObjectives.Rosenbrock, start, options)).Message,
                StringComparison.Ordinal);
        }

        foreach ((string name, BatchOptions options) in new[] { ("Execution", new BatchOptions { Execution = (Execution)99 }),
            ("Scaling", new BatchOptions { Scaling = (InverseScaling)99 }) })
            Assert.StartsWith($"BatchOptions.{name}: expected a value of",
                Assert.Throws<TfLbfgsException>(() => Lbfgs.MinimizeBatch(x => (x, x), start, options)).Message, StringComparison.Ordinal);

        foreach (StochasticOptions options in new StochasticOptions[] { new() { Execution = (Execution)99 },
            new() { Scaling = (InverseScaling)99 }, new() { StepRule = (BatchStep)99 } })
            Assert.Contains("received 99", Assert.Throws<TfLbfgsException>(options.Validate).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TfpOptions_ByDefault_AreThoseOfTfp()
    {
        Assert.Equal(new TfpOptions(), LbfgsOptions.TfpCompatible);
        TfpOptions options = LbfgsOptions.TfpCompatible with { MaxIterations = 500 };
        Assert.Equal((500, 10, 0.1, 0.9, 50, 1e-8),
            (options.MaxIterations, options.MemoryLength, options.SufficientDecrease, options.Curvature, options.MaxLineSearchTrials,
            options.GradientTolerance));
    }

    /// <summary>What does not fit together is no member of the type: what is refused by a sentence is counted here.</summary>
    [Fact]
    public void Options_WhatDoesNotFit_CannotBeWritten()
    {
        string[] OwnTo(Type type, params Type[] others) =>
            [.. type.GetProperties().Select(p => p.Name).Except(others.SelectMany(o => o.GetProperties().Select(p => p.Name)))
                .Order(StringComparer.Ordinal)];
        Assert.Equal(
            [
                "BlockScaling", "Bounds", "Checkpoint", "Direction", "ExplainFailures", "LossWindow", "MinimumImprovement",
                    "OnChangedProblem",
                "OnFailedSearch", "Patience", "ReturnInverseHessian", "ReturnPairs", "SciPyCompatible", "SlopeTolerance", "StopWhen",
                "TfpCompatible", "TorchCompatible", "Validation",
            ],
            OwnTo(typeof(LbfgsOptions), typeof(BatchOptions), typeof(TfpOptions)));
        Assert.Equal(["ShedFinished"], OwnTo(typeof(BatchOptions), typeof(LbfgsOptions), typeof(TfpOptions)));
        Assert.Equal(["PreviousResult"], OwnTo(typeof(TfpOptions), typeof(LbfgsOptions), typeof(BatchOptions)));
    }
}
