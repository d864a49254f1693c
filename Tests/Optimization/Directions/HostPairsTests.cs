using TfLbfgs.Optimization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Optimization;

/// <summary>
/// The pairs by loops against the same by ops, which <see cref="PairHistoryTests"/> compares with the two-loop recursion.
/// </summary>
public sealed class HostPairsTests : LeakChecked
{
    private readonly Random _random = new(163);

    [Theory]
    [InlineData(1, 1, DType.Float64, InverseScaling.Diagonal)]
    [InlineData(3, 10, DType.Float64, InverseScaling.Diagonal)]
    [InlineData(37, 5, DType.Float64, InverseScaling.Scalar)]
    [InlineData(37, 5, DType.Float32, InverseScaling.Diagonal)]
    [InlineData(1003, 10, DType.Float64, InverseScaling.Diagonal)]
    [InlineData(9001, 7, DType.Float64, InverseScaling.Diagonal)]
    [InlineData(9001, 7, DType.Float32, InverseScaling.Scalar)]
    public void Learn_MorePairsThanSlots_IsWhatOpsCompute(int count, int length, DType dtype, InverseScaling scaling)
    {
        using PairHistory ops = new(length, count, dtype, scaling);
        using HostPairs loops = HostPairs.Create(length, count, dtype, scaling, capsFirstTrial: false, usesLosses: false);
        Assert.True(loops.IsEmpty);
        Assert.Equal(ops.Description, loops.Description);
        for (int i = 0; i < 2 * length + 3; i++)
        {
            LearnBoth(ops, loops, count, dtype);
            if (i == length)
            {
                ops.Clear();
                loops.Clear();
                Assert.True(loops.IsEmpty);
            }
        }

        AssertSameMemory(ops, loops, Tolerance(dtype));
    }

    [Theory]
    [InlineData(InverseScaling.Diagonal)]
    [InlineData(InverseScaling.Scalar)]
    public void Import_OfWhatTheOtherExported_GoesOn(InverseScaling scaling)
    {
        const int Count = 530;
        using PairHistory ops = new(4, Count, DType.Float64, scaling);
        using HostPairs loops = HostPairs.Create(4, Count, DType.Float64, scaling, capsFirstTrial: false, usesLosses: false);
        for (int i = 0; i < 6; i++)
            LearnBoth(ops, loops, Count, DType.Float64);
        using HostPairs fromOps = HostPairs.Create(4, Count, DType.Float64, scaling, capsFirstTrial: false, usesLosses: false);
        using PairHistory fromLoops = new(4, Count, DType.Float64, scaling);
        Exchange(ops, fromOps);
        Exchange(loops, fromLoops);
        for (int i = 0; i < 3; i++)
            LearnBoth(fromLoops, fromOps, Count, DType.Float64);
        // What was exported is not changed by those who go on.
        AssertSameMemory(ops, loops, 1e-11);
        (Tensor steps, Tensor changes) = fromOps.Pairs();
        (Tensor otherSteps, Tensor otherChanges) = fromLoops.Pairs();
        AssertClose(otherSteps, steps, 1e-13);
        AssertClose(otherChanges, changes, 1e-13);
        foreach (Tensor tensor in (Tensor[])[steps, changes, otherSteps, otherChanges])
            tensor.Dispose();
    }

    [Fact]
    public void Learn_MultipliedChange_IsThatOfTheProduct()
    {
        const int Count = 21;
        using HostPairs plain = HostPairs.Create(3, Count, DType.Float64, InverseScaling.Diagonal, false, false);
        using HostPairs fused = HostPairs.Create(3, Count, DType.Float64, InverseScaling.Diagonal, false, false);
        using TensorScope scope = new();
        Tensor direction = Normal(Count, DType.Float64), former = Normal(Count, DType.Float64);
        Tensor gradient = former + 3.0 * direction;
        Tensor change = 0.4 * (gradient - former);
        double[] s = (0.5 * direction).ToArray<double>(), y = change.ToArray<double>();
        PairScalars pair = new(Dot(s, y), Dot(s, s), Dot(y, y), -1, 0.5);
        using Tensor expected = plain.Learn(0.5 * direction, change, gradient, plain.Reserve(pair));
        using Tensor actual = fused.Learn(pair, 0.4, direction, gradient, former);
        AssertClose(expected, actual, 1e-13);
    }

    private void LearnBoth(PairHistory ops, HostPairs loops, int count, DType dtype)
    {
        using TensorScope scope = new();
        Tensor step = Normal(count, dtype);
        double[] scales = [.. Enumerable.Range(0, count).Select(i => 1 + i / (double)count)];
        Tensor change = step * VectorMath.As(Tensor.From(scales), dtype), gradient = Normal(count, dtype);
        double[] s = step.ToDoubles(), y = change.ToDoubles();
        PairScalars pair = new(Dot(s, y), Dot(s, s), Dot(y, y), -Dot(s, s), _random.NextDouble() < 0.4 ? 0.3 : 1);
        Tensor[] own = ops.Reserve(pair);
        ops.Store(step, change, own);
        Tensor expected = ops.Learn(step, change, gradient, own);
        using Tensor actual = loops.Learn(step, change, gradient, loops.Reserve(pair));
        AssertClose(expected, actual, Tolerance(dtype));
        Tensor other = Normal(count, dtype);
        using Tensor applied = loops.Apply(other, []);
        AssertClose(ops.Apply(other, []), applied, Tolerance(dtype));
    }

    private static void Exchange(IDirection from, IDirection to)
    {
        IReadOnlyList<Tensor> memory = from.Export();
        to.Import(memory);
        foreach (Tensor tensor in memory)
            tensor.Dispose();
    }

    private static void AssertSameMemory(PairHistory ops, HostPairs loops, double tolerance)
    {
        IReadOnlyList<Tensor> expected = ops.Export(), actual = loops.Export();
        Assert.Equal(expected.Select(tensor => tensor.Describe()), actual.Select(tensor => tensor.Describe()));
        (Tensor Steps, Tensor Changes) pairs = ops.Pairs(), own = loops.Pairs();
        AssertClose(pairs.Steps, own.Steps, tolerance);
        AssertClose(pairs.Changes, own.Changes, tolerance);
        AssertClose(expected[2], actual[2], tolerance);
        foreach (Tensor tensor in (Tensor[])[.. expected, .. actual, pairs.Steps, pairs.Changes, own.Steps, own.Changes])
            tensor.Dispose();
    }

    private static void AssertClose(Tensor expected, Tensor actual, double tolerance)
    {
        double[] e = expected.ToDoubles(), a = actual.ToDoubles();
        Assert.Equal(e.Length, a.Length);
        double norm = Math.Sqrt(Dot(e, e));
        double[] difference = [.. e.Zip(a, (x, y) => x - y)];
        Assert.True(Math.Sqrt(Dot(difference, difference)) <= tolerance * norm,
            $"off by {Math.Sqrt(Dot(difference, difference)) / norm:G3}");
    }

    private static double Tolerance(DType dtype) => dtype == DType.Float64 ? 1e-10 : 1e-3;

    private Tensor Normal(int count, DType dtype)
    {
        double[] values = [.. Enumerable.Range(0, count)
            .Select(_ => Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble()))];
        return dtype == DType.Float64 ? Tensor.From(values) : Tensor.From(Array.ConvertAll(values, value => (float)value));
    }

    private static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();
}
