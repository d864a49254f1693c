using System.Globalization;
using TfLbfgs.Functions;
using TfLbfgs.Keras;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Keras.Regularizers;
using TfLbfgs.Optimization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Optimization;

/// <summary>Demand 80: an exact full batch that needs the memory of a slice.</summary>
public sealed class ChunkedObjectiveTests : LeakChecked
{
    private const int Rows = 103;

    public static TheoryData<int, DataReduction, Execution> Cuts()
    {
        TheoryData<int, DataReduction, Execution> cuts = [];
        foreach (int rows in new[] { 1, 10, 50, 102, 103, 500 })
        {
            foreach (DataReduction reduction in Enum.GetValues<DataReduction>())
            {
                cuts.Add(rows, reduction, Execution.Eager);
                cuts.Add(rows, reduction, Execution.Traced);
            }
        }

        cuts.Add(10, DataReduction.Mean, Execution.CompiledCalls);
        cuts.Add(10, DataReduction.Sum, Execution.CompiledCalls);
        return cuts;
    }

    [Theory]
    [MemberData(nameof(Cuts))]
    public void Evaluate_AnyCut_EqualsOnePass(int rowsPerChunk, DataReduction reduction, Execution execution)
    {
        using TensorScope scope = new();
        FunctionObjective whole = Regression(DType.Float64, reduction);
        ChunkedObjective chunked = new(whole, rowsPerChunk, new ChunkOptions { Reduction = reduction, Whole = [2] });
        Assert.Equal((Rows + rowsPerChunk - 1) / rowsPerChunk, chunked.Chunks);
        (double loss, double[] gradient) = Run(whole, Execution.Eager);
        (double chunkedLoss, double[] chunkedGradient) = Run(chunked, execution);
        Assert.True(Math.Abs(chunkedLoss - loss) <= 1e-14 * Math.Abs(loss), $"{chunkedLoss:R} {loss:R}");
        double scale = gradient.Max(Math.Abs);
        Assert.All(gradient.Zip(chunkedGradient), pair => Assert.True(Math.Abs(pair.First - pair.Second) <= 1e-14 * scale, $"{pair}"));
    }

    [Theory]
    [InlineData(Execution.Eager)]
    [InlineData(Execution.Traced)]
    [InlineData(Execution.CompiledCalls)]
    public void Minimize_ModelWithPenalty_ReachesTheSamePoint(Execution execution)
    {
        using TensorScope scope = new();
        (Tensor x, Tensor y) = TfLbfgs.Tests.Keras.ModelObjectiveTests.Paraboloid();
        using Tensor inputs = x;
        using Tensor targets = y;
        using Sequential model = new(DType.Float64) { new Dense(4, "tanh") { KernelRegularizer = new L2(0.01) }, new Dense(1) };
        using ModelObjective objective = new(model, "mse", x, y);
        using Tensor start = objective.InitialPosition();
        LbfgsOptions options = new() { MaxIterations = 8, Execution = execution };
        using LbfgsResult whole = Lbfgs.Minimize(objective, start, options);
        int heard = objective.Evaluations;
        using LbfgsResult chunked = Lbfgs.Minimize(new ChunkedObjective(objective, 50), start, options);
        Assert.Equal(whole.Evaluations, chunked.Evaluations);
        Assert.Equal(heard + chunked.Evaluations, objective.Evaluations);
        Assert.All(whole.Position.ToArray<double>().Zip(chunked.Position.ToArray<double>()),
            pair => Assert.Equal(pair.First, pair.Second, 1e-9));
        using Tensor held = objective.InitialPosition();
        Assert.Equal(chunked.Position.ToArray<double>(), held.ToArray<double>());
    }

