using TfLbfgs.Functions;
using TfLbfgs.Optimization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Optimization;

/// <summary>The triangular form on the device against the two-loop recursion in plain C#, which applies the same initial matrix.</summary>
public sealed class PairHistoryTests : LeakChecked
{
    private const int Count = 37;

    private readonly Random _random = new(20240);
    private readonly List<(double[] S, double[] Y)> _pairs = [];
    private double[]? _diagonal;
    private double _share;

    [Theory]
    [InlineData(1, InverseScaling.Diagonal, false)]
    [InlineData(2, InverseScaling.Diagonal, true)]
    [InlineData(5, InverseScaling.Scalar, false)]
    [InlineData(10, InverseScaling.Diagonal, false)]
    [InlineData(10, InverseScaling.Scalar, true)]
    [InlineData(36, InverseScaling.Diagonal, false)]
    [InlineData(37, InverseScaling.Diagonal, false)]
    [InlineData(40, InverseScaling.Diagonal, true)]
    public void Learn_MorePairsThanSlots_IsTheTwoLoopRecursion(int length, InverseScaling scaling, bool compile)
    {
        using History history = new(length, DType.Float64, scaling, compile);
        Assert.True(history.Pairs.IsEmpty);
        for (int i = 0; i < 3 * length + 2; i++)
            Learn(history, 1e-12);
        Assert.False(history.Pairs.IsEmpty);
    }

    [Fact]
    public void Apply_WithoutAPair_UsesWhatIsKnown()
    {
        using History history = new(4, DType.Float64, InverseScaling.Diagonal);
        for (int i = 0; i < 11; i++)
        {
            Learn(history, 1e-12);
            double[] gradient = Normal();
            using Tensor direction = history.Apply(gradient);
            Check(direction, gradient, history, 1e-12);
        }
    }

    [Theory]
    [InlineData(InverseScaling.Diagonal)]
    [InlineData(InverseScaling.Scalar)]
    public void Clear_InTheMiddleOfTheRing_ForgetsEverything(InverseScaling scaling)
    {
        using History history = new(3, DType.Float64, scaling);
        foreach (int pairs in new[] { 1, 2, 3, 5, 4 })
        {
            for (int i = 0; i < pairs; i++)
                Learn(history, 1e-12);
            history.Pairs.Clear();
            _pairs.Clear();
            _diagonal = null;
            Assert.True(history.Pairs.IsEmpty);
        }

        Learn(history, 1e-12);
    }

    [Fact]
    public void Learn_IllConditionedPairs_StaysADescentDirection()
    {
        using History history = new(10, DType.Float64, InverseScaling.Diagonal);
        for (int i = 0; i < 40; i++)
            Learn(history, 1e-8, condition: 1e4);
    }

    [Theory]
    [InlineData(InverseScaling.Diagonal)]
    [InlineData(InverseScaling.Scalar)]
    public void Learn_Float32_IsTheTwoLoopRecursionToItsPrecision(InverseScaling scaling)
    {
        using History history = new(6, DType.Float32, scaling);
        for (int i = 0; i < 20; i++)
            Learn(history, 1e-4);
    }

    /// <summary>Learns a random pair of positive curvature and compares the direction for a random gradient.</summary>
    private void Learn(History history, double tolerance, double condition = 3)
    {
        double[] s = [.. Normal().Select(d => 0.4 * d)];
        double[] y = [.. s.Select((value, i) => value * Math.Pow(condition, i / (Count - 1.0)))];
        double[] gradient = Normal();
        _pairs.Add((s, y));
        double step = _random.NextDouble() < 0.4 ? 0.3 : 1;
        LearnDiagonal(s, y, step, Count <= history.Length);
        using Tensor direction = history.Learn(s, y, gradient, new PairScalars(Dot(s, y), Dot(s, s), Dot(y, y), -Dot(s, s) / step, step));
        Check(direction, gradient, history, tolerance);
    }

    private void Check(Tensor received, double[] gradient, History history, double tolerance)
    {
        double[] expected = TwoLoop(gradient, history);
        double[] direction = received.ToDoubles();
        double norm = Math.Sqrt(Dot(expected, expected));
        double[] difference = [.. direction.Zip(expected, (a, b) => a - b)];
        Assert.True(Math.Sqrt(Dot(difference, difference)) <= tolerance * norm,
            $"pair {_pairs.Count}: off by {Math.Sqrt(Dot(difference, difference)) / norm:G3}");
        Assert.True(Dot(direction, gradient) < 0);
    }

