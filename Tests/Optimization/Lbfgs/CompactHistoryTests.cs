using TfLbfgs.Optimization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Optimization;

/// <summary>The compact form on the device against the two-loop recursion in plain C#.</summary>
public sealed class CompactHistoryTests : LeakChecked
{
    private const int Count = 37;

    private readonly Random _random = new(20240);
    private readonly List<(double[] S, double[] Y)> _pairs = [];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(10)]
    public void Next_MorePairsThanSlots_IsTheTwoLoopRecursion(int length)
    {
        using CompactHistory history = new(length, Count, DType.Float64);
        Assert.True(history.IsEmpty);
        for (int i = 0; i < 3 * length + 2; i++)
            Learn(history, length, 1e-12);
        Assert.False(history.IsEmpty);
    }

    [Fact]
    public void Next_WithoutAPair_UsesWhatIsKnown()
    {
        using CompactHistory history = new(4, Count, DType.Float64);
        for (int i = 0; i < 11; i++)
        {
            Learn(history, 4, 1e-12);
            double[] gradient = Normal();
            using Tensor g = Tensor.From(gradient);
            using DirectionStep step = history.Next(g);
            Check(step, gradient, 4, 1e-12);
        }
    }

    [Fact]
    public void Clear_InTheMiddleOfTheRing_ForgetsEverything()
    {
        using CompactHistory history = new(3, Count, DType.Float64);
        foreach (int pairs in new[] { 1, 2, 3, 5, 4 })
        {
            for (int i = 0; i < pairs; i++)
                Learn(history, 3, 1e-12);
            history.Clear();
            _pairs.Clear();
            Assert.True(history.IsEmpty);
        }

        Learn(history, 3, 1e-12);
    }

    [Fact]
    public void Next_IllConditionedPairs_StaysADescentDirection()
    {
        using CompactHistory history = new(10, Count, DType.Float64);
        for (int i = 0; i < 40; i++)
            Learn(history, 10, 1e-9, condition: 1e4);
    }

    [Fact]
    public void Next_Float32_IsTheTwoLoopRecursionToItsPrecision()
    {
        using CompactHistory history = new(6, Count, DType.Float32);
        for (int i = 0; i < 20; i++)
            Learn(history, 6, 1e-4);
    }

    [Fact]
    public void Next_OnePair_IsOneCallAndOneSmallRead()
    {
        using CompactHistory history = new(10, Count, DType.Float64);
        Learn(history, 10, 1e-12);
        NativeCounters.ResetLargestRead();
        NativeCounters before = NativeCounters.Now;
        Learn(history, 10, 1e-12, check: false);
        NativeCounters used = NativeCounters.Now.Since(before);
        Assert.Equal(1, used.FunctionCalls);
        Assert.Equal(0, used.Operations);
        Assert.Equal(1, used.Reads);
        Assert.True(used.LargestRead <= (4 * 10 + 8) * sizeof(double), $"{used.LargestRead} bytes");
    }

    /// <summary>Learns a random pair of positive curvature and compares the direction for a random gradient.</summary>
    private void Learn(CompactHistory history, int length, double tolerance, double condition = 3, bool check = true)
    {
        double step = 0.1 + _random.NextDouble();
        double[] direction = Normal();
        double[] s = [.. direction.Select(d => step * d)];
        double[] y = [.. s.Select((value, i) => value * Math.Pow(condition, i / (Count - 1.0)))];
        double[] gradient = Normal();
        double[] before = [.. gradient.Zip(y, (g, change) => g - change)];
        y = [.. gradient.Zip(before, (after, former) => after - former)];
        _pairs.Add((s, y));
        DType dtype = tolerance > 1e-6 && condition < 10 ? DType.Float32 : DType.Float64;
        using Tensor formerGradient = Vector(before, dtype);
        using Tensor directionTensor = Vector(direction, dtype);
        using Trial trial = new(Vector(Normal(), dtype), Vector(gradient, dtype))
        {
            Step = step,
            DirectionDotChange = Dot(direction, y),
            ChangeSquared = Dot(y, y),
        };
        using DirectionStep next = history.Next(formerGradient, directionTensor, trial);
        if (check)
            Check(next, gradient, length, tolerance);
    }

    private void Check(DirectionStep step, double[] gradient, int length, double tolerance)
    {
        double[] expected = TwoLoop(gradient, length);
        double[] direction = step.Direction.ToDoubles();
        double norm = Math.Sqrt(Dot(expected, expected));
        double[] difference = [.. direction.Zip(expected, (a, b) => a - b)];
        Assert.True(Math.Sqrt(Dot(difference, difference)) <= tolerance * norm, $"pair {_pairs.Count}: off by {Math.Sqrt(Dot(difference, difference)) / norm:G3}");
        Assert.True(step.Slope < 0);
        Assert.Equal(Dot(direction, gradient), step.Slope, tolerance * norm * Math.Sqrt(Dot(gradient, gradient)));
        Assert.Equal(Dot(direction, direction), step.LengthSquared, tolerance * norm * norm);
    }

    private double[] TwoLoop(double[] gradient, int length)
    {
        (double[] S, double[] Y)[] kept = [.. _pairs.TakeLast(length)];
        double[] q = [.. gradient];
        double[] alpha = new double[kept.Length];
        for (int i = kept.Length - 1; i >= 0; i--)
        {
            (double[] s, double[] y) = kept[i];
            alpha[i] = Dot(s, q) / Dot(s, y);
            Add(q, y, -alpha[i]);
        }

        (double[] lastS, double[] lastY) = kept[^1];
        double gamma = Dot(lastS, lastY) / Dot(lastY, lastY);
        q = [.. q.Select(value => gamma * value)];
        for (int i = 0; i < kept.Length; i++)
        {
            (double[] s, double[] y) = kept[i];
            Add(q, s, alpha[i] - Dot(y, q) / Dot(s, y));
        }

        return [.. q.Select(value => -value)];
    }

    private double[] Normal() => [.. Enumerable.Range(0, Count).Select(_ => Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble()))];

    private static Tensor Vector(double[] values, DType dtype) =>
        dtype == DType.Float32 ? Tensor.From(Array.ConvertAll(values, value => (float)value)) : Tensor.From(values);

    private static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();

    private static void Add(double[] target, double[] source, double factor)
    {
        for (int i = 0; i < target.Length; i++)
            target[i] += factor * source[i];
    }
}
