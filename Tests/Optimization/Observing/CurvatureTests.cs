using TfLbfgs.Optimization;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Optimization.Observing;

public sealed class CurvatureTests : LeakChecked
{
    [Fact]
    public void Spectrum_OfPairs_IsThatOfTheYoungest()
    {
        Curvatures curvatures = new();
        Assert.Null(curvatures.Spectrum());
        curvatures.Add(new PairScalars(100, 1, 1e5, -1, 1), 3);
        curvatures.Add(new PairScalars(2, 1, 8, -1, 1), 3);
        curvatures.Add(new PairScalars(6, 2, 30, -1, 1), 3);
        Assert.Equal(new CurvatureSpectrum(3, 2, 3, 100, 4, 5, 1000), curvatures.Spectrum());
        curvatures.Add(new PairScalars(1, 4, 1, -1, 1), 3);
        Assert.Equal(new CurvatureSpectrum(3, 0.25, 2, 3, 1, 4, 5), curvatures.Spectrum());
        Assert.Equal(20, curvatures.Spectrum()!.Spread);
        curvatures.Clear();
        curvatures.Add(new PairScalars(2, 1, 8, -1, 1), 3);
        curvatures.Add(new PairScalars(6, 1, 60, -1, 1), 3);
        Assert.Equal(new CurvatureSpectrum(2, 2, 4, 6, 4, 7, 10), curvatures.Spectrum());
    }

    [Fact]
    public void Spectrum_OfAQuadratic_LiesWithinItsEigenvalues()
    {
        double[] eigenvalues = [1, 4, 9, 100, 2500];
        using Tensor weights = Tensor.From(eigenvalues), axis = Tensor.From([0]), start = Tensor.From([1.0, -1, 2, 1, 0.5]);
        List<CurvatureSpectrum?> seen = [];
        Watcher watcher = new(seen);
        using LbfgsResult result =
            Lbfgs.Minimize(x => RawOps.Sum(weights * x * x, axis) * 0.5, start,
                new LbfgsOptions { Observers = [watcher], UseLosses = false });
        Assert.Equal(StopReason.Converged, result.Reason);
        Assert.Null(seen[0]);
        Assert.Equal(1, seen[1]!.Pairs);
        Assert.Equal(result.Iterations - result.SkippedPairs, result.Spectrum!.Pairs);
        Assert.Equal(seen[^1], result.Spectrum);
        foreach (CurvatureSpectrum spectrum in seen.Skip(1).Cast<CurvatureSpectrum>())
        {
            Assert.InRange(spectrum.Smallest, 1 - 1e-6, spectrum.Median);
            Assert.InRange(spectrum.LargestUpper, spectrum.MedianUpper, 2500 * (1 + 1e-6));
            Assert.True(spectrum.Largest <= spectrum.LargestUpper && spectrum.Smallest <= spectrum.SmallestUpper);
        }

        // The run has seen both ends.
        Assert.InRange(result.Spectrum.Spread, 500, 2500 * (1 + 1e-5));
        Assert.Contains("smallest / median / largest", result.Spectrum.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void ReturnPairs_InTheDefaultMode_AreTheLastChangesOldestFirst()
    {
        List<(double[] X, double[] G)> points = [];
        Points watcher = new(points);
        foreach ((int length, int iterations) in ((int, int)[])[(4, 9), (20, 6)])
        {
            points.Clear();
            LbfgsOptions options = new()
            {
                MemoryLength = length,
                MaxIterations = iterations,
                ReturnPairs = true,
                UseLosses = false,
                Observers = [watcher]
            };
            using LbfgsResult result = Lbfgs.Minimize(new PartsObjective(), options);
            Assert.Equal((iterations, 0), (result.Iterations, result.SkippedPairs));
            Assert.Equal([length, 5], result.PositionDeltas!.Shape.ToArray());
            double[] s = result.PositionDeltas.ToArray<double>(), y = result.GradientDeltas!.ToArray<double>();
            for (int row = 0; row < length; row++)
            {
                int step = iterations - length + row + 1;
                double[] zeros = new double[5];
                AssertNear(step < 1 ? zeros : Minus(points[step].X, points[step - 1].X), s[(5 * row)..(5 * row + 5)]);
                AssertNear(step < 1 ? zeros : Minus(points[step].G, points[step - 1].G), y[(5 * row)..(5 * row + 5)]);
            }
        }

        using LbfgsResult none = Lbfgs.Minimize(new PartsObjective());
        Assert.Null(none.PositionDeltas);
        Assert.Null(none.GradientDeltas);
    }

    private static double[] Minus(double[] a, double[] b) => [.. a.Zip(b, (p, q) => p - q)];

    private static void AssertNear(double[] expected, double[] actual)
    {
        double scale = Math.Max(1e-300, expected.Max(Math.Abs));
        Assert.All(expected.Zip(actual), pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, 1e-9 * scale + 1e-15));
    }

    private sealed class Watcher(List<CurvatureSpectrum?> seen) : LbfgsObserver
    {
        public override void OnIteration(LbfgsIteration iteration) => seen.Add(iteration.Spectrum);
    }

    private sealed class Points(List<(double[], double[])> points) : LbfgsObserver
    {
        public override void OnIteration(LbfgsIteration iteration) =>
            points.Add((iteration.Position.ToArray<double>(), iteration.Gradient.ToArray<double>()));
    }
}