    /// <summary>
    /// Gilbert and Lemarechal's update of the diagonal, then the geometric length; where the pairs span the space, one between it and that
    /// of the pair: nearer to the latter after short steps.
    /// </summary>
    private void LearnDiagonal(double[] s, double[] y, double step, bool spans)
    {
        _share = _diagonal is null || !spans ? 1 : step < 1 ? Math.Max(0, _share - 0.25) : Math.Min(1, _share + 0.1);
        double[] d = _diagonal ?? [.. Enumerable.Repeat(1.0, Count)];
        double factor = Dot(s, y) / Weighted(y, d);
        double[] b = [.. d.Select(value => 1 / (value * factor))];
        double sbs = Weighted(s, b);
        b = [.. b.Select((value, i) => value + y[i] * y[i] / Dot(s, y) - value * s[i] * value * s[i] / sbs)];
        double least = 1e-10 * b.Max();
        d = [.. b.Select(value => 1 / Math.Max(value, least))];
        double length = Math.Pow(Dot(s, s) * Dot(y, y), _share / 2) * Math.Pow(Dot(s, y), 1 - _share) / Weighted(y, d);
        _diagonal = [.. d.Select(value => value * length)];
    }

    private double[] TwoLoop(double[] gradient, History history)
    {
        (double[] S, double[] Y)[] kept = [.. _pairs.TakeLast(history.Length)];
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
        q = [.. q.Select((value, i) => value * (history.Scaling == InverseScaling.Scalar ? gamma : _diagonal![i]))];
        for (int i = 0; i < kept.Length; i++)
        {
            (double[] s, double[] y) = kept[i];
            Add(q, s, alpha[i] - Dot(y, q) / Dot(s, y));
        }

        return [.. q.Select(value => -value)];
    }

    private double[] Normal() =>
        [.. Enumerable.Range(0, Count)
        .Select(_ => Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble()))];

    private static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();

    private static double Weighted(double[] a, double[] weights) => a.Zip(weights, (x, w) => x * x * w).Sum();

    private static void Add(double[] target, double[] source, double factor)
    {
        for (int i = 0; i < target.Length; i++)
            target[i] += factor * source[i];
    }

    /// <summary>The history with the functions that the kernel would trace it into.</summary>
    private sealed class History : IDisposable
    {
        private readonly DType _dtype;
        private readonly Function _learn;
        private readonly Function _apply;

        public History(int length, DType dtype, InverseScaling scaling, bool compile = false)
        {
            _dtype = dtype;
            Length = length;
            Scaling = scaling;
            Pairs = new PairHistory(length, Count, dtype, scaling);
            _learn = new Function(inputs => [Pairs.Learn(inputs[0], inputs[1], inputs[2], inputs.AsSpan(3))],
                new FunctionOptions { Compile = compile });
            _apply = new Function(inputs => [Pairs.Apply(inputs[0], [])], new FunctionOptions { Compile = compile });
        }

        public int Length { get; }

        public InverseScaling Scaling { get; }

        public PairHistory Pairs { get; }

        public Tensor Learn(double[] step, double[] change, double[] gradient, PairScalars scalars)
        {
            using TensorScope scope = new();
            Tensor[] own = Pairs.Reserve(scalars);
            (Tensor s, Tensor y) = (Vector(step), Vector(change));
            Pairs.Store(s, y, own);
            return scope.Keep(_learn.Call([s, y, Vector(gradient), .. own])[0]);
        }

        public Tensor Apply(double[] gradient)
        {
            using TensorScope scope = new();
            return scope.Keep(_apply.Call(Vector(gradient))[0]);
        }

        public void Dispose()
        {
            _learn.Dispose();
            _apply.Dispose();
            Pairs.Dispose();
        }

        private Tensor Vector(double[] values) =>
            _dtype == DType.Float32 ? Tensor.From(Array.ConvertAll(values, value => (float)value)) : Tensor.From(values);
    }
}
