using System.Globalization;
using TfLbfgs.Keras;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Optimization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Optimization;

/// <summary>Demand 80: batches with overlap, against the one-pass result.</summary>
public sealed class StochasticLbfgsTests : LeakChecked
{
    private const int Rows = 2000;
    private const int Features = 20;

    [Theory]
    [InlineData(BatchStep.Armijo, Execution.Traced, 0.1)]
    [InlineData(BatchStep.Fixed, Execution.Traced, 0.06)]
    [InlineData(BatchStep.Decaying, Execution.Traced, 1e-2)]
    [InlineData(BatchStep.Decaying, Execution.Eager, 1e-2)]
    [InlineData(BatchStep.Decaying, Execution.CompiledCalls, 1e-2)]
    public void Minimize_LogisticRegression_ComesNearTheOptimumOfAllData(BatchStep rule, Execution execution, double tolerance)
    {
        using TensorScope scope = new();
        FunctionObjective objective = Logistic();
        using LbfgsResult optimum = Lbfgs.Minimize(objective);
        Assert.Equal(StopReason.Converged, optimum.Reason);
        StochasticOptions options = new() { BatchSize = 400, MaxPasses = 15, StepRule = rule, Execution = execution, Seed = 1 };
        using StochasticResult result = StochasticLbfgs.Minimize(objective, options);
        double gap = (result.Result.Loss - optimum.Loss) / (optimum.InitialLoss - optimum.Loss);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{rule} {execution}: {gap:G3} of the way to the optimum {optimum.Loss:G6} is left; {result}");
        Assert.InRange(gap, -1e-12, tolerance);
        Assert.Equal(StopReason.EvaluationLimit, result.Result.Reason);
        Assert.InRange(result.Passes, 15, 17.5);
        Assert.Equal(result.Passes, result.Result.Evaluations * 400.0 / Rows, 1e-12);
        Assert.Equal(result.Result.Iterations, result.BatchLosses.Count);
        // The loss and gradient are those of all data at the position.
        (Tensor loss, Tensor gradient) = objective.Evaluate(result.Result.Position, objective.Data);
        Assert.Equal(loss.ToDouble(), result.Result.Loss, 1e-13);
        Assert.All(gradient.ToArray<double>().Zip(result.Result.Gradient.ToArray<double>()),
            pair => Assert.Equal(pair.First, pair.Second, 1e-13));
        Assert.Equal(gradient.ToArray<double>().Max(Math.Abs), result.Result.GradientNorm, 1e-13);
    }

    [Fact]
    public void Minimize_SameSeed_SameBits()
    {
        using TensorScope scope = new();
        FunctionObjective objective = Logistic();
        StochasticOptions options = new() { BatchSize = 300, MaxPasses = 4, Seed = 5 };
        using StochasticResult first = StochasticLbfgs.Minimize(objective, options);
        using StochasticResult second = StochasticLbfgs.Minimize(objective, options);
        using StochasticResult other = StochasticLbfgs.Minimize(objective, options with { Seed = 6 });
        Assert.Equal(first.Result.Position.ToArray<double>(), second.Result.Position.ToArray<double>());
        Assert.Equal(first.BatchLosses, second.BatchLosses);
        Assert.NotEqual(first.BatchLosses, other.BatchLosses);
    }

    [Fact]
    public void Minimize_EqualPasses_BeatsGradientDescentOnBatches()
    {
        using TensorScope scope = new();
        FunctionObjective objective = Logistic();
        using LbfgsResult optimum = Lbfgs.Minimize(objective);
        using StochasticResult result = StochasticLbfgs.Minimize(objective, new StochasticOptions { BatchSize = 400, MaxPasses = 10 });
        List<double> descents = [];
        foreach (double rate in new[] { 0.01, 0.03, 0.1, 0.3, 1, 3, 10 })
            descents.Add(Descend(objective, rate, 10 * Rows / 400));
        double gap = result.Result.Loss - optimum.Loss;
        double best = descents.Where(double.IsFinite).Min() - optimum.Loss;
        TestContext.Current.TestOutputHelper?.WriteLine($"10 passes: {gap:G3} above the optimum; descent at its best rate {best:G3}");
        Assert.True(gap < best, string.Create(CultureInfo.InvariantCulture, $"{gap} {best}"));
    }

    [Fact]
    public void Minimize_ModelWithPenalty_AdoptsTheMeasuredBest()
    {
        using TensorScope scope = new();
        (Tensor x, Tensor y) = TfLbfgs.Tests.Keras.ModelObjectiveTests.Paraboloid();
        using Tensor inputs = x;
        using Tensor targets = y;
        using Sequential model = new(DType.Float32) { new Dense(8, "tanh"), new Dense(1) };
        using Tensor x32 = Tf.Cast(x, DType.Float32), y32 = Tf.Cast(y, DType.Float32);
        using ModelObjective objective = new(model, "mse", x32, y32);
        List<LbfgsProgress> heard = [];
        StochasticOptions options =
            new() { BatchSize = 40, MaxPasses = 30, StepRule = BatchStep.Armijo, MeasureInterval = 5, Progress = new Listener(heard) };
        using StochasticResult result = StochasticLbfgs.Minimize(objective, options);
        Assert.True(result.Result.Loss < 0.5 * result.Result.InitialLoss, result.ToString());
        Assert.Equal(heard, result.Result.History);
        Assert.Equal(heard.Min(p => p.Loss), result.Result.Loss);
        Assert.Equal([0, 5, 10], heard.Take(3).Select(p => p.Iteration));
        Assert.Equal(result.Result.Loss, objective.Measure().Total, 1e-5);
        using Tensor held = objective.InitialPosition();
        Assert.Equal(result.Result.Position.ToArray<float>(), held.ToArray<float>());
    }

