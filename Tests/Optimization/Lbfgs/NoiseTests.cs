using TfLbfgs.Optimization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Optimization.Stopping;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Optimization;

public sealed class NoiseTests : LeakChecked
{
    [Theory]
    [InlineData(1e-3)]
    [InlineData(1e-6)]
    [InlineData(1e-10)]
    public void Estimate_SmoothFunctionWithNoise_IsItsStandardDeviation(double sigma)
    {
        Random random = new(7);
        List<double> found = [];
        for (int trial = 0; trial < 50; trial++)
        {
            double[] values =
                [.. Enumerable.Range(-3, 7).Select(i => 2 + Math.Sin(1 + i * 1e-2 * Math.Sqrt(sigma)) + sigma * Normal(random))];
            if (NoiseEstimate.Of(values, out _) is { } noise)
                found.Add(noise / sigma);
        }

        Assert.True(found.Count >= 35, $"{found.Count} of 50");
        found.Sort();
        Assert.InRange(found[found.Count / 2], 0.6, 1.6);
        Assert.All(found, f => Assert.InRange(f, 0.05, 5));
    }

    [Fact]
    public void Estimate_WithoutNoise_SaysWhatToChange()
    {
        Assert.Null(NoiseEstimate.Of([1, 1, 1, 1, 1, 1, 1], out int hint));
        Assert.Equal(1, hint);
        Assert.Null(NoiseEstimate.Of([1, 2, 4, 8, 16, 32, 64], out hint));
        Assert.Equal(-1, hint);
        Assert.Null(NoiseEstimate.Of([.. Enumerable.Range(0, 7).Select(i => 10 + Math.Exp(0.01 * i))], out hint));
        Assert.Equal(-1, hint);
    }

    [Fact]
    public void Measured_LossRoundedToFloat32_IsFoundAndItsEvaluationsCount()
    {
        int calls = 0;
        (Tensor, Tensor) Rounded(Tensor p)
        {
            calls++;
            (Tensor loss, Tensor gradient) = new FunctionObjective(Chained, p).Evaluate(p, []);
            using (loss)
            using (Tensor low = RawOps.Cast(loss + 10, DType.Float32))
                return (RawOps.Cast(low, DType.Float64), gradient);
        }

        using Tensor start = Tensor.From([.. Enumerable.Range(0, 20).Select(i => i % 2 == 0 ? -1.2 : 1.0)]);
        LbfgsOptions options = new() { Execution = Execution.Eager, GradientTolerance = 0 };
        using LbfgsResult measured = Lbfgs.Minimize(Rounded, start, options with { Noise = Noise.Measured });
        // Rounding to steps of u has the standard deviation u / sqrt(12).
        double unit = Math.ScaleB(1, (int)Math.Floor(Math.Log2(measured.Loss)) - 23) / Math.Sqrt(12);
        Assert.InRange(measured.Noise!.Value, unit / 5, 5 * unit);
        Assert.Equal(calls, measured.Evaluations);
        Assert.Equal(StopReason.WorkingPrecision, measured.Reason);
        Assert.InRange(measured.Loss, 10, 10.001);
        using LbfgsResult without = Lbfgs.Minimize(Rounded, start, options);
        Assert.Null(without.Noise);
        Assert.True(without.Reason is StopReason.Stalled or StopReason.WorkingPrecision, without.Report());
    }

    [Fact]
    public void Measured_LimitComesFirst_RunEndsByIt()
    {
        CountingObjective objective = new();
        using LbfgsResult result =
            Lbfgs.Minimize(objective, new LbfgsOptions { Execution = Execution.Eager, Noise = Noise.Measured, MaxEvaluations = 4 });
        Assert.Equal(StopReason.EvaluationLimit, result.Reason);
        Assert.Equal(4, objective.Calls);
        Assert.Equal(4, result.Evaluations);
    }

    [Fact]
    public void Measured_Twice_IsTheSameBitForBit()
    {
        using Tensor start = TestObjectives.Start();
        LbfgsOptions options = new() { Noise = Noise.Measured };
        using LbfgsResult one = Lbfgs.Minimize(TestObjectives.Rosenbrock, start, options);
        using LbfgsResult two = Lbfgs.Minimize(TestObjectives.Rosenbrock, start, options);
        Assert.Equal(one.Noise, two.Noise);
        Assert.Equal(one.History.Select(p => p.Loss), two.History.Select(p => p.Loss));
        Assert.Equal(StopReason.Converged, one.Reason);
    }

    [Fact]
    public void FloorIterations_Off_GoesOnBelowTheNoise()
    {
        using Tensor start = TestObjectives.Start();
        LbfgsOptions options = new() { GradientTolerance = 0, Noise = Noise.Absolute(1) };
        using LbfgsResult stops = Lbfgs.Minimize(TestObjectives.Rosenbrock, start, options with { FloorIterations = 3 });
        Assert.Equal(StopReason.WorkingPrecision, stops.Reason);
        Assert.StartsWith("Reached working precision: 3 iterations", stops.Message, StringComparison.Ordinal);
        using LbfgsResult goesOn = Lbfgs.Minimize(TestObjectives.Rosenbrock, start, options with { FloorIterations = 0 });
        Assert.True(goesOn.Loss < 1e-3 * stops.Loss, $"{stops}\n{goesOn}");
    }

    [Fact]
    public void Noise_ErrorsOutOfRange_AreRefused()
    {
        Assert.StartsWith("Noise.Absolute: expected", Assert.Throws<TfLbfgsException>(() => Noise.Absolute(-1)).Message,
            StringComparison.Ordinal);
        Assert.StartsWith("Noise.Relative: expected", Assert.Throws<TfLbfgsException>(() => Noise.Relative(double.NaN)).Message,
            StringComparison.Ordinal);
        Assert.StartsWith("LbfgsOptions.FloorIterations: expected",
            Assert.Throws<TfLbfgsException>(new LbfgsOptions { FloorIterations = -1 }.Validate).Message, StringComparison.Ordinal);
    }

    private static Tensor Chained(Tensor x)
    {
        using TensorScope scope = new();
        Tensor axis = Tensor.From([0]);
        Tensor a = x[..^1], b = x[1..];
        Tensor valley = b - a * a;
        return scope.Keep(RawOps.Sum(100 * valley * valley + (1 - a) * (1 - a), axis));
    }

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
