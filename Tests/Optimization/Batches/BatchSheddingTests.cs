using System.Numerics;
using TfLbfgs.Optimization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;
using static TfLbfgs.Tests.Optimization.Batches.BatchProblems;

namespace TfLbfgs.Tests.Optimization.Batches;

/// <summary>Members that have ended are no longer evaluated.</summary>
public sealed class BatchSheddingTests : LeakChecked
{
    [Theory]
    [InlineData(64)]
    [InlineData(37)]
    public void MinimizeBatch_FinishedMembers_AreNoLongerEvaluated(int members)
    {
        List<long> traced = [];
        using Tensor starts = Starts(members, 2, seed: 12, reach: 3);
        (Tensor, Tensor) Counted(Tensor x)
        {
            traced.Add(x.Shape[0]);
            return Rosenbrock(x);
        }

        // Few enough pairs for the slots of the first stage; more are another trace.
        BatchOptions options = new() { MemoryLength = 20 };
        using LbfgsBatchResult shed = Lbfgs.MinimizeBatch(Counted, starts, options);
        int shapes = traced.Distinct().Count();
        Assert.InRange(shapes, 3, 1 + (int)Math.Ceiling(Math.Log2(members)));
        Assert.True(traced.Count <= 2 * shapes, string.Join(' ', traced));
        Assert.All(traced.Skip(2), rows => Assert.True(BitOperations.IsPow2(rows) || rows == members, $"{rows}"));

        traced.Clear();
        using LbfgsBatchResult whole = Lbfgs.MinimizeBatch(Counted, starts, options with { ShedFinished = false });
        Assert.Equal([members, members], traced);
        Assert.Equal((long)whole.Evaluations * members, whole.EvaluatedRows);
        Assert.Equal(whole.MemberEvaluations, shed.MemberEvaluations, (a, b) => Math.Abs(a - b) <= 1);
        Assert.Equal(whole.Position.ToArray<double>(), shed.Position.ToArray<double>(), (a, b) => Math.Abs(a - b) < 1e-7);

        long needed = shed.MemberEvaluations.Sum();
        Assert.InRange(shed.EvaluatedRows, needed, (long)(1.5 * needed));
        Assert.True(shed.EvaluatedRows < 0.8 * whole.EvaluatedRows, $"{shed.EvaluatedRows} of {whole.EvaluatedRows}");
    }

    [Fact]
    public void MinimizeBatch_Eager_CallsWithAsManyRowsAsItCounts()
    {
        long rows = 0;
        int calls = 0;
        using Tensor starts = Starts(11, 2, seed: 1);
        using LbfgsBatchResult result = Lbfgs.MinimizeBatch(
            x =>
            {
                calls++;
                rows += x.Shape[0];
                return Himmelblau(x);
            },
            starts,
            new BatchOptions { Execution = Execution.Eager });
        Assert.True(result.AllConverged, result.ToString());
        Assert.Equal(calls, result.Evaluations);
        Assert.Equal(rows, result.EvaluatedRows);
        Assert.Equal(calls, result.MemberEvaluations.Max());
        Assert.Equal(calls, result.Reads);
    }

    [Theory]
    [InlineData(Execution.Traced)]
    [InlineData(Execution.Compiled)]
    [InlineData(Execution.Eager)]
    public void MinimizeBatch_DataOfTheMembers_AreFoundByTheirIndices(Execution execution)
    {
        double[] centres = Numbers(9 * 3, seed: 30, reach: 3);
        double[] scales = [.. Enumerable.Range(0, 27).Select(i => Math.Pow(10, i % 5))];
        using Tensor centre = Tensor.From<double>(centres, [9, 3]);
        using Tensor scale = Tensor.From<double>(scales, [9, 3]);
        using Tensor starts = Tensor.Zeros([9, 3], DType.Float64);
        HashSet<string> shapes = [];
        (Tensor, Tensor) Own(Tensor x, Tensor members)
        {
            shapes.Add($"{x.Shape} {members.Shape} {members.DType}");
            Tensor away = x - RawOps.GatherV2(centre, members, Tensor.Scalar(0));
            Tensor s = RawOps.GatherV2(scale, members, Tensor.Scalar(0));
            return (0.5 * SumLast(s * away * away), s * away);
        }

        using LbfgsBatchResult result = Lbfgs.MinimizeBatch(Own, starts, new BatchOptions { Execution = execution });
        Assert.True(result.AllConverged, string.Join('\n', result.Messages));
        Assert.Equal(centres, result.Position.ToArray<double>(), (a, b) => Math.Abs(a - b) < 1e-7);
        Assert.Contains("(9, 3) (9,) Int64", shapes);
        Assert.Contains("(8, 3) (8,) Int64", shapes);

        using LbfgsBatchResult tfp =
            Lbfgs.MinimizeBatch(Own, starts, LbfgsOptions.TfpCompatible with { Execution = execution, MaxIterations = 200 });
        Assert.Equal(centres, tfp.Position.ToArray<double>(), (a, b) => Math.Abs(a - b) < 1e-6);
    }

    [Theory]
    [InlineData(Execution.Traced)]
    [InlineData(Execution.Eager)]
    public void MinimizeBatch_DataOfTheMembersThatTheFunctionHolds_KeepAllToTheEnd(Execution execution)
    {
        double[] centres = Numbers(9 * 2, seed: 31, reach: 3);
        double[] scales = [.. Enumerable.Range(0, 18).Select(i => Math.Pow(10, i % 5))];
        using Tensor centre = Tensor.From<double>(centres, [9, 2]);
        using Tensor scale = Tensor.From<double>(scales, [9, 2]);
        using Tensor starts = Tensor.Zeros([9, 2], DType.Float64);
        using LbfgsBatchResult result = Lbfgs.MinimizeBatch(
            x =>
            {
                Tensor away = x - centre;
                return (0.5 * SumLast(scale * away * away), scale * away);
            },
            starts,
            new BatchOptions { Execution = execution });
        Assert.True(result.AllConverged, string.Join('\n', result.Messages));
        Assert.Equal(centres, result.Position.ToArray<double>(), (a, b) => Math.Abs(a - b) < 1e-7);
        Assert.True(result.MemberEvaluations.Distinct().Count() > 1);
        Assert.Equal(9L * result.Evaluations, result.EvaluatedRows);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void MinimizeBatch_SecondDeviceUnderAGuard_ReadsOnlyScalars(bool narrow)
    {
        using (Device.Use("/CPU:1"))
        using (Tensor starts = Starts(16, 50, seed: 6, reach: 2, narrow ? DType.Float32 : DType.Float64))
        using (new TransferGuard())
        {
            NativeCounters.ResetLargestRead();
            NativeCounters before = NativeCounters.Now;
            using LbfgsBatchResult result =
                Lbfgs.MinimizeBatch(Rosenbrock, starts, new BatchOptions { GradientTolerance = narrow ? 1e-2 : 1e-6 });
            NativeCounters used = NativeCounters.Now.Since(before);
            Assert.True(result.EvaluatedRows < 16L * result.Evaluations, "no member was shed");
            Assert.EndsWith("CPU:1", result.Position.DeviceName, StringComparison.Ordinal);
            Assert.Equal(result.Evaluations, used.Reads);
            Assert.Equal(result.Reads, used.Reads);
            Assert.True(used.LargestRead <= 16 * 9 * sizeof(double), $"{used.LargestRead} bytes");
            Assert.Equal(0, used.DeviceCopies);
        }
    }
}