    [Fact]
    public void Evaluate_Float32_IsSummedInFloat64()
    {
        using TensorScope scope = new();
        const int rows = 100_000;
        Tensor data = Tensor.From<float>([.. Enumerable.Range(0, rows).Select(i => (float)(1 + 0.5 * Math.Sin(i)))]);
        FunctionObjective mean = new((p, d) => Tf.ReduceMean(Tf.Square(d[0] * p[0])), Tensor.From([1.5f]), [data]);
        double exact = data.ToArray<float>().Average(v => 2.25 * v * v);
        (Tensor loss, Tensor gradient) = new ChunkedObjective(mean, 100).Evaluate(mean.InitialPosition(), mean.Data);
        Assert.Equal(DType.Float32, loss.DType);
        Assert.Equal(DType.Float32, gradient.DType);
        Assert.True(Math.Abs(loss.ToDouble() - exact) <= 1e-7 * exact,
            string.Create(CultureInfo.InvariantCulture, $"{loss.ToDouble():R} {exact:R}"));
        Assert.True(Math.Abs(gradient.ToArray<float>()[0] - exact / 0.75) <= 2e-7 * exact);
    }

    [Theory]
    [InlineData(Execution.Eager)]
    [InlineData(Execution.Traced)]
    [InlineData(Execution.CompiledCalls)]
    public void Evaluate_ManyRows_NeedsTheMemoryOfASlice(Execution execution)
    {
        if (!File.Exists("/proc/self/clear_refs"))
            Assert.Skip("the kernel does not tell the peak of the resident memory");
        using TensorScope scope = new();
        const int rows = 300_000;
        Tensor x = Tensor.From<double>([.. Enumerable.Range(0, rows).Select(i => Math.Sin(i))], [rows, 1]);
        // Each hidden layer of one pass holds 300,000 x 16 numbers: 38 MB.
        FunctionObjective wide =
            new((p, d) => Tf.ReduceMean(Tf.Square(Tf.Tanh(Tf.Tanh(d[0] * p) * p + 1) - 0.5)),
            Tensor.From<double>([.. Enumerable.Range(0, 16).Select(i => 0.1 * i)]), [x]);
        (long slices, double loss) = PeakGrowth(new ChunkedObjective(wide, 3_000), execution);
        (long whole, double same) = PeakGrowth(wide, execution);
        TestContext.Current.TestOutputHelper?.WriteLine($"{execution}: one pass {whole / 1e6:F1} MB, slices {slices / 1e6:F1} MB");
        Assert.Equal(same, loss, 1e-13);
        Assert.True(whole > 30e6, $"one pass took {whole} bytes");
        Assert.True(slices < whole / 3, $"one pass {whole}, slices {slices} bytes");
    }

    [Fact]
    public void Minimize_OtherDataOfTheSameShape_AreSeen()
    {
        using TensorScope scope = new();
        Tensor[] data = [Tensor.From([1.0, 2, 3])];
        FunctionObjective mean = new((p, d) => Tf.ReduceMean(Tf.Square(d[0] - p)), Tensor.From([0.0]), data);
        ChunkedObjective chunked = new(mean, 2);
        using Function evaluate = new(inputs => Both(chunked.Evaluate(inputs[0], inputs[1..])));
        Assert.Equal(14.0 / 3, evaluate.Call([chunked.InitialPosition(), data[0]])[0].ToDouble(), 1e-14);
        Assert.Equal(77.0 / 3, evaluate.Call([chunked.InitialPosition(), Tensor.From([4.0, 5, 6])])[0].ToDouble(), 1e-14);
        Assert.Equal(1, evaluate.TraceCount);
    }

    [Fact]
    public void Constructor_NothingToCut_SaysWhatWasExpected()
    {
        using TensorScope scope = new();
        Tensor start = Tensor.From([1.0]);
        FunctionObjective none = new(p => Tf.ReduceSum(p), start);
        Assert.Contains("Objective.Data", Assert.Throws<TfLbfgsException>(() => new ChunkedObjective(none, 2)).Message,
            StringComparison.Ordinal);
        FunctionObjective uneven = new((p, d) => Tf.ReduceSum(p), start, [Tensor.From([1.0, 2]), Tensor.From([1.0, 2, 3])]);
        Assert.Contains("float64(2,), float64(3,)", Assert.Throws<TfLbfgsException>(() => new ChunkedObjective(uneven, 2)).Message,
            StringComparison.Ordinal);
        Assert.Equal(2, new ChunkedObjective(uneven, 2, new ChunkOptions { Whole = [0] }).Chunks);
        Assert.Throws<TfLbfgsException>(() => new ChunkedObjective(uneven, 2, new ChunkOptions { Whole = [2] }));
        Assert.Contains("at least 1 row", Assert.Throws<TfLbfgsException>(() => new ChunkedObjective(uneven, 0)).Message,
            StringComparison.Ordinal);
    }

