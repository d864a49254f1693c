using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using TfLbfgs.Formats;
using TfLbfgs.Formats.Npy;
using TfLbfgs.Functions;
using TfLbfgs.Optimization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Optimization;

/// <summary>Issue 19: data larger than memory.</summary>
public sealed class StreamedObjectiveTests : LeakChecked
{
    private const int Rows = 103;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tflbfgs-stream-test-");

    [Theory]
    [InlineData(10, DataReduction.Mean)]
    [InlineData(103, DataReduction.Mean)]
    [InlineData(10, DataReduction.Sum)]
    [InlineData(500, DataReduction.Sum)]
    public void Evaluate_AnySlices_EqualsOnePass(int rowsPerChunk, DataReduction reduction)
    {
        using TensorScope scope = new();
        FunctionObjective whole = Regression(reduction);
        using StreamedObjective streamed = Streamed(whole, rowsPerChunk, reduction);
        Assert.Equal(Rows, streamed.Rows);
        Assert.Equal(Rows * 3 * sizeof(double), streamed.BytesPerEvaluation);
        (Tensor loss, Tensor gradient) = whole.Evaluate(whole.InitialPosition(), whole.Data);
        (Tensor sum, Tensor sumGradient) = streamed.Evaluate(streamed.InitialPosition(), []);
        Assert.Equal(loss.ToDouble(), sum.ToDouble(), 1e-14 * Math.Abs(loss.ToDouble()));
        Assert.All(gradient.ToArray<double>().Zip(sumGradient.ToArray<double>()), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
    }

    [Fact]
    public void Minimize_WithTracedDirections_ReachesTheSamePoint()
    {
        using TensorScope scope = new();
        FunctionObjective whole = Regression(DataReduction.Mean);
        using StreamedObjective streamed = Streamed(whole, 20, DataReduction.Mean);
        using LbfgsResult one = Lbfgs.Minimize(whole);
        using LbfgsResult other = Lbfgs.Minimize(streamed);
        using LbfgsResult again = Lbfgs.Minimize(streamed);
        Assert.Equal(StopReason.Converged, other.Reason);
        Assert.All(
            one.Position.ToArray<double>().Zip(other.Position.ToArray<double>()), pair => Assert.Equal(pair.First, pair.Second, 1e-7));
        Assert.Equal(other.Position.ToArray<double>(), again.Position.ToArray<double>());
    }

    [Fact]
    public void Constructor_FilesThatDoNotFit_SaysWhatWasExpected()
    {
        using TensorScope scope = new();
        FunctionObjective whole = Regression(DataReduction.Mean);
        string x = Write("x", [Rows, 2]), y = Write("y", [Rows]), few = Write("few", [3]);
        Refusal.Says<TfLbfgsException>("each of the 2 data", () => new StreamedObjective(whole, [x], 10));
        Refusal.Says<TfLbfgsException>("float64(103, 2)", () => new StreamedObjective(whole, [y, y], 10));
        Refusal.Says<TfLbfgsException>("103 rows", () => new StreamedObjective(whole, [x, few], 10));
        Refusal.Says<TfLbfgsException>("1 row", () => new StreamedObjective(whole, [x, y], 0));
        Refusal.Says<TfLbfgsException>("Prefetch", () => new StreamedObjective(whole, [x, y], 1, new StreamOptions { Prefetch = 0 }));
    }

    [Fact]
    public void Evaluate_InATraceOrFileThatShrank_SaysWhatWasExpected()
    {
        using TensorScope scope = new();
        FunctionObjective whole = Regression(DataReduction.Mean);
        using StreamedObjective streamed = Streamed(whole, 20, DataReduction.Mean);
        using Function traced = new(inputs => [streamed.Evaluate(inputs[0], []).Loss]);
        Refusal.Says<TfLbfgsException>("no files are read", () => traced.Call(streamed.InitialPosition()));
        using (FileStream file = new(Path.Combine(_folder.FullName, "y.npy"), FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
            file.SetLength(file.Length - 8);
        Refusal.Says<FileFormatException>("end early", () => streamed.Evaluate(streamed.InitialPosition(), []));
    }

    /// <summary>Rows per second against <c>cat</c>, from the disk and from the cache, and the memory of an evaluation.</summary>
    [Fact(Explicit = true)]
    public void Evaluate_LargeFile_IsReadAsFastAsByCatInBoundedMemory()
    {
        using TensorScope scope = new();
        const int rows = 2_000_000, columns = 64, chunk = 20_000;
        string path = Path.Combine(_folder.FullName, "large.npy");
        byte[] one = NpyHeader.Write(StoredArray.FromBytes(DType.Float64, [0, columns], ReadOnlyMemory<byte>.Empty));
        string header = System.Text.Encoding.Latin1.GetString(one).Replace("(0, 64)", $"({rows}, 64)", StringComparison.Ordinal);
        using (FileStream stream = File.Create(path))
        {
            stream.Write(System.Text.Encoding.Latin1.GetBytes(header.Remove(header.Length - 7, 6)));
            double[] block = new double[chunk * columns];
            for (int i = 0; i < rows / chunk; i++)
            {
                for (int k = 0; k < block.Length; k++)
                    block[k] = (k % 97) * 0.01;
                stream.Write(MemoryMarshal.AsBytes(block.AsSpan()));
            }
        }

        FunctionObjective mean = new(
            (p, d) => Tf.ReduceMean(Tf.Square(Tf.MatMul(d[0], RawOps.ExpandDims(p, Tensor.Scalar(1))))),
            Tensor.Fill([columns], 0.1, DType.Float64),
            [Tensor.Zeros([2, columns], DType.Float64)]);
        using StreamedObjective streamed = new(mean, [path], chunk);
        void Evaluate() => streamed.Evaluate(streamed.InitialPosition(), []);
        void Cat() => Shell($"cat {path} > /dev/null");
        // Traced, and the file in the cache.
        Evaluate();
        double catSeconds = Enumerable.Range(0, 3).Min(_ => Seconds(Cat)), seconds = Enumerable.Range(0, 3).Min(_ => Seconds(Evaluate));
        double catDiskSeconds = Enumerable.Range(0, 3).Min(_ => FromDisk(Cat));
        double diskSeconds = Enumerable.Range(0, 3).Min(_ => FromDisk(Evaluate));
        File.WriteAllText("/proc/self/clear_refs", "5");
        long before = Environment.WorkingSet;
        Evaluate();
        string peakLine = File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        long peak = (1024 * long.Parse(Regex.Match(peakLine, @"\d+").Value, CultureInfo.InvariantCulture)) - before;
        string Rate(double took) => FormattableString.Invariant(
            $"{took:F2} s, {streamed.BytesPerEvaluation / took / 1e9:F2} GB/s, {rows / took / 1e6:F2} M rows/s");
        string report = FormattableString.Invariant(
            $"""
            {rows} rows of {columns} float64, {streamed.BytesPerEvaluation / 1e6:F0} MB
            from the disk: cat {Rate(catDiskSeconds)}; evaluation {Rate(diskSeconds)}
            from the cache: cat {Rate(catSeconds)}; evaluation {Rate(seconds)}
            memory above before {peak / 1e6:F0} MB; a slice has {chunk * columns * 8 / 1e6:F0} MB
            """);
        TestContext.Current.TestOutputHelper?.WriteLine(report);
        Assert.True(peak < 8L * chunk * columns * 8, $"{peak} bytes");

        double FromDisk(Action read)
        {
            Shell($"sync {path}; dd if={path} iflag=nocache count=0 2> /dev/null");
            return Seconds(read);
        }

        static double Seconds(Action action)
        {
            long began = Stopwatch.GetTimestamp();
            action();
            return Stopwatch.GetElapsedTime(began).TotalSeconds;
        }

        static void Shell(string line)
        {
            using Process shell = Process.Start(new ProcessStartInfo("sh", ["-c", line]))!;
            shell.WaitForExit();
        }
    }

    protected override void Dispose(bool disposing)
    {
        _folder.Delete(recursive: true);
        base.Dispose(disposing);
    }

    private StreamedObjective Streamed(FunctionObjective whole, int rowsPerChunk, DataReduction reduction)
    {
        string x = Write("x", [Rows, 2]), y = Write("y", [Rows]);
        return new StreamedObjective(whole, [x, y], rowsPerChunk, new StreamOptions { Reduction = reduction });
    }

    private string Write(string name, long[] shape)
    {
        string path = Path.Combine(_folder.FullName, name + ".npy");
        int count = (int)shape.Aggregate(1L, (a, b) => a * b);
        double[] values = [.. Enumerable.Range(0, count).Select(i => name == "x" ? Math.Sin(1.7 * i) : Math.Cos(0.3 * i))];
        NpyFile.Write(path, StoredArray.FromBytes(DType.Float64, shape, MemoryMarshal.AsBytes(values.AsSpan()).ToArray()));
        return path;
    }

    private static FunctionObjective Regression(DataReduction reduction)
    {
        Tensor x = Tensor.From<double>([.. Enumerable.Range(0, Rows * 2).Select(i => Math.Sin(1.7 * i))], [Rows, 2]);
        Tensor y = Tensor.From<double>([.. Enumerable.Range(0, Rows).Select(i => Math.Cos(0.3 * i))]);
        return new FunctionObjective(
            (p, d) =>
            {
                Tensor rows = Tf.Square(Tf.ReduceSum(Tf.Tanh(d[0] * p), [1]) - d[1]);
                Tensor loss = reduction == DataReduction.Mean ? Tf.ReduceMean(rows) : Tf.ReduceSum(rows);
                return loss + 0.3 * Tf.ReduceSum(Tf.Square(p)) + 0.1;
            },
            Tensor.From([0.7, -1.3]),
            [x, y]);
    }
}