    [Fact]
    public void Minimize_TargetAndCancellation_EndIt()
    {
        using TensorScope scope = new();
        FunctionObjective objective = Logistic();
        using StochasticResult reached =
            StochasticLbfgs.Minimize(objective, new StochasticOptions { BatchSize = 400, MeasureInterval = 2, TargetLoss = 0.6 });
        Assert.Equal(StopReason.TargetReached, reached.Result.Reason);
        Assert.True(reached.Result.Loss <= 0.6);
        using CancellationTokenSource cancel = new();
        cancel.Cancel();
        using StochasticResult cancelled = StochasticLbfgs.Minimize(objective, null, cancel.Token);
        Assert.Equal(StopReason.Cancelled, cancelled.Result.Reason);
        using StochasticResult limited = StochasticLbfgs.Minimize(objective, new StochasticOptions { MaxIterations = 3 });
        Assert.Equal(StopReason.IterationLimit, limited.Result.Reason);
        Assert.Equal(3, limited.Result.Iterations);
    }

    [Fact]
    public void Minimize_StepThatDiverges_EndsWithTheBestMeasured()
    {
        using TensorScope scope = new();
        FunctionObjective unbounded =
            new((p, d) => -Tf.ReduceMean(d[0] * Tf.Exp(p)), Tensor.From([1.0]),
            [Tensor.From<double>([.. Enumerable.Range(0, 50).Select(i => 1.0 + i % 3)])]);
        using StochasticResult result =
            StochasticLbfgs.Minimize(unbounded, new StochasticOptions { BatchSize = 10, StepRule = BatchStep.Fixed, Step = 1e6 });
        Assert.Equal(StopReason.Stalled, result.Result.Reason);
        Assert.Contains("Armijo", result.Result.Message, StringComparison.Ordinal);
        Assert.True(double.IsFinite(result.Result.Loss));
        FunctionObjective bad =
            new((p, d) => Tf.ReduceMean(d[0] * p) * double.NaN, Tensor.From([1.0]),
            [Tensor.From<double>([.. Enumerable.Range(0, 50).Select(i => 1.0 + i)])]);
        using StochasticResult start = StochasticLbfgs.Minimize(bad, new StochasticOptions { BatchSize = 10 });
        Assert.Equal(StopReason.BadStart, start.Result.Reason);
    }

    [Fact]
    public void Minimize_OptionsThatDoNotFit_SayWhatWasExpected()
    {
        using TensorScope scope = new();
        FunctionObjective objective = Logistic();
        Assert.Contains("fewer rows than the 2000",
            Assert.Throws<TfLbfgsException>(() => StochasticLbfgs.Minimize(objective, new StochasticOptions { BatchSize = 2000 })).Message,
            StringComparison.Ordinal);
        Assert.Contains("Overlap",
            Assert.Throws<TfLbfgsException>(() => StochasticLbfgs.Minimize(objective, new StochasticOptions { Overlap = 0.6 })).Message,
            StringComparison.Ordinal);
        Assert.Contains("Step",
            Assert.Throws<TfLbfgsException>(() => StochasticLbfgs.Minimize(objective, new StochasticOptions { Step = 0 })).Message,
            StringComparison.Ordinal);
    }

    /// <summary>Gradient descent on the batches of the same size, in order, from the same start; the loss of all data at the end.</summary>
    private static double Descend(FunctionObjective objective, double rate, int steps)
    {
        using TensorScope scope = new();
        Tensor position = objective.InitialPosition();
        for (int i = 0; i < steps; i++)
        {
            int first = i * 400 % Rows;
            position -= rate
                * objective.Evaluate(position, [objective.Data[0][first..(first + 400)], objective.Data[1][first..(first + 400)]]).Gradient;
        }

        return objective.Evaluate(position, objective.Data).Loss.ToDouble();
    }

    /// <summary>Logistic regression with features of sizes from 1 to 10 and a small penalty.</summary>
    private static FunctionObjective Logistic()
    {
        Random random = new(3);
        double[] x = new double[Rows * Features];
        double[] y = new double[Rows];
        for (int i = 0; i < Rows; i++)
        {
            double z = 0;
            for (int j = 0; j < Features; j++)
            {
                x[i * Features + j] = (2 * random.NextDouble() - 1) * Math.Pow(10, (double)j / (Features - 1));
                z += x[i * Features + j] * Math.Sin(j) / Math.Pow(10, (double)j / (Features - 1));
            }

            y[i] = random.NextDouble() < 1 / (1 + Math.Exp(-2 * z)) ? 1 : -1;
        }

        return new FunctionObjective(
            (p, d) => Tf.ReduceMean(RawOps.Softplus(-d[1] * Tf.ReduceSum(d[0] * p, [1]))) + 1e-4 * Tf.ReduceSum(p * p),
            Tensor.Zeros([Features], DType.Float64),
            [Tensor.From<double>(x, [Rows, Features]), Tensor.From(y)]);
    }

    private sealed class Listener(List<LbfgsProgress> heard) : IProgress<LbfgsProgress>
    {
        public void Report(LbfgsProgress value) => heard.Add(value);
    }
}
