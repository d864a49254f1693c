using System.Runtime.InteropServices;
using TfLbfgs.Distribution;
using TfLbfgs.Formats;
using TfLbfgs.Formats.Npy;
using TfLbfgs.Optimization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Distribution;

/// <summary>Issue 19: parts that are loaded from files, here by this process; <see cref="ClusterTests"/> has workers.</summary>
public sealed class ShardedNpyTests : LeakChecked
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tflbfgs-shards-test-");

    [Fact]
    public void Evaluate_FilesOfUnequalParts_EqualsOnePass()
    {
        using TensorScope scope = new();
        Write("x-0.npy", 0, 5);
        Write("x-1.npy", 5, 98);
        using DistributedObjective distributed = Distributed("x-{shard}.npy");
        Assert.Equal([5L, 98], distributed.Rows);
        FunctionObjective whole = Mean(Tensor.From<double>([.. Enumerable.Range(0, 103).Select(Value)]));
        (double loss, double[] gradient) = DistributedObjectiveTests.Run(whole, Execution.Traced);
        (double sum, double[] sumGradient) = DistributedObjectiveTests.Run(distributed, Execution.Traced);
        Assert.Equal(loss, sum, 1e-14);
        Assert.Equal(gradient[0], sumGradient[0], 1e-14);
    }

    [Fact]
    public void Constructor_PartWithoutRows_SaysWhich()
    {
        using TensorScope scope = new();
        Write("x-0.npy", 0, 5);
        Write("x-1.npy", 5, 0);
        Write("one.npy", 0, 1);
        Refusal.Says<TfLbfgsException>("Part 1 of npy", () => Distributed("x-{shard}.npy"));
        // One row for two parts.
        Refusal.Says<TfLbfgsException>("expected rows", () => Distributed("one.npy"));
        Refusal.Says<TfLbfgsException>("at least one file for each of 2 parts", () => Distributed("one*.npy"));
    }

    [Fact]
    public void Constructor_PartOfAnotherDTypeOrLength_SaysWhatWasExpected()
    {
        using TensorScope scope = new();
        Write("x-0.npy", 0, 5);
        NpyFile.Write(At("x-1.npy"), StoredArray.FromBytes(DType.Float32, [5], new byte[20]));
        string message = Assert.Throws<TfLbfgsException>(() => Distributed("x-{shard}.npy")).Message;
        Assert.Contains("Part 1", message, StringComparison.Ordinal);
        Assert.Contains("expected float64(rows)", message, StringComparison.Ordinal);
        Assert.Contains("float32", message, StringComparison.Ordinal);
        Write("y-0.npy", 0, 5);
        Write("y-1.npy", 0, 4);
        Write("x-1.npy", 5, 5);
        FunctionObjective pair = new(
            (p, d) => Tf.ReduceMean(Tf.Square(d[0] - d[1] * p)), Tensor.From([0.5]), [Tensor.From([1.0]), Tensor.From([1.0])]);
        ShardedNpy files = new(At("x-{shard}.npy"), At("y-{shard}.npy"));
        Refusal.Says<TfLbfgsException>("received 5, 4", () => new DistributedObjective(pair, files, DistributedObjectiveTests.Two));
        Assert.Matches("is missing|cannot be read", Assert.ThrowsAny<TfLbfgsException>(() => Distributed("z-{shard}.npy")).Message);
    }

    [Fact]
    public void Minimize_NotFiniteInOnePart_IsABadStart()
    {
        using TensorScope scope = new();
        Write("x-0.npy", 0, 5);
        NpyFile.Write(At("x-1.npy"), StoredArray.FromBytes(DType.Float64, [2], MemoryMarshal.AsBytes([1.0, double.NaN]).ToArray()));
        using DistributedObjective distributed = Distributed("x-{shard}.npy");
        using LbfgsResult result = Lbfgs.Minimize(distributed);
        Assert.Equal(StopReason.BadStart, result.Reason);
        Assert.True(result.Failed);
    }

    [Fact]
    public void Function_OfThisProcess_IsRefused()
    {
        using TensorScope scope = new();
        FunctionObjective mean = Mean(Tensor.From([1.0]));
        Refusal.Says<TfLbfgsException>(
            "workers that have the function 'simulate'",
            () => new DistributedObjective(mean, new ShardedFunction("simulate"), DistributedObjectiveTests.Two));
    }

    protected override void Dispose(bool disposing)
    {
        _folder.Delete(recursive: true);
        base.Dispose(disposing);
    }

    private static double Value(int i) => Math.Sin(1.7 * i);

    private static FunctionObjective Mean(Tensor data) =>
        new((p, d) => Tf.ReduceMean(Tf.Square(d[0] - p)) + 0.3 * Tf.ReduceSum(Tf.Square(p)), Tensor.From([0.5]), [data]);

    private DistributedObjective Distributed(string files) =>
        new(Mean(Tensor.From([1.0, 2])), new ShardedNpy(At(files)), DistributedObjectiveTests.Two);

    private string At(string name) => Path.Combine(_folder.FullName, name);

    private void Write(string name, int first, int rows)
    {
        double[] values = [.. Enumerable.Range(first, rows).Select(Value)];
        NpyFile.Write(At(name), StoredArray.FromBytes(DType.Float64, [rows], MemoryMarshal.AsBytes(values.AsSpan()).ToArray()));
    }
}