    /// <summary>Weighted residuals of a line with a penalty; data of two tensors with rows and one without.</summary>
    private static FunctionObjective Regression(DType dtype, DataReduction reduction)
    {
        Tensor x = Tensor.From<double>([.. Enumerable.Range(0, Rows * 2).Select(i => Math.Sin(1.7 * i))], [Rows, 2]);
        Tensor y = Tensor.From<double>([.. Enumerable.Range(0, Rows).Select(i => Math.Cos(0.3 * i))]);
        Tensor bend = Tensor.From([0.5, 2.0]);
        return new FunctionObjective(
            (p, d) =>
            {
                Tensor rows = Tf.Square(Tf.ReduceSum(Tf.Tanh(d[0] * p * d[2]), [1]) - d[1]);
                return (reduction == DataReduction.Mean ? Tf.ReduceMean(rows) : Tf.ReduceSum(rows)) + 0.3
                    * Tf.ReduceSum(Tf.Square(p)) + 0.1;
            },
            Tf.Cast(Tensor.From([0.7, -1.3]), dtype),
            [Tf.Cast(x, dtype), Tf.Cast(y, dtype), Tf.Cast(bend, dtype)]);
    }

    private static (double Loss, double[] Gradient) Run(Objective objective, Execution execution, bool repeat = true)
    {
        using TensorScope scope = new();
        Tensor position = objective.InitialPosition();
        if (execution == Execution.Eager)
            return Values(Both(objective.Evaluate(position, objective.Data)));
        using Function evaluate =
            new(inputs => Both(objective.Evaluate(inputs[0], inputs[1..])),
            new FunctionOptions { Compile = execution == Execution.CompiledCalls });
        (double Loss, double[] Gradient) first = Values(evaluate.Call([position, .. objective.Data]));
        if (repeat)
            Assert.Equal(first.Gradient, Values(evaluate.Call([position, .. objective.Data])).Gradient);
        return first;
    }

    /// <summary>By how much the peak of the resident memory rises above what it was before, in a second call.</summary>
    private static (long Bytes, double Loss) PeakGrowth(Objective objective, Execution execution)
    {
        using TensorScope scope = new();
        Tensor position = objective.InitialPosition();
        using Function evaluate =
            new(inputs => Both(objective.Evaluate(inputs[0], inputs[1..])),
            new FunctionOptions { Compile = execution == Execution.CompiledCalls });
        long Growth()
        {
            using TensorScope inner = new();
            File.WriteAllText("/proc/self/clear_refs", "5");
            long before = Status("VmRSS:");
            Tensor[] results = execution == Execution.Eager
                ? Both(objective.Evaluate(position, objective.Data)) : evaluate.Call([position, .. objective.Data]);
            results[0].ToDouble();
            return Status("VmHWM:") - before;
        }

        Growth();
        long bytes = Growth();
        return (bytes, Run(objective, execution, repeat: false).Loss);
    }

    private static long Status(string name)
    {
        string line = File.ReadLines("/proc/self/status").First(l => l.StartsWith(name, StringComparison.Ordinal));
        return 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2].Split('\t')[^1], CultureInfo.InvariantCulture);
    }

    private static Tensor[] Both((Tensor Loss, Tensor Gradient) result) => [result.Loss, result.Gradient];

    private static (double Loss, double[] Gradient) Values(Tensor[] results) => (results[0].ToDouble(), results[1].ToArray<double>());
}
